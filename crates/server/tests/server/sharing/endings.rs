//! How a link ends: taken back, over, or with its session.

use super::{Browser, shared, stream};
use crate::app::{json, problem, text};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_revoked_link_cuts_its_stream_and_says_so() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let (link, id) = owner
        .link(&session, json!({"kind": "watch", "name": "for Ana"}))
        .await;
    let (other, _) = owner.link(&session, json!({"kind": "watch"})).await;
    let (mut ana, mut ben) = (Browser::new(&app), Browser::new(&app));
    ana.get(&link).await;
    ben.get(&other).await;
    let mut cut = stream(&ana, &session).await;
    let mut stays = stream(&ben, &session).await;
    let access = json(owner.get(&format!("{session}/access")).await).await;
    assert_eq!(access["presence"]["watching"], 2);
    assert_eq!(access["presence"]["names"], json!(["for Ana"]));
    owner
        .ask(Method::DELETE, &format!("{session}/links/{id}"), None)
        .await;
    let last = tokio::time::timeout(Duration::from_secs(5), async {
        let mut last = String::new();
        while let Some(message) = cut.next().await {
            last = message;
        }
        last
    });
    let last = last.await.unwrap();
    assert!(last.starts_with("event: gone\n"), "{last}");
    problem(
        ana.get(&format!("{session}/events")).await,
        StatusCode::GONE,
        "link-revoked",
    )
    .await;
    let page = ana.get(&link).await;
    assert_eq!(page.status(), StatusCode::GONE);
    assert!(text(page).await.contains("This link was revoked"));
    // The other one goes on, and sees the first leave.
    loop {
        let message = stays.next().await.unwrap();
        if message.contains("\"watching\":1") {
            break;
        }
    }
    owner.ask(Method::DELETE, &session, None).await;
    loop {
        let message = stays.next().await.unwrap();
        if message.starts_with("event: gone\n") {
            break;
        }
    }
    problem(ben.get(&session).await, StatusCode::GONE, "session-deleted").await;
    assert_eq!(ben.get(&other).await.status(), StatusCode::GONE);
}

/// Lets a link have ended a long time ago, as it would stand in the store.
async fn let_end(app: &crate::app::App, session: &str, link: &str) {
    let (id, row) = (session.rsplit('/').next().unwrap(), format!("link/{link}"));
    let stored = app.store.get_sealed(id, &row).await.unwrap().unwrap();
    let mut stored: Value = serde_json::from_slice(&stored).unwrap();
    assert!(stored["ends_at"].is_u64());
    stored["ends_at"] = 1.into();
    let bytes = stored.to_string();
    app.store
        .put_sealed(id, &row, bytes.as_bytes())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_link_that_has_ended_says_so_everywhere() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let (link, id) = owner.link(&session, json!({"kind": "drive"})).await;
    let mut ana = Browser::new(&app);
    ana.get(&link).await;
    let mut cut = stream(&ana, &session).await;
    let_end(&app, &session, &id).await;
    let last = tokio::time::timeout(Duration::from_secs(5), async {
        let mut last = String::new();
        while let Some(message) = cut.next().await {
            last = message;
        }
        last
    });
    let last = last.await.unwrap();
    assert!(
        last.starts_with("event: gone\ndata: This link has ended. "),
        "{last}"
    );
    for route in [
        "",
        "/events",
        "/access",
        "/diagnosis",
        "/export/json",
        "/notes",
    ] {
        let response = ana.get(&format!("{session}{route}")).await;
        problem(response, StatusCode::GONE, "link-expired").await;
    }
    let stop = ana
        .post(&format!("{session}/commands"), json!({"type": "stop"}))
        .await;
    problem(stop, StatusCode::GONE, "link-expired").await;
    // A browser that was never here gets a page in words, and no cookie.
    for path in [link.clone(), format!("{link}/step/1")] {
        let page = Browser::new(&app).get(&path).await;
        assert_eq!(page.status(), StatusCode::GONE);
        assert!(page.headers().get("set-cookie").is_none());
        assert_eq!(
            crate::app::header(&page, "content-type"),
            "text/html; charset=utf-8"
        );
        assert!(text(page).await.contains("This link has ended"));
    }
    let links = json(owner.get(&format!("{session}/links")).await).await;
    assert_eq!(links[0]["state"], "expired");
}
