//! Saved targets and clients: made, listed, started, removed; secrets stay inside.

use crate::app::{App, json, problem, text};
use axum::body::Body;
use http::{Method, StatusCode};

const TARGET: &str = r#"{"name":"Staging","config":{"server_url":"http://127.0.0.1:1/mcp","client_id":"mine",
    "client_secret":"very-secret-value","revision":"2025-11-25"}}"#;

async fn delete(app: &App, path: &str) -> StatusCode {
    let request = app
        .request(Method::DELETE, path)
        .header("content-type", "application/json");
    app.send(request.body(Body::empty()).unwrap())
        .await
        .status()
}

#[tokio::test]
async fn a_target_is_saved_started_and_removed() {
    let app = App::new();
    let response = app.post("/api/targets", TARGET).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let saved = json(response).await;
    assert_eq!(saved["name"], "Staging");
    assert_eq!(saved["settings"], "2025-11-25, client id mine, secret");
    let list = text(app.get("/api/targets").await).await;
    assert!(
        list.contains("Staging") && !list.contains("very-secret-value"),
        "{list}"
    );

    let path = format!("/api/targets/{}", saved["id"].as_str().unwrap());
    let made = app.post(&format!("{path}/sessions"), "{}").await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let session = json(made).await;
    assert_eq!(
        (&session["title"], &session["status"]),
        (&"Staging".into(), &"ready".into())
    );
    let id = session["id"].as_str().unwrap();
    let snapshot = text(app.get(&format!("/api/sessions/{id}")).await).await;
    assert!(snapshot.contains("\"client_id\":\"mine\"") && !snapshot.contains("very-secret-value"));

    assert_eq!(delete(&app, &path).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&app, &path).await, StatusCode::NOT_FOUND);
    let gone = app.post(&format!("{path}/sessions"), "{}").await;
    problem(gone, StatusCode::NOT_FOUND, "not-saved").await;
    assert_eq!(
        json(app.get("/api/targets").await).await,
        serde_json::json!([])
    );
}

#[tokio::test]
async fn what_cannot_be_a_target_is_not_saved() {
    let app = App::new();
    let response = app
        .post("/api/targets", r#"{"config":{"server_url":"nonsense"}}"#)
        .await;
    problem(response, StatusCode::BAD_REQUEST, "bad-setting").await;
    let unnamed = app
        .post(
            "/api/targets",
            r#"{"name":" ","config":{"server_url":"https://a.example:8443/mcp"}}"#,
        )
        .await;
    assert_eq!(json(unnamed).await["name"], "a.example:8443");
}

#[tokio::test]
async fn clients_that_were_never_saved_are_not_there() {
    let app = App::new();
    assert_eq!(
        json(app.get("/api/clients").await).await,
        serde_json::json!([])
    );
    assert_eq!(
        delete(&app, "/api/clients/none").await,
        StatusCode::NOT_FOUND
    );
}
