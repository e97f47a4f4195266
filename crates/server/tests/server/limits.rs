//! What one client and one session may take; every refusal names the setting that decides.

use crate::app::{App, Options, header, problem, text};
use authscope_server::{Limits, Sharing};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::json;
use std::net::SocketAddr;

fn limited(limits: Limits) -> App {
    App::with(&Options {
        limits: Some(limits),
        ..Options::default()
    })
}

/// A request from an address.
async fn ask(app: &App, from: &str, method: Method, path: &str, body: &str) -> Response {
    let address: SocketAddr = from.parse().unwrap();
    let request = app
        .request(method, path)
        .header("content-type", "application/json")
        .extension(ConnectInfo(address));
    app.send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

async fn get(app: &App, from: &str, path: &str) -> Response {
    ask(app, from, Method::GET, path, "").await
}

const ANA: &str = "192.0.2.1:1000";
const BEN: &str = "192.0.2.2:1000";

fn session() -> String {
    json!({"config": {"server_url": "http://127.0.0.1:1/mcp"}}).to_string()
}

#[tokio::test]
async fn requests_of_one_client_are_limited_and_those_of_others_are_not() {
    let app = limited(Limits {
        requests: Some(5),
        ..Limits::default()
    });
    for _ in 0..5 {
        assert_eq!(
            get(&app, ANA, "/api/sessions").await.status(),
            StatusCode::OK
        );
    }
    let refused = get(&app, ANA, "/api/sessions").await;
    let wait: u64 = header(&refused, "retry-after").parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait}");
    let detail = problem(refused, StatusCode::TOO_MANY_REQUESTS, "too-many-requests").await;
    assert!(
        detail.contains("--limit-requests") && detail.contains("more than 5"),
        "{detail}"
    );
    // A person gets a page, and the same headers as everybody.
    let page = get(&app, ANA, "/sessions/s").await;
    assert_eq!(page.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_ne!(header(&page, "retry-after"), "");
    assert_ne!(header(&page, "content-security-policy"), "");
    assert!(text(page).await.contains("--limit-requests"));
    // Supervisors and others are answered.
    assert_eq!(get(&app, ANA, "/healthz").await.status(), StatusCode::OK);
    assert_eq!(
        get(&app, BEN, "/api/sessions").await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn what_other_sites_send_takes_nothing_from_a_client() {
    let app = limited(Limits {
        requests: Some(2),
        ..Limits::default()
    });
    for _ in 0..10 {
        let request = app
            .request(Method::POST, "/api/sessions")
            .header("origin", "https://evil.example")
            .header("content-type", "application/json")
            .extension(ConnectInfo(ANA.parse::<SocketAddr>().unwrap()));
        let refused = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    }
    assert_eq!(
        get(&app, ANA, "/api/sessions").await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_client_is_who_the_proxy_names() {
    let app = App::with(&Options {
        limits: Some(Limits {
            requests: Some(1),
            ..Limits::default()
        }),
        sharing: Some(Sharing {
            proxies: vec!["192.0.2.1/32".parse().unwrap()],
            ..Sharing::default()
        }),
        ..Options::default()
    });
    let from = async |peer: &str, forwarded: &str| {
        let request = app
            .request(Method::GET, "/api/sessions")
            .header("x-forwarded-for", forwarded)
            .extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        app.send(request.body(Body::empty()).unwrap())
            .await
            .status()
    };
    assert_eq!(from(ANA, "198.51.100.1").await, StatusCode::OK);
    assert_eq!(from(ANA, "198.51.100.2").await, StatusCode::OK);
    assert_eq!(
        from(ANA, "198.51.100.1").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    // What the client claims in front of it counts for nothing.
    assert_eq!(
        from(ANA, "203.0.113.9, 198.51.100.2").await,
        StatusCode::TOO_MANY_REQUESTS
    );
    // Nobody else is believed.
    assert_eq!(from(BEN, "198.51.100.3").await, StatusCode::OK);
    assert_eq!(
        from(BEN, "198.51.100.4").await,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn new_sessions_of_one_client_are_limited() {
    let app = limited(Limits {
        new_sessions: Some(2),
        ..Limits::default()
    });
    let create =
        async |from: &str| ask(&app, from, Method::POST, "/api/sessions", &session()).await;
    assert_eq!(create(ANA).await.status(), StatusCode::CREATED);
    assert_eq!(create(ANA).await.status(), StatusCode::CREATED);
    let refused = create(ANA).await;
    assert_ne!(header(&refused, "retry-after"), "");
    let detail = problem(refused, StatusCode::TOO_MANY_REQUESTS, "too-many-requests").await;
    assert!(detail.contains("--limit-new-sessions"), "{detail}");
    assert_eq!(create(BEN).await.status(), StatusCode::CREATED);
    // A matrix makes many and counts as many.
    let matrix = ask(&app, ANA, Method::POST, "/api/matrix", &session()).await;
    assert_eq!(matrix.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn there_are_so_many_sessions_and_no_more() {
    let app = limited(Limits {
        sessions: Some(2),
        ..Limits::default()
    });
    app.session("a", 1).await;
    app.session("b", 1).await;
    let refused = ask(&app, ANA, Method::POST, "/api/sessions", &session()).await;
    assert_eq!(header(&refused, "retry-after"), "60");
    let detail = problem(
        refused,
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-sessions",
    )
    .await;
    assert!(detail.contains("--limit-sessions allows 2"), "{detail}");
    app.store.delete_session("a").await.unwrap();
    let made = ask(&app, ANA, Method::POST, "/api/sessions", &session()).await;
    assert_eq!(made.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn orders_to_one_session_are_limited() {
    let app = limited(Limits {
        commands: Some(3),
        ..Limits::default()
    });
    for id in ["a", "b"] {
        app.session(id, 1).await;
    }
    let note = json!({"step": 1, "text": "a note"}).to_string();
    let order = async |from: &str, id: &str| {
        let path = format!("/api/sessions/{id}/notes");
        ask(&app, from, Method::POST, &path, &note).await
    };
    for _ in 0..3 {
        let taken = order(ANA, "a").await;
        assert_ne!(taken.status(), StatusCode::TOO_MANY_REQUESTS);
    }
    // Whoever asks: it is the session that has had enough.
    let refused = order(BEN, "a").await;
    assert_ne!(header(&refused, "retry-after"), "");
    let detail = problem(refused, StatusCode::TOO_MANY_REQUESTS, "too-many-requests").await;
    assert!(detail.contains("--limit-commands"), "{detail}");
    assert_ne!(
        order(ANA, "b").await.status(),
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn a_viewers_seat_is_held_as_long_as_its_stream() {
    let app = limited(Limits {
        viewers: Some(2),
        streams: Some(3),
        ..Limits::default()
    });
    for id in ["a", "b", "c"] {
        app.session(id, 1).await;
    }
    let watch =
        async |from: &str, id: &str| get(&app, from, &format!("/api/sessions/{id}/events")).await;
    let first = watch(ANA, "a").await;
    let second = watch(BEN, "a").await;
    assert_eq!(
        (first.status(), second.status()),
        (StatusCode::OK, StatusCode::OK)
    );
    let refused = watch("192.0.2.3:1", "a").await;
    assert_eq!(header(&refused, "retry-after"), "10");
    let detail = problem(refused, StatusCode::SERVICE_UNAVAILABLE, "too-many-viewers").await;
    assert!(
        detail.contains("--limit-viewers") && detail.contains("this session"),
        "{detail}"
    );
    // The session can be read all the same.
    assert_eq!(
        get(&app, ANA, "/api/sessions/a").await.status(),
        StatusCode::OK
    );
    let third = watch(ANA, "b").await;
    assert_eq!(third.status(), StatusCode::OK);
    let detail = problem(
        watch(ANA, "c").await,
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-viewers",
    )
    .await;
    assert!(detail.contains("your address"), "{detail}");
    let detail = problem(
        watch("192.0.2.3:1", "c").await,
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-viewers",
    )
    .await;
    assert!(detail.contains("--limit-streams"), "{detail}");
    drop(first);
    assert_eq!(watch("192.0.2.3:1", "a").await.status(), StatusCode::OK);
    // A stream that was refused for another reason holds no seat.
    for _ in 0..5 {
        assert_eq!(
            watch("192.0.2.9:1", "nope").await.status(),
            StatusCode::NOT_FOUND
        );
    }
    drop(second);
}

#[tokio::test]
async fn bodies_have_the_size_that_was_set() {
    let app = limited(Limits {
        body: 2048,
        ..Limits::default()
    });
    let large = format!("{}{}", session(), " ".repeat(2048));
    let refused = ask(&app, ANA, Method::POST, "/api/sessions", &large).await;
    let detail = problem(refused, StatusCode::PAYLOAD_TOO_LARGE, "body-too-large").await;
    assert!(
        detail.contains("2 KiB") && detail.contains("--limit-body"),
        "{detail}"
    );
    let fits = ask(&app, ANA, Method::POST, "/api/sessions", &session()).await;
    assert_eq!(fits.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_full_session_takes_no_orders_and_records_nothing_more() {
    let app = App::with(&Options {
        max_events: Some(3),
        ..Options::default()
    });
    let made = app.post("/api/sessions", session()).await;
    let path = header(&made, "location").to_owned();
    let id = path.rsplit('/').next().unwrap().to_owned();
    app.append(&id, 5).await;
    let order = app
        .post(&format!("{path}/commands"), r#"{"type":"run"}"#)
        .await;
    let detail = problem(order, StatusCode::PAYLOAD_TOO_LARGE, "session-full").await;
    assert!(detail.contains("--limit-events allows 3"), "{detail}");
    let before = app.store.last_seq(&id).await.unwrap();
    // Fetches by anybody are answered and leave no trace.
    for _ in 0..5 {
        let document = app.get(&format!("/oauth/client/{id}/metadata.json")).await;
        assert_eq!(document.status(), StatusCode::OK);
    }
    assert_eq!(app.store.last_seq(&id).await.unwrap(), before);
    assert_eq!(app.get(&path).await.status(), StatusCode::OK);
}
