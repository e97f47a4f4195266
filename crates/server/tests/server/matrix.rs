//! One server under several revisions, and a session run again, over the API.

use crate::app::{App, json, problem, text};
use http::StatusCode;
use serde_json::Value;

const BODY: &str =
    r#"{"config":{"server_url":"http://127.0.0.1:1/mcp","title":"mine"},"follow_redirects":true}"#;

fn cell<'a>(matrix: &'a Value, revision: &str, registration: &str) -> &'a Value {
    let cells = matrix["cells"].as_array().unwrap();
    let found = cells
        .iter()
        .find(|cell| cell["revision"] == revision && cell["registration"] == registration);
    found.unwrap()
}

#[tokio::test]
async fn every_cell_is_a_session_or_says_why_not() {
    let app = App::new();
    let response = app.post("/api/matrix", BODY).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let matrix = json(response).await;
    assert_eq!(matrix["cells"].as_array().unwrap().len(), 12);
    assert_eq!(cell(&matrix, "2025-03-26", "cimd")["level"], "skipped");
    let why = cell(&matrix, "2025-03-26", "cimd")["skipped"]
        .as_str()
        .unwrap();
    assert!(why.contains("2025-11-25"), "{why}");
    assert_eq!(
        cell(&matrix, "2026-07-28", "preregistered")["session"],
        Value::Null
    );

    let id = cell(&matrix, "2026-07-28", "cimd")["session"]
        .as_str()
        .unwrap();
    let snapshot = json(app.get(&format!("/api/sessions/{id}")).await).await;
    assert_eq!(snapshot["summary"]["title"], "mine · 2026-07-28 · cimd");
    let config = &snapshot["events"][0]["kind"]["config"];
    assert_eq!(
        (&config["revision"], &config["registration"]),
        (&"2026-07-28".into(), &"cimd".into())
    );
    assert_eq!(config["follow_redirects"], true);

    let path = format!("/api/matrix/{}", matrix["id"].as_str().unwrap());
    let again = json(app.get(&path).await).await;
    assert_eq!(again["cells"].as_array().unwrap().len(), 12);
    let missing = app.get("/api/matrix/nobody").await;
    problem(missing, StatusCode::NOT_FOUND, "unknown-session").await;
    let single = app.get(&format!("/api/matrix/{id}")).await;
    problem(single, StatusCode::NOT_FOUND, "unknown-matrix").await;
}

#[tokio::test]
async fn a_choice_that_leaves_nothing_is_refused() {
    let app = App::new();
    let body =
        r#"{"config":{"server_url":"https://mcp.example/mcp"},"registrations":["preregistered"]}"#;
    let refused = app.post("/api/matrix", body).await;
    let detail = problem(refused, StatusCode::BAD_REQUEST, "bad-request").await;
    assert!(detail.contains("client_id"), "{detail}");
    let list = json(app.get("/api/sessions").await).await;
    assert_eq!(list, serde_json::json!([]), "nothing was made");
}

#[tokio::test]
async fn a_session_is_run_again_under_another_revision() {
    let app = App::new();
    let body = r#"{"config":{"server_url":"http://127.0.0.1:1/mcp","client_id":"c","client_secret":"very-secret"}}"#;
    let first = json(app.post("/api/sessions", body).await).await;
    let path = format!("/api/sessions/{}/again", first["id"].as_str().unwrap());
    let response = app.post(&path, r#"{"revision":"2026-07-28"}"#).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let second = json(response).await;
    assert_ne!(second["id"], first["id"]);
    let snapshot = json(
        app.get(&format!("/api/sessions/{}", second["id"].as_str().unwrap()))
            .await,
    )
    .await;
    let config = &snapshot["events"][0]["kind"]["config"];
    assert_eq!(config["revision"], "2026-07-28");
    assert_eq!(config["client_id"], "c");
    assert!(!snapshot.to_string().contains("very-secret"));
    let missing = app.post("/api/sessions/nobody/again", "{}").await;
    problem(missing, StatusCode::NOT_FOUND, "unknown-session").await;
}

/// What a restart leaves: cells of a matrix in the store that nobody runs.
#[tokio::test]
async fn cells_that_a_restart_left_are_told_and_run_on_demand() {
    let app = App::new();
    let mut cells = Vec::new();
    for _ in 0..2 {
        let made = app
            .post(
                "/api/sessions",
                r#"{"config":{"server_url":"http://127.0.0.1:1/mcp"}}"#,
            )
            .await;
        let session = json(made).await["id"].clone();
        cells.push(serde_json::json!({
            "revision": "2025-11-25", "registration": "dcr", "session": session, "skipped": null,
            "level": "ready", "sentence": "", "failures": 0, "warnings": 0,
        }));
    }
    let id = cells[0]["session"].as_str().unwrap().to_owned();
    let sealed = serde_json::to_vec(&cells).unwrap();
    app.store.put_sealed(&id, "matrix", &sealed).await.unwrap();

    let path = format!("/api/matrix/{id}");
    assert_eq!(json(app.get(&path).await).await["interrupted"], true);
    let page = text(app.get(&format!("/matrix/{id}")).await).await;
    assert!(page.contains("matrix-resume"), "{page}");

    let run = app.post(&format!("{path}/run"), "{}").await;
    assert_eq!(run.status(), StatusCode::ACCEPTED);
    let mut changes = app.store.watch(&id).await.unwrap();
    let done = loop {
        let matrix = json(app.get(&path).await).await;
        assert_eq!(matrix["interrupted"], false, "it is at work");
        let left = |cell: &Value| matches!(cell["level"].as_str(), Some("ready" | "running"));
        if !matrix["cells"].as_array().unwrap().iter().any(left) {
            break matrix;
        }
        let pause = std::time::Duration::from_millis(50);
        // The other cell has its own watcher; looking again is enough.
        let _ = tokio::time::timeout(pause, changes.changed()).await;
    };
    assert_eq!(cell(&done, "2025-11-25", "dcr")["level"], "failure");
    let page = text(app.get(&format!("/matrix/{id}")).await).await;
    assert!(!page.contains("matrix-resume"));
    let missing = app.post("/api/matrix/nobody/run", "{}").await;
    problem(missing, StatusCode::NOT_FOUND, "unknown-session").await;
}

#[tokio::test]
async fn where_a_server_never_worked_nothing_changed_since() {
    let app = App::new();
    app.session("one", 2).await;
    app.session("two", 2).await;
    let none = app.get("/api/sessions/two/since").await;
    assert_eq!(none.status(), StatusCode::OK);
    assert_eq!(json(none).await, Value::Null);
    let missing = app.get("/api/sessions/nobody/since").await;
    problem(missing, StatusCode::NOT_FOUND, "unknown-session").await;
}
