//! The UI's pages and files, with and without a base path, with and without a UI.

use crate::app::{App, Options, header, text};
use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use std::path::Path;

const WASM: &str = "authscope-ui-85d50aebda6702d1_bg.wasm";

/// A built UI in a folder.
fn ui() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "index.html",
        "<!doctype html><head><base href=\"/\"><title>authscope</title>",
    );
    write(WASM, "wasm bytes");
    write(&format!("{WASM}.br"), "compressed");
    write("favicon.svg", "<svg/>");
    folder
}

fn app(folder: &Path, public_url: Option<&str>) -> App {
    App::with(&Options {
        public_url,
        ui_dir: Some(folder),
        ..Options::default()
    })
}

async fn get(app: &App, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = app.request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn every_page_of_the_app_is_the_app() {
    let folder = ui();
    let app = app(folder.path(), None);
    for path in ["/", "/new", "/sessions/s", "/sessions/s/step/3"] {
        let response = app.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(
            header(&response, "content-type"),
            "text/html; charset=utf-8"
        );
        assert!(text(response).await.contains("<base href=\"/\">"), "{path}");
    }
}

#[tokio::test]
async fn the_page_is_asked_for_again_and_answered_shortly() {
    let folder = ui();
    let app = app(folder.path(), None);
    let response = app.get("/").await;
    assert_eq!(header(&response, "cache-control"), "no-cache");
    let etag = header(&response, "etag").to_owned();
    let again = get(&app, "/", &[("if-none-match", &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let other = get(&app, "/", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_sent_compressed() {
    let folder = ui();
    let app = app(folder.path(), None);
    let path = format!("/{WASM}");
    let plain = app.get(&path).await;
    assert_eq!(header(&plain, "content-type"), "application/wasm");
    assert_eq!(header(&plain, "vary"), "accept-encoding");
    assert_eq!(header(&plain, "content-encoding"), "");
    assert!(header(&plain, "cache-control").contains("immutable"));
    assert_eq!(text(plain).await, "wasm bytes");

    let small = get(&app, &path, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(header(&small, "content-type"), "application/wasm");
    assert_eq!(header(&small, "content-encoding"), "br");
    assert_eq!(header(&small, "vary"), "accept-encoding");
    assert_eq!(text(small).await, "compressed");
}

#[tokio::test]
async fn other_files_are_asked_for_again() {
    let folder = ui();
    let app = app(folder.path(), None);
    let response = get(&app, "/favicon.svg", &[("accept-encoding", "br")]).await;
    assert_eq!(header(&response, "content-type"), "image/svg+xml");
    assert_eq!(header(&response, "cache-control"), "no-cache");
    assert_eq!(header(&response, "content-encoding"), "");
    let etag = header(&response, "etag").to_owned();
    let again = get(&app, "/favicon.svg", &[("if-none-match", &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_wrong_address_says_so() {
    let folder = ui();
    let app = app(folder.path(), None);
    let response = get(&app, "/nothing", &[("accept", "text/html,*/*")]).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(
        text(response)
            .await
            .contains("There is nothing at this address")
    );
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "//etc/passwd",
    ] {
        assert_eq!(
            app.get(path).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[tokio::test]
async fn without_a_ui_there_are_words() {
    let empty = tempfile::tempdir().unwrap();
    let app = app(empty.path(), None);
    let response = app.get("/").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = text(response).await;
    assert!(page.contains("cargo xtask build"), "{page}");
    assert!(page.contains("--ui-dir"), "{page}");
}

#[tokio::test]
async fn everything_works_under_a_base_path() {
    let folder = ui();
    let app = app(
        folder.path(),
        Some("https://debug.example.org/tools/scope/"),
    );
    app.session("s", 2).await;
    // A proxy may pass the whole path on, or take the base off.
    for base in ["/tools/scope", ""] {
        for path in ["/", "/sessions/s"] {
            let page = text(app.get(&format!("{base}{path}")).await).await;
            assert!(
                page.contains("<base href=\"/tools/scope/\">"),
                "{base}{path}: {page}"
            );
        }
        for path in [
            &format!("/{WASM}"),
            "/api/sessions/s",
            "/healthz",
            "/static/page.css",
        ] {
            let response = app.get(&format!("{base}{path}")).await;
            assert_eq!(response.status(), StatusCode::OK, "{base}{path}");
        }
        let response = app
            .get(&format!("{base}/oauth/callback?state=x&code=y"))
            .await;
        let page = text(response).await;
        assert!(
            page.contains("src=\"/tools/scope/static/callback.js\""),
            "{page}"
        );
        assert!(page.contains("href=\"/tools/scope/\""), "{page}");
    }
    let bare = app.get("/tools/scope").await;
    assert_eq!(bare.status(), StatusCode::OK);
    let body = r#"{"config":{"server_url":"https://mcp.example/mcp"}}"#;
    let made = app.post("/tools/scope/api/sessions", body).await;
    assert!(header(&made, "location").starts_with("/tools/scope/api/sessions/"));
    let elsewhere = app.get("/tools/scopes/healthz").await;
    assert_eq!(elsewhere.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn robots_are_kept_out() {
    let robots = text(App::new().get("/robots.txt").await).await;
    assert!(robots.contains("Disallow: /"), "{robots}");
}

#[tokio::test]
async fn a_session_can_be_read_before_the_app_is_there() {
    let folder = ui();
    let page =
        "<!doctype html><head><base href=\"/\"></head><body><div id=\"boot\"><p>Loading</p></div>";
    std::fs::write(folder.path().join("index.html"), page).unwrap();
    let app = app(folder.path(), None);
    app.session("s", 3).await;
    let shown = text(app.get("/sessions/s/step/2").await).await;
    assert!(
        shown.contains("class=\"verdict-bar\"") && shown.contains("<ol>"),
        "{shown}"
    );
    assert!(
        shown.contains("<noscript>") && shown.contains("<p>Loading</p>"),
        "{shown}"
    );
    let home = text(app.get("/").await).await;
    assert!(home.contains("See every step") && !home.contains("verdict-bar"));
    let none = text(app.get("/sessions/unknown").await).await;
    assert!(!none.contains("verdict-bar"), "{none}");
}
