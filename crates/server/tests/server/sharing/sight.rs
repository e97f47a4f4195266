//! What somebody sees who is not the owner: less, or what there was once.

use super::{Browser, shared, stream};
use crate::app::{json, problem, text};
use authscope_model::EventKind;
use authscope_model::event::Tone;
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

const HEADER: &str = "eyJhbGciOiJSUzI1NiJ9";

fn token_of_ana() -> String {
    use base64::Engine as _;
    let claims = r#"{"sub":"ana-sub-17","email":"ana@example.org","aud":"https://mcp.example"}"#;
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims);
    format!("{HEADER}.{payload}.⟨signature · 342 chars · #abcdef⟩")
}

#[tokio::test]
async fn a_snapshot_stays_what_it_was() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let id = session.rsplit('/').next().unwrap().to_owned();
    app.append(&id, 2).await;
    let (link, _) = owner.link(&session, json!({"kind": "snapshot"})).await;
    let mut guest = Browser::new(&app);
    guest.get(&link).await;
    let before = json(guest.get(&session).await).await;
    assert_eq!(before["events"].as_array().unwrap().len(), 3);
    app.append(&id, 4).await;
    assert_eq!(json(guest.get(&session).await).await, before);
    assert_eq!(
        json(guest.get(&format!("{session}/diagnosis")).await).await["seq"],
        3
    );
    let exported = json(guest.get(&format!("{session}/export/json")).await).await;
    assert_eq!(exported["events"].as_array().unwrap().len(), 3);
    let mut messages = stream(&guest, &session).await;
    let mut seen = Vec::new();
    while seen.len() < 3 {
        let message = messages.next().await.unwrap();
        seen.extend(
            message
                .lines()
                .find_map(|line| line.strip_prefix("id: ").map(ToOwned::to_owned)),
        );
    }
    assert_eq!(seen, ["1", "2", "3"]);
    // Who is there is told to everybody; an event is not.
    let told = messages.next().await.unwrap();
    assert!(told.starts_with("event: presence\n"), "{told}");
    let more = tokio::time::timeout(Duration::from_millis(300), messages.next()).await;
    assert!(more.is_err(), "{more:?}");
    assert_eq!(
        json(owner.get(&session).await).await["events"]
            .as_array()
            .unwrap()
            .len(),
        7
    );
}

#[tokio::test]
async fn who_somebody_is_stays_with_the_owner() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let id = session.rsplit('/').next().unwrap().to_owned();
    let note = EventKind::Note {
        exchange: None,
        tone: Tone::Info,
        text: format!("got {}", token_of_ana()),
    };
    app.store.append(&id, vec![(5, note)]).await.unwrap();
    let (link, _) = owner.link(&session, json!({"kind": "watch"})).await;
    let mut guest = Browser::new(&app);
    guest.get(&link).await;
    let token = token_of_ana();
    let payload = token.split('.').nth(1).unwrap();
    for route in [
        "",
        "/export/json",
        "/export/markdown",
        "/diagnosis",
        "/export/har",
        "/export/html",
    ] {
        let shown = text(guest.get(&format!("{session}{route}")).await).await;
        assert!(!shown.contains(payload), "{route}");
    }
    assert!(text(owner.get(&session).await).await.contains(payload));
    let hidden = text(owner.get(&format!("{session}/hidden")).await).await;
    assert!(hidden.contains("email · personal claim"), "{hidden}");
    assert!(hidden.contains("client_secret · 28 chars"), "{hidden}");
    // The preview is what a viewer sees, to the byte.
    owner
        .post(&format!("{session}/preview"), json!({"on": true}))
        .await;
    assert_eq!(
        text(owner.get(&session).await).await,
        text(guest.get(&session).await).await
    );
    problem(
        owner
            .post(&format!("{session}/commands"), json!({"type": "stop"}))
            .await,
        StatusCode::FORBIDDEN,
        "not-allowed",
    )
    .await;
    owner
        .post(&format!("{session}/preview"), json!({"on": false}))
        .await;
    owner
        .post(
            &format!("{session}/sharing"),
            json!({"personal_claims": true}),
        )
        .await;
    assert!(text(guest.get(&session).await).await.contains(payload));
}

#[tokio::test]
async fn a_value_is_revealed_to_its_owner_and_written_down() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let (link, _) = owner
        .link(&session, json!({"kind": "drive", "name": "Ben"}))
        .await;
    let mut ben = Browser::new(&app);
    ben.get(&link).await;
    let mut messages = stream(&ben, &session).await;
    let shown = text(owner.get(&session).await).await;
    let hash = shown.split("client_secret · 28 chars · #").nth(1).unwrap()[..6].to_owned();
    let reveal = format!("{session}/reveal");
    let raw = json(owner.post(&reveal, json!({"hash": hash})).await).await;
    assert_eq!(raw["value"], "a-very-secret-secret-of-mine");
    problem(
        ben.post(&reveal, json!({"hash": hash})).await,
        StatusCode::FORBIDDEN,
        "not-allowed",
    )
    .await;
    problem(
        owner.post(&reveal, json!({"hash": "ffffff"})).await,
        StatusCode::NOT_FOUND,
        "not-in-vault",
    )
    .await;
    let audit = json(owner.get(&format!("{session}/audit")).await).await;
    assert_eq!(audit[0]["what"], format!("revealed client_secret #{hash}"));
    assert_eq!(audit[0]["who"], "owner");
    // A note that quotes it is masked.
    let text_of = json!({"step": 1, "text": "try a-very-secret-secret-of-mine again"});
    let note = json(ben.post(&format!("{session}/notes"), text_of).await).await;
    assert_eq!(
        note["text"].as_str().unwrap(),
        format!("try ⟨client_secret · 28 chars · #{hash}⟩ again")
    );
    assert_eq!(note["who"], "Ben");
    // Nothing of it reached the other one.
    let id = session.rsplit('/').next().unwrap();
    app.append(id, 1).await;
    let mut seen = String::new();
    while !seen.contains("a note") {
        seen.push_str(&messages.next().await.unwrap());
    }
    for route in ["", "/notes", "/export/json", "/access"] {
        seen.push_str(&text(ben.get(&format!("{session}{route}")).await).await);
    }
    assert!(!seen.contains("a-very-secret-secret-of-mine"));
    // Wiped is wiped.
    assert_eq!(
        owner
            .post(&format!("{session}/wipe"), json!({}))
            .await
            .status(),
        StatusCode::NO_CONTENT
    );
    problem(
        owner.post(&reveal, json!({"hash": hash})).await,
        StatusCode::CONFLICT,
        "cannot-go-on",
    )
    .await;
    for (name, bytes) in app.store.sealed_under(id, "").await.unwrap() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("a-very-secret-secret-of-mine"), "{name}");
    }
    assert_eq!(owner.get(&session).await.status(), StatusCode::OK);
}
