//! Two sessions side by side, over the API.

use crate::app::{App, json, problem, text};
use authscope_model::EventKind;
use http::StatusCode;

async fn made(app: &App, server_url: &str) -> String {
    let body = format!(r#"{{"config":{{"server_url":"{server_url}"}}}}"#);
    let summary = json(app.post("/api/sessions", body).await).await;
    summary["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn two_sessions_are_compared() {
    let app = App::new();
    let (a, b) = (
        made(&app, "https://mcp.example/mcp").await,
        made(&app, "https://mcp.example/other").await,
    );
    let comparison = json(app.get(&format!("/api/sessions/{a}/compare/{b}")).await).await;
    assert_eq!(comparison["a"]["server_url"], "https://mcp.example/mcp");
    assert_eq!(comparison["b"]["server_url"], "https://mcp.example/other");
    assert_eq!(comparison["settings"][0]["name"], "server url");
    assert_eq!(comparison["rows"], serde_json::json!([]));
    let sentence = comparison["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("Nothing to compare"), "{sentence}");
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let app = App::new();
    let a = made(&app, "https://mcp.example/mcp").await;
    for path in [
        format!("/api/sessions/{a}/compare/nobody"),
        format!("/api/sessions/nobody/compare/{a}"),
        format!("/api/sessions/{a}/compare/nobody/pair?a=1&b=1"),
    ] {
        let response = app.get(&path).await;
        let detail = problem(response, StatusCode::NOT_FOUND, "unknown-session").await;
        assert!(detail.contains("nobody"), "{path}: {detail}");
    }
    let pair = app
        .get(&format!("/api/sessions/{a}/compare/{a}/pair?a=3"))
        .await;
    let detail = problem(pair, StatusCode::NOT_FOUND, "unknown-step").await;
    assert!(detail.contains("no step 3"), "{detail}");
    let pair = app
        .get(&format!("/api/sessions/{a}/compare/{a}/pair?a=x"))
        .await;
    problem(pair, StatusCode::BAD_REQUEST, "bad-request").await;
}

#[tokio::test]
async fn the_pages_show_it_and_nothing_of_a_target_is_markup() {
    let app = App::new();
    let first = r#"{"config":{"server_url":"https://mcp.example/mcp","title":"<script>alert(1)</script>"}}"#;
    let summary = json(app.post("/api/sessions", first).await).await;
    let a = summary["id"].as_str().unwrap().to_owned();
    let b = made(&app, "https://mcp.example/mcp").await;
    for path in [
        "/compare".to_owned(),
        format!("/compare/{b}"),
        format!("/compare/{a}/{b}"),
        format!("/compare/{a}/{b}/1/0?volatile=show"),
        "/matrix".to_owned(),
    ] {
        let response = app.get(&path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let page = text(response).await;
        assert!(page.starts_with("<!doctype html>"), "{path}");
        assert!(!page.contains("<script>alert"), "{path}: {page}");
        assert!(
            !page.contains("style=\""),
            "{path}: the policy allows no inline style"
        );
    }
    let page = text(app.get(&format!("/compare/{a}/{b}")).await).await;
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(page.contains("Nothing to compare"), "{page}");
    let missing = app.get("/compare/nobody").await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert!(text(missing).await.contains("nobody"));
}

#[tokio::test]
async fn a_matrix_has_a_page() {
    let app = App::new();
    let body =
        r#"{"config":{"server_url":"http://127.0.0.1:1/mcp"},"registrations":["dcr","cimd"]}"#;
    let matrix = json(app.post("/api/matrix", body).await).await;
    let response = app
        .get(&format!("/matrix/{}", matrix["id"].as_str().unwrap()))
        .await;
    assert_eq!(response.status(), StatusCode::OK);
    let page = text(response).await;
    assert!(
        page.contains("does not know client id metadata documents"),
        "{page}"
    );
    assert!(
        page.contains("What would break if you moved to 2026-07-28?"),
        "{page}"
    );
    assert!(!page.contains("preregistered"), "{page}");
}

#[tokio::test]
async fn a_branch_is_seen_beside_the_one_it_left() {
    let app = App::new();
    let id = made(&app, "https://mcp.example/mcp").await;
    let branched = |branch, parent| EventKind::Branched {
        branch,
        parent,
        before_exchange: 1,
    };
    let events = vec![(5, branched(1, 0)), (6, branched(2, 1))];
    app.store.append(&id, events).await.unwrap();
    for (branch, left) in [(2, 1), (1, 0), (0, 0)] {
        let sent = app.get(&format!("/compare/{id}@{branch}")).await;
        let to = sent.headers()["location"].to_str().unwrap().to_owned();
        assert!(
            to.ends_with(&format!("compare/{id}@{left}/{id}@{branch}")),
            "{to}"
        );
    }
    let page = text(app.get(&format!("/compare/{id}@0/{id}@2")).await).await;
    assert!(
        page.contains("· first run</a>") && page.contains("· branch 2</a>"),
        "{page}"
    );
    assert!(page.contains(&format!("href=\"sessions/{id}\"")), "{page}");
    for branch in ["7", "x", ""] {
        let api = app
            .get(&format!("/api/sessions/{id}@{branch}/compare/{id}"))
            .await;
        problem(api, StatusCode::NOT_FOUND, "unknown-branch").await;
    }
}
