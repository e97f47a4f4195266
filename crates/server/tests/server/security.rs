//! What holds for every route: names, origins, response headers.

use crate::app::{App, Options, header, problem};
use axum::body::Body;
use http::{Method, StatusCode};

/// Every address there is, with a method it takes, and some it does not have.
fn every_route() -> Vec<(Method, String)> {
    let mut routes: Vec<(Method, String)> = Vec::new();
    for (path, item) in authscope_server::openapi().paths.paths {
        let path = filled(&path);
        for (method, there) in [
            (Method::GET, item.get.is_some()),
            (Method::POST, item.post.is_some()),
            (Method::PUT, item.put.is_some()),
            (Method::PATCH, item.patch.is_some()),
            (Method::DELETE, item.delete.is_some()),
        ] {
            if there {
                routes.push((method, path.clone()));
            }
        }
    }
    let pages = [
        "/",
        "/new",
        "/lab",
        "/rules",
        "/rules/x",
        "/sessions",
        "/sessions/s",
        "/sessions/s/step/1",
        "/sessions/s/authorize",
        "/compare",
        "/compare/s/s",
        "/matrix",
        "/matrix/s",
        "/s/token",
        "/s/token/step/1",
        "/lab/fault/x",
        "/oauth/callback",
        "/oauth/client/s/metadata.json",
        "/oauth/client/s/jwks.json",
        "/api/openapi.json",
        "/static/callback.js",
        "/static/page.css",
        "/robots.txt",
        "/nothing",
        "/api/nothing",
    ];
    routes.extend(pages.map(|path| (Method::GET, path.to_owned())));
    routes.push((Method::PUT, "/api/sessions".into()));
    // Pages take no orders, whatever a form of another site sends there.
    for page in [
        "/",
        "/new",
        "/nothing",
        "/sessions/s",
        "/sessions/s/authorize",
        "/s/token",
        "/matrix",
        "/compare",
    ] {
        routes.push((Method::POST, page.into()));
    }
    routes
}

/// A path with its parameters filled in.
fn filled(path: &str) -> String {
    let parts = path.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "s" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn the_list_of_routes_is_not_empty() {
    let routes = every_route();
    let post = |path: &str| routes.contains(&(Method::POST, path.to_owned()));
    assert!(post("/api/sessions"));
    assert!(post("/api/sessions/s/commands"));
    let delete = |path: &str| routes.contains(&(Method::DELETE, path.to_owned()));
    assert!(delete("/api/sessions/s/links/s"));
    assert!(routes.iter().all(|(_, path)| !path.contains('{')));
}

#[tokio::test]
async fn every_response_has_the_security_headers() {
    let app = App::new();
    app.session("s", 1).await;
    for (method, path) in every_route() {
        let request = app
            .request(method.clone(), &path)
            .header("content-type", "application/json");
        let response = app.send(request.body(Body::empty()).unwrap()).await;
        let place = format!("{method} {path}");
        let policy = header(&response, "content-security-policy");
        for part in [
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "object-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{place}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline"), "{place}: {policy}");
        assert_eq!(
            header(&response, "x-content-type-options"),
            "nosniff",
            "{place}"
        );
        assert_eq!(
            header(&response, "referrer-policy"),
            "no-referrer",
            "{place}"
        );
        assert_eq!(header(&response, "x-robots-tag"), "noindex", "{place}");
        let resource = header(&response, "cross-origin-resource-policy");
        assert_eq!(resource, "same-origin", "{place}");
        assert_ne!(
            header(&response, "cross-origin-opener-policy"),
            "",
            "{place}"
        );
        assert_ne!(header(&response, "cache-control"), "", "{place}");
    }
}

#[tokio::test]
async fn nothing_of_a_session_is_kept_by_browsers() {
    let app = App::new();
    app.session("s", 1).await;
    for path in [
        "/api/sessions",
        "/api/sessions/s",
        "/sessions/s",
        "/sessions/s/step/1",
        "/sessions/s/authorize",
        "/oauth/callback?code=x&state=y",
    ] {
        let response = app.get(path).await;
        assert_eq!(header(&response, "cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn no_route_answers_under_another_name() {
    let app = App::new();
    app.session("s", 1).await;
    for (method, path) in every_route() {
        let request = http::Request::builder()
            .method(method)
            .uri(&path)
            .header("host", "rebound.example:7007")
            .header("content-type", "application/json")
            .body(Body::empty())
            .unwrap();
        let response = app.send(request).await;
        let detail = problem(response, StatusCode::MISDIRECTED_REQUEST, "unknown-host").await;
        assert!(detail.contains("rebound.example"), "{path}: {detail}");
    }
}

#[tokio::test]
async fn the_public_name_and_loopback_names_are_ours() {
    let app = App::with(&Options {
        public_url: Some("https://debug.example.org/"),
        ..Options::default()
    });
    for (host, ours) in [
        ("debug.example.org", true),
        ("localhost:7007", true),
        ("127.0.0.1:7007", true),
        ("[::1]:7007", true),
        ("example.org", false),
        ("10.0.0.1", false),
    ] {
        let request = http::Request::builder()
            .uri("/healthz")
            .header("host", host)
            .body(Body::empty())
            .unwrap();
        let status = app.send(request).await.status();
        assert_eq!(status == StatusCode::OK, ours, "{host}: {status}");
    }
}

#[tokio::test]
async fn no_other_page_changes_anything() {
    let app = App::new();
    app.session("s", 1).await;
    for (method, path) in every_route() {
        if method == Method::GET {
            continue;
        }
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let request = app
                .request(method.clone(), &path)
                .header("content-type", "application/json")
                .header(name, value)
                .body(Body::from(r#"{"type":"run"}"#))
                .unwrap();
            let response = app.send(request).await;
            problem(response, StatusCode::FORBIDDEN, "other-site").await;
        }
    }
}

#[tokio::test]
async fn our_own_page_does() {
    let app = App::with(&Options {
        public_url: Some("https://debug.example.org/base/"),
        ..Options::default()
    });
    for (host, origin) in [
        ("debug.example.org", "https://debug.example.org"),
        ("localhost:7007", "http://localhost:7007"),
    ] {
        let request = http::Request::builder()
            .method(Method::POST)
            .uri("/base/api/sessions")
            .header("host", host)
            .header("origin", origin)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json")
            .body(Body::from(
                r#"{"config":{"server_url":"https://mcp.example/"}}"#,
            ))
            .unwrap();
        let response = app.send(request).await;
        assert_eq!(response.status(), StatusCode::CREATED, "{origin}");
    }
}

#[tokio::test]
async fn no_page_elsewhere_may_read() {
    let app = App::new();
    let request = app
        .request(Method::GET, "/api/sessions")
        .header("origin", "https://evil.example");
    let response = app.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(header(&response, "access-control-allow-origin"), "");
}
