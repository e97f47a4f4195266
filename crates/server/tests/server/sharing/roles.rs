//! Every route for every role, and strangers.

use super::{Browser, shared};
use crate::app::{header, json, problem};
use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;

/// A stranger, and who came by a link to watch, to drive, and by the owner's way back.
async fn people<'a>(owner: &mut Browser<'a>, session: &str) -> [Browser<'a>; 4] {
    let page = session.replace("/api", "");
    let (watch, _) = owner.link(session, json!({"kind": "watch"})).await;
    let (drive, _) = owner.link(session, json!({"kind": "drive"})).await;
    let (way_back, _) = owner.link(session, json!({"kind": "owner"})).await;
    let mut people = [
        Browser::new(owner.app),
        Browser::new(owner.app),
        Browser::new(owner.app),
        Browser::new(owner.app),
    ];
    for (browser, link) in people.iter_mut().skip(1).zip([&watch, &drive, &way_back]) {
        let response = browser.get(link).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(header(&response, "location"), page);
    }
    people
}

#[tokio::test]
async fn every_page_for_every_role() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let page = session.replace("/api", "");
    let mut people = people(&mut owner, &session).await;
    let id = session.rsplit('/').next().unwrap().to_owned();
    // Pages. The app's own holds nothing of the session; what belongs to several sessions is reached by no link.
    let pages = [
        (0, page.clone()),
        (0, format!("{page}/step/1")),
        (1, format!("{page}/checks")),
        (2, format!("{page}/authorize")),
        (4, format!("/compare/{id}")),
        (4, format!("/compare/{id}/{id}")),
        (4, format!("/compare/{id}/{id}/1/1")),
        (1, format!("{session}/compare/{id}")),
    ];
    for (needed, path) in pages {
        for (role, browser) in people.iter_mut().enumerate() {
            let refused = browser.get(&path).await.status() == StatusCode::FORBIDDEN;
            assert_eq!(refused, role < needed, "{path} as {role}");
        }
        assert_ne!(
            owner.get(&path).await.status(),
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_route_for_every_role() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let mut people = people(&mut owner, &session).await;
    // What each needs: 1 a viewer, 2 a controller, 3 an owner. The last ones change the most.
    let routes = [
        (1, Method::GET, "", None),
        (1, Method::GET, "/diagnosis", None),
        (1, Method::GET, "/export/json", None),
        (1, Method::GET, "/events", None),
        (1, Method::GET, "/access", None),
        (1, Method::GET, "/notes", None),
        (1, Method::GET, "/exchanges/1", None),
        (2, Method::GET, "/exchanges/1/draft", None),
        (1, Method::GET, "/breakpoints", None),
        (2, Method::GET, "/held", None),
        (
            2,
            Method::POST,
            "/held",
            Some(json!({"of": 0, "method": "GET", "url": "http://127.0.0.1:9/"})),
        ),
        (
            2,
            Method::POST,
            "/resend",
            Some(json!({"of": 1, "method": "GET", "url": "http://127.0.0.1:9/"})),
        ),
        (2, Method::POST, "/commands", Some(json!({"type": "stop"}))),
        (
            2,
            Method::POST,
            "/notes",
            Some(json!({"step": 1, "text": "look here"})),
        ),
        (2, Method::DELETE, "/notes/none", None),
        (3, Method::GET, "/links", None),
        (3, Method::POST, "/links", Some(json!({"kind": "watch"}))),
        (3, Method::DELETE, "/links/none", None),
        (3, Method::GET, "/hidden", None),
        (3, Method::GET, "/audit", None),
        (3, Method::POST, "/reveal", Some(json!({"hash": "000000"}))),
        (3, Method::POST, "/presence", Some(json!({"step": 1}))),
        (3, Method::POST, "/preview", Some(json!({"on": false}))),
        (3, Method::POST, "/claim", Some(json!({}))),
        (
            3,
            Method::POST,
            "/sharing",
            Some(json!({"personal_claims": false})),
        ),
        (3, Method::POST, "/again", Some(json!({}))),
        (3, Method::POST, "/wipe", Some(json!({}))),
        (3, Method::DELETE, "/links", None),
        (3, Method::DELETE, "", None),
    ];
    for (needed, method, route, body) in routes {
        for (role, browser) in people.iter_mut().enumerate() {
            let path = format!("{session}{route}");
            let response = browser.ask(method.clone(), &path, body.clone()).await;
            // Links are revoked on the way, which refuses in other words.
            let refused = matches!(response.status(), StatusCode::FORBIDDEN | StatusCode::GONE);
            assert_eq!(
                refused,
                role < needed,
                "{method} {route} as {role}: {}",
                response.status()
            );
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_who_should_not() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let (link, _) = owner.link(&session, json!({"kind": "watch"})).await;
    let mut stranger = Browser::new(&app);
    problem(
        stranger.get(&session).await,
        StatusCode::FORBIDDEN,
        "not-yours",
    )
    .await;
    assert_eq!(json(stranger.get("/api/sessions").await).await, json!([]));
    let own = stranger.session().await;
    assert_eq!(
        json(stranger.get("/api/sessions").await)
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        json(owner.get("/api/sessions").await)
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // A link opens its own session and no other.
    stranger.get(&link).await;
    assert_eq!(stranger.get(&session).await.status(), StatusCode::OK);
    let token = link.trim_start_matches("/s/");
    let request = app
        .request(Method::GET, &own)
        .header("cookie", format!("authscope_link={token}"));
    let response = app.send(request.body(Body::empty()).unwrap()).await;
    problem(response, StatusCode::FORBIDDEN, "not-yours").await;
    // Nothing that was changed or cut opens anything.
    let last = if token.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &token[..token.len() - 1]);
    for wrong in [
        changed.as_str(),
        &token[..token.len() - 1],
        "",
        ".",
        "..",
        "a.b.c",
        &format!("{token}x"),
    ] {
        let response = Browser::new(&app).get(&format!("/s/{wrong}")).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{wrong}");
        assert!(response.headers().get("set-cookie").is_none());
    }
    // What is stored opens nothing.
    let id = session.rsplit('/').next().unwrap();
    for (_, bytes) in app.store.sealed_under(id, "").await.unwrap() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains(token.rsplit('.').next().unwrap()), "{text}");
    }
}
