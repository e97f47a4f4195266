//! Sessions, commands, what the instance says about itself, and every way to ask wrongly.

use crate::app::{App, Options, header, json, problem, text};
use axum::body::Body;
use http::{Method, StatusCode};

#[tokio::test]
async fn a_session_is_made_and_found() {
    let app = App::new();
    let body = r#"{"config":{"server_url":"https://mcp.example/mcp","title":"mine"}}"#;
    let response = app.post("/api/sessions", body).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let location = header(&response, "location").to_owned();
    let summary = json(response).await;
    let id = summary["id"].as_str().unwrap();
    assert_eq!(location, format!("/api/sessions/{id}"));
    assert_eq!(summary["title"], "mine");
    assert_eq!(summary["status"], "ready");

    let list = json(app.get("/api/sessions").await).await;
    assert_eq!(list[0]["id"], id);
    let snapshot = json(app.get(&location).await).await;
    assert_eq!(snapshot["summary"]["id"], id);
    assert_eq!(snapshot["events"][0]["seq"], 1);
    assert_eq!(snapshot["events"][0]["kind"]["type"], "session_created");
    assert!(snapshot["findings"].is_array());
}

#[tokio::test]
async fn the_list_is_as_long_as_asked_for() {
    let app = App::new();
    for id in ["a", "b", "c"] {
        app.session(id, 1).await;
    }
    let list = json(app.get("/api/sessions?limit=2").await).await;
    assert_eq!(list.as_array().unwrap().len(), 2);
    let response = app.get("/api/sessions?limit=many").await;
    let detail = problem(response, StatusCode::BAD_REQUEST, "bad-request").await;
    assert!(detail.contains("query"), "{detail}");
}

#[tokio::test]
async fn a_setting_that_cannot_be_used_is_named() {
    let app = App::new();
    let body = r#"{"config":{"server_url":"ftp://mcp.example/mcp"}}"#;
    let response = app.post("/api/sessions", body).await;
    let detail = problem(response, StatusCode::BAD_REQUEST, "bad-setting").await;
    assert!(detail.contains("ftp://mcp.example/mcp"), "{detail}");
}

#[tokio::test]
async fn a_body_that_cannot_be_read_names_the_place() {
    let app = App::new();
    for (body, place) in [
        ("", "empty"),
        ("{", "The body"),
        ("[]", "The body"),
        (r#"{"config":{}}"#, "server_url"),
        (r#"{"config":{"server_url":1}}"#, "config.server_url"),
        (
            r#"{"config":{"server_url":"https://a.example","revision":"1999-01-01"}}"#,
            "config.revision",
        ),
        (
            r#"{"config":{"server_url":"https://a.example","scopes":"x"}}"#,
            "config.scopes",
        ),
        (
            r#"{"config":{"server_url":"https://a.example"}} {}"#,
            "more than one",
        ),
    ] {
        let response = app.post("/api/sessions", body).await;
        let detail = problem(response, StatusCode::BAD_REQUEST, "bad-request").await;
        assert!(detail.contains(place), "{body}: {detail}");
    }
    assert_eq!(
        json(app.get("/api/sessions").await).await,
        serde_json::json!([])
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = App::new();
    let body = format!(
        r#"{{"config":{{"server_url":"https://a.example/{}"}}}}"#,
        "a".repeat(300 * 1024)
    );
    let response = app.post("/api/sessions", body).await;
    let detail = problem(response, StatusCode::PAYLOAD_TOO_LARGE, "body-too-large").await;
    assert!(detail.contains("256 KiB"), "{detail}");
}

#[tokio::test]
async fn what_is_not_declared_as_json_is_not_read() {
    let app = App::new();
    let request = app
        .request(Method::POST, "/api/sessions")
        .header("content-type", "text/plain")
        .body(Body::from(
            r#"{"config":{"server_url":"https://a.example"}}"#,
        ))
        .unwrap();
    let response = app.send(request).await;
    let detail = problem(response, StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json").await;
    assert!(detail.contains("text/plain"), "{detail}");
}

#[tokio::test]
async fn unknown_sessions_are_told_everywhere() {
    let app = App::new();
    let unknown = StatusCode::NOT_FOUND;
    for path in [
        "/api/sessions/nobody",
        "/api/sessions/nobody/events",
        "/oauth/client/nobody/metadata.json",
        "/oauth/client/nobody/jwks.json",
    ] {
        let detail = problem(app.get(path).await, unknown, "unknown-session").await;
        assert!(detail.contains("nobody"), "{path}: {detail}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_in_the_api() {
    let app = App::new();
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/sessions/a/nothing",
        "/nothing",
    ] {
        let detail = problem(app.get(path).await, StatusCode::NOT_FOUND, "unknown-route").await;
        assert!(detail.contains(path), "{detail}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_names_the_right_ones() {
    let app = App::new();
    let request = app
        .request(Method::DELETE, "/api/sessions")
        .header("content-type", "application/json");
    let response = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(header(&response, "allow"), "GET,HEAD,POST");
    let detail = problem(response, StatusCode::METHOD_NOT_ALLOWED, "wrong-method").await;
    assert!(detail.contains("DELETE"), "{detail}");
}

#[tokio::test]
async fn a_command_is_taken_or_refused_in_words() {
    let app = App::new();
    let body = r#"{"config":{"server_url":"http://127.0.0.1:1/mcp"}}"#;
    let summary = json(app.post("/api/sessions", body).await).await;
    let commands = format!("/api/sessions/{}/commands", summary["id"].as_str().unwrap());

    let paste =
        r#"{"type":"callback","url":"http://127.0.0.1:7007/oauth/callback?code=a&state=b"}"#;
    let response = app.post(&commands, paste).await;
    let detail = problem(response, StatusCode::CONFLICT, "not-now").await;
    assert!(
        detail.contains("no authorization response is awaited"),
        "{detail}"
    );

    let response = app.post(&commands, r#"{"type":"fly"}"#).await;
    let detail = problem(response, StatusCode::BAD_REQUEST, "bad-request").await;
    assert!(detail.contains("fly"), "{detail}");

    let response = app.post(&commands, r#"{"type":"run"}"#).await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn the_instance_tells_about_itself() {
    let app = App::with(&Options {
        public_url: Some("https://debug.example.org/tools/"),
        ..Options::default()
    });
    let info = json(app.get("/tools/api/info").await).await;
    assert_eq!(info["public_url"], "https://debug.example.org/tools/");
    let redirect_uri = "https://debug.example.org/tools/oauth/callback";
    assert_eq!(info["redirect_uri"], redirect_uri);
    assert_eq!(info["guard"], "local");
    assert_eq!(info["lab"], serde_json::json!([]));
    assert_eq!(info["reachability_note"], serde_json::Value::Null);

    let local = json(App::new().get("/api/info").await).await;
    let note = local["reachability_note"].as_str().unwrap();
    assert!(note.contains("--public-url"), "{note}");
}

#[tokio::test]
async fn supervisors_get_their_answers() {
    let app = App::new();
    assert_eq!(text(app.get("/healthz").await).await, "ok\n");
    assert_eq!(text(app.get("/readyz").await).await, "ready\n");
    let version = json(app.get("/version").await).await;
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn the_diagnosis_says_up_to_which_event_it_goes() {
    let app = App::new();
    app.session("one", 3).await;
    let first = json(app.get("/api/sessions/one/diagnosis").await).await;
    assert_eq!(first["seq"], 3);
    assert_eq!(first["level"], "ready");
    assert!(first["findings"].is_array() && first.get("events").is_none());
    app.append("one", 2).await;
    let second = json(app.get("/api/sessions/one/diagnosis").await).await;
    assert_eq!(second["seq"], 5);
    let missing = app.get("/api/sessions/two/diagnosis").await;
    problem(missing, StatusCode::NOT_FOUND, "unknown-session").await;
}

#[tokio::test]
async fn a_session_is_renamed_and_back() {
    let app = App::new();
    let body = r#"{"config":{"server_url":"https://mcp.example/mcp"}}"#;
    let summary = json(app.post("/api/sessions", body).await).await;
    let id = summary["id"].as_str().unwrap();
    let rename = async |title: &str| {
        let body = serde_json::json!({"type": "rename", "title": title}).to_string();
        app.post(&format!("/api/sessions/{id}/commands"), body)
            .await
    };
    assert_eq!(
        rename("  before \n the fix ").await.status(),
        StatusCode::NO_CONTENT
    );
    let list = json(app.get("/api/sessions").await).await;
    assert_eq!(list[0]["title"], "before the fix");
    assert_eq!(rename("").await.status(), StatusCode::NO_CONTENT);
    let list = json(app.get("/api/sessions").await).await;
    assert_eq!(list[0]["title"], summary["title"]);
    let detail = problem(
        rename(&"x".repeat(500)).await,
        StatusCode::CONFLICT,
        "not-now",
    )
    .await;
    assert!(detail.contains("120"), "{detail}");
}

#[tokio::test]
async fn a_diagnosis_says_how_long_the_session_is_kept() {
    let app = App::new();
    app.session("s", 1).await;
    let summary = json(app.get("/api/sessions/s").await).await;
    let diagnosis = json(app.get("/api/sessions/s/diagnosis").await).await;
    let updated = summary["summary"]["updated_at"].as_u64().unwrap();
    assert_eq!(diagnosis["kept_until"].as_u64(), Some(updated + 60_000));
}
