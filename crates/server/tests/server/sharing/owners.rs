//! Whose a session is: of a browser, of a person whom a proxy names, of everybody on a machine of one's own.

use super::{Browser, shared};
use crate::app::{App, header, json, problem};
use authscope_server::Sharing;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, StatusCode};
use serde_json::json;
use std::net::SocketAddr;

#[tokio::test]
async fn a_proxy_that_is_trusted_names_the_owner() {
    let app = App::sharing(Sharing {
        owned: true,
        user_header: Some("x-forwarded-user".parse().unwrap()),
        proxies: vec!["10.0.0.0/8".parse().unwrap()],
        ..Sharing::default()
    });
    let ask = async |peer: &str, user: &[&str], method: Method, path: &str, body: &str| {
        let mut request = app
            .request(method, path)
            .header("content-type", "application/json");
        for name in user {
            request = request.header("x-forwarded-user", *name);
        }
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        app.send(request).await
    };
    let body = r#"{"config":{"server_url":"http://127.0.0.1:1/mcp"}}"#;
    let made = ask("10.0.0.1:9", &["ana"], Method::POST, "/api/sessions", body).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let session = header(&made, "location").to_owned();
    let status =
        async |peer: &str, user: &[&str]| ask(peer, user, Method::GET, &session, "").await.status();
    assert_eq!(status("10.0.0.1:9", &["ana"]).await, StatusCode::OK);
    assert_eq!(status("10.0.0.1:9", &["ben"]).await, StatusCode::FORBIDDEN);
    // Whoever is no proxy of ours, or sends two names, is nobody.
    assert_eq!(status("192.0.2.1:9", &["ana"]).await, StatusCode::FORBIDDEN);
    assert_eq!(
        status("10.0.0.1:9", &["ben", "ana"]).await,
        StatusCode::FORBIDDEN
    );
    let made = ask("10.0.0.1:9", &[], Method::POST, "/api/sessions", body).await;
    problem(made, StatusCode::FORBIDDEN, "not-signed-in").await;
}

#[tokio::test]
async fn the_way_back_makes_a_new_browser_the_owner() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let (link, _) = owner.link(&session, json!({"kind": "owner"})).await;
    let mut new = Browser::new(&app);
    new.get(&link).await;
    new.post(&format!("{session}/claim"), json!({})).await;
    assert_eq!(
        json(new.get("/api/sessions").await)
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // Revoking every link locks no owner out.
    new.ask(Method::DELETE, &format!("{session}/links"), None)
        .await;
    new.cookies.retain(|(name, _, _)| name == "authscope_me");
    assert_eq!(
        new.get(&format!("{session}/links")).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn on_a_machine_of_ones_own_everybody_owns_everything_but_a_link_is_what_it_says() {
    let app = App::new();
    app.session("s", 1).await;
    let mut anybody = Browser::new(&app);
    assert_eq!(
        anybody.get("/api/sessions/s/links").await.status(),
        StatusCode::OK
    );
    let (link, _) = anybody
        .link("/api/sessions/s", json!({"kind": "watch"}))
        .await;
    let mut guest = Browser::new(&app);
    guest.get(&link).await;
    let access = json(guest.get("/api/sessions/s/access").await).await;
    assert_eq!(access["role"], "viewer");
    assert!(
        access["reach"]
            .as_str()
            .unwrap()
            .contains("only on this machine")
    );
    guest.post("/api/sessions/s/leave", json!({})).await;
    assert_eq!(
        json(guest.get("/api/sessions/s/access").await).await["role"],
        "owner"
    );
}
