//! What a link is: usable again and again, limited in time, hard to guess.

use super::{Browser, shared};
use crate::app::{App, header, json, problem};
use authscope_server::Sharing;
use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let (link, _) = owner
        .link(&session, json!({"kind": "watch", "name": "for Ana"}))
        .await;
    let before = json(owner.get(&format!("{session}/links")).await).await;
    for _ in 0..10 {
        let mut bot = Browser::new(&app);
        assert_eq!(bot.get(&link).await.status(), StatusCode::SEE_OTHER);
    }
    let request = app
        .request(Method::HEAD, &link)
        .body(Body::empty())
        .unwrap();
    assert_eq!(app.send(request).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        json(owner.get(&format!("{session}/links")).await).await,
        before
    );
    let mut human = Browser::new(&app);
    let response = human.get(&link).await;
    assert_eq!(header(&response, "referrer-policy"), "no-referrer");
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(human.get(&session).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn times_and_names_of_links_have_limits() {
    let app = App::sharing(Sharing {
        owned: true,
        longest: Duration::from_secs(7200),
        ..Sharing::default()
    });
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let links = format!("{session}/links");
    for body in [
        json!({"kind": "watch", "seconds": 1}),
        json!({"kind": "watch", "seconds": 7201}),
        json!({"kind": "watch", "name": "x".repeat(81)}),
        json!({"kind": "everything"}),
    ] {
        problem(
            owner.post(&links, body).await,
            StatusCode::BAD_REQUEST,
            "bad-request",
        )
        .await;
    }
    // The usual time is no longer than the longest.
    let made = json(owner.post(&links, json!({"kind": "watch"})).await).await;
    let time =
        made["link"]["ends_at"].as_u64().unwrap() - made["link"]["made_at"].as_u64().unwrap();
    assert_eq!(time, 7_200_000);
    let token = made["url"]
        .as_str()
        .unwrap()
        .rsplit('.')
        .next()
        .unwrap()
        .to_owned();
    assert!(token.len() >= 43, "{token}");
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let app = shared();
    for _ in 0..30 {
        assert_eq!(app.get("/s/a.b.c").await.status(), StatusCode::NOT_FOUND);
    }
    let response = app.get("/s/a.b.c").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(!header(&response, "retry-after").is_empty());
}
