//! Being in a session at the same time: who is there, where the owner looks, notes as they are written.

use super::{Browser, shared, stream};
use crate::app::json;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// The next thing that a stream says about those who are there.
async fn presence(messages: &mut crate::stream::Messages) -> Value {
    loop {
        let message = messages.next().await.unwrap();
        if let Some(data) = message.strip_prefix("event: presence\ndata: ") {
            return serde_json::from_str(data).unwrap();
        }
    }
}

#[tokio::test]
async fn whoever_is_there_is_told_what_changes() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let (link, _) = owner
        .link(&session, json!({"kind": "watch", "name": "Ana"}))
        .await;
    let mut ana = Browser::new(&app);
    ana.get(&link).await;
    let mut seen = stream(&ana, &session).await;
    // At once, without anything having happened since.
    let first = presence(&mut seen).await;
    assert_eq!(
        first,
        json!({"watching": 1, "names": ["Ana"], "step": null, "notes": 0})
    );
    owner
        .post(&format!("{session}/presence"), json!({"step": 3}))
        .await;
    assert_eq!(presence(&mut seen).await["step"], 3);
    let note = owner
        .post(
            &format!("{session}/notes"),
            json!({"step": 3, "text": "<b>look</b> https://evil.example"}),
        )
        .await;
    assert_eq!(note.status(), StatusCode::CREATED);
    let note = json(note).await;
    assert_eq!(presence(&mut seen).await["notes"], 1);
    let listed = json(ana.get(&format!("{session}/notes")).await).await;
    assert_eq!(listed, json!([note]));
    let path = format!("{session}/notes/{}", note["id"].as_str().unwrap());
    owner.ask(Method::DELETE, &path, None).await;
    assert_eq!(presence(&mut seen).await["notes"], 2);
    assert_eq!(
        json(ana.get(&format!("{session}/notes")).await).await,
        json!([])
    );
}

#[tokio::test]
async fn a_session_keeps_so_many_notes() {
    let app = shared();
    let mut owner = Browser::new(&app);
    let session = owner.session().await;
    let id = session.rsplit('/').next().unwrap();
    let note = json!({"id": "", "step": 1, "who": "owner", "at": 1, "text": "x"});
    for number in 0..1_000 {
        let name = format!("note/{number:04}");
        let bytes = note.to_string().into_bytes();
        app.store.put_sealed(id, &name, &bytes).await.unwrap();
    }
    let one_more = json!({"step": 1, "text": "y"});
    let refused = owner
        .post(&format!("{session}/notes"), one_more.clone())
        .await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    let words = json(refused).await["detail"].to_string();
    assert!(words.contains("1000 notes"), "{words}");
    owner
        .ask(Method::DELETE, &format!("{session}/notes/0007"), None)
        .await;
    let pinned = owner.post(&format!("{session}/notes"), one_more).await;
    assert_eq!(pinned.status(), StatusCode::CREATED);
}
