//! The redirect URI and the client's documents.

use crate::app::{App, header, json, text};
use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};

async fn send(app: &App, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let mut request = app.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

async fn new_session(app: &App) -> String {
    let body = r#"{"config":{"server_url":"http://127.0.0.1:1/mcp"}}"#;
    let summary = json(app.post("/api/sessions", body).await).await;
    summary["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_response_nobody_waits_for_gets_a_page_in_words() {
    let app = App::new();
    let path = "/oauth/callback?code=secret-code&state=%3Cscript%3Ealert(1)%3C/script%3E";
    let response = app.get(path).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert_eq!(
        header(&response, "content-type"),
        "text/html; charset=utf-8"
    );
    assert_eq!(
        header(&response, "cross-origin-opener-policy"),
        "unsafe-none"
    );
    let page = text(response).await;
    assert!(page.contains("No session waits for this"), "{page}");
    assert!(!page.contains("secret-code"), "{page}");
    assert_eq!(page.matches("<script").count(), 1, "{page}");
    assert!(
        page.contains("<script src=\"/static/callback.js\">"),
        "{page}"
    );
    // A page that failed stays open, so that it can be read.
    assert!(page.contains("data-close=\"no\""), "{page}");
}

#[tokio::test]
async fn an_error_with_markup_in_it_is_inert() {
    let app = App::new();
    let id = new_session(&app).await;
    let path = "/oauth/callback?error=access_denied&error_description=%3Cimg%20src=x%20onerror=alert(1)%3E&state=x";
    let hint = format!("authscope_session={id}");
    let page = text(send(&app, Method::GET, path, &[("cookie", &hint)]).await).await;
    assert!(!page.contains("<img"), "{page}");
}

#[tokio::test]
async fn the_callbacks_script_takes_the_query_off_the_address() {
    let app = App::new();
    let response = app.get("/static/callback.js").await;
    assert_eq!(
        header(&response, "content-type"),
        "text/javascript; charset=utf-8"
    );
    let script = text(response).await;
    assert!(script.contains("history.replaceState(null, \"\", location.pathname)"));
}

#[tokio::test]
async fn only_get_is_an_answer_of_a_provider() {
    let app = App::new();
    for method in [
        Method::POST,
        Method::HEAD,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ] {
        // Providers that answer with a form come from another site; they get words, not a problem.
        let headers = [("origin", "https://as.example")];
        let response = send(&app, method.clone(), "/oauth/callback?code=x", &headers).await;
        assert_eq!(
            response.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method}"
        );
        assert_eq!(header(&response, "allow"), "GET", "{method}");
        assert_eq!(
            header(&response, "content-type"),
            "text/html; charset=utf-8"
        );
        if method == Method::POST {
            let page = text(response).await;
            assert!(page.contains("response_mode=query"), "{page}");
        }
    }
}

#[tokio::test]
async fn the_client_document_is_served_and_its_fetch_is_recorded() {
    let app = App::new();
    let id = new_session(&app).await;
    let path = format!("/oauth/client/{id}/metadata.json");
    let response = send(&app, Method::GET, &path, &[("user-agent", "an AS")]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "application/json");
    assert!(header(&response, "cache-control").contains("max-age"));
    let etag = header(&response, "etag").to_owned();
    let document = json(response).await;
    assert_eq!(
        document["client_id"],
        format!("http://127.0.0.1:7007{path}")
    );

    let again = send(&app, Method::GET, &path, &[("if-none-match", &etag)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(text(again).await, "");

    let snapshot = json(app.get(&format!("/api/sessions/{id}")).await).await;
    let events = snapshot["events"].as_array().unwrap();
    let fetches: Vec<_> = events
        .iter()
        .map(|event| &event["kind"]["exchange"])
        .filter(|exchange| exchange["step"] == "client_document_fetch")
        .collect();
    assert_eq!(fetches.len(), 2);
    assert_eq!(fetches[0]["outcome"]["status"], 200);
    assert_eq!(fetches[1]["outcome"]["status"], 304);
    let asked = fetches[0]["request"]["headers"].to_string();
    assert!(asked.contains("an AS"), "{asked}");
    assert_eq!(
        fetches[0]["request"]["request_line"],
        format!("GET {path} HTTP/1.1")
    );
}

#[tokio::test]
async fn the_keys_are_served() {
    let app = App::new();
    let id = new_session(&app).await;
    let response = app.get(&format!("/oauth/client/{id}/jwks.json")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(json(response).await["keys"].is_array());
}

#[tokio::test]
async fn nobody_is_sent_away_when_nothing_is_awaited() {
    let app = App::new();
    let id = new_session(&app).await;
    let response = app.get(&format!("/sessions/{id}/authorize")).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    assert_eq!(header(&response, "location"), "");
    let page = text(response).await;
    assert!(page.contains("Nothing waits for you to sign in"), "{page}");
    assert!(page.contains(&format!("href=\"/sessions/{id}\"")), "{page}");
}
