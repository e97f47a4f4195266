//! Sessions as files: types, names, refusals.

use crate::app::{App, header, json, problem, text};
use http::StatusCode;

#[tokio::test]
async fn every_format_is_a_file() {
    let app = App::new();
    let body = r#"{"config":{"server_url":"https://mcp.example/mcp","client_secret":"canary-4815162342"}}"#;
    let made = json(app.post("/api/sessions", body).await).await;
    let id = made["id"].as_str().unwrap();
    for (format, extension, media, begins) in [
        ("json", "json", "application/json", "{"),
        ("har", "har", "application/json", "{"),
        (
            "mermaid",
            "mmd",
            "text/vnd.mermaid; charset=utf-8",
            "sequenceDiagram",
        ),
        ("svg", "svg", "image/svg+xml", "<svg "),
        ("markdown", "md", "text/markdown; charset=utf-8", "# "),
        (
            "html",
            "html",
            "text/html; charset=utf-8",
            "<!doctype html>",
        ),
        ("md", "md", "text/markdown; charset=utf-8", "# "),
    ] {
        let response = app
            .get(&format!("/api/sessions/{id}/export/{format}"))
            .await;
        assert_eq!(response.status(), StatusCode::OK, "{format}");
        assert_eq!(header(&response, "content-type"), media);
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        let disposition = header(&response, "content-disposition").to_owned();
        assert!(
            disposition.starts_with("attachment; filename=\"authscope-mcp.example-"),
            "{disposition}"
        );
        assert!(
            disposition.ends_with(&format!(".{extension}\"")),
            "{disposition}"
        );
        let file = text(response).await;
        assert!(file.starts_with(begins), "{format}: {file}");
        assert!(!file.contains("canary-4815162342"), "{format}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let app = App::new();
    app.session("a", 1).await;
    let detail = problem(
        app.get("/api/sessions/a/export/pdf").await,
        StatusCode::NOT_FOUND,
        "unknown-format",
    )
    .await;
    assert!(detail.contains("markdown"), "{detail}");
    problem(
        app.get("/api/sessions/none/export/har").await,
        StatusCode::NOT_FOUND,
        "unknown-session",
    )
    .await;
}
