//! Sharing a session: who gets in, what they see, what they may do, and how it ends.

mod endings;
mod links;
mod owners;
mod roles;
mod sight;
mod together;

use crate::app::{App, header, json};
use crate::stream::Messages;
use authscope_server::Sharing;
use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// A browser: an app and its cookies.
struct Browser<'a> {
    app: &'a App,
    cookies: Vec<(String, String, String)>,
}

impl<'a> Browser<'a> {
    fn new(app: &'a App) -> Self {
        Self {
            app,
            cookies: Vec::new(),
        }
    }

    fn jar(&self, path: &str) -> String {
        let sent = self
            .cookies
            .iter()
            .filter(|(_, _, place)| path.starts_with(place.as_str()));
        sent.map(|(name, value, _)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    fn keep(&mut self, response: &Response) {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            assert!(line.contains("; HttpOnly; SameSite=Lax"), "{line}");
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap().to_owned();
            let place = line
                .split("; Path=")
                .nth(1)
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .to_owned();
            self.cookies
                .retain(|(n, _, p)| (n.as_str(), p) != (name, &place));
            if !line.contains("Max-Age=0;") {
                self.cookies.push((name.to_owned(), value, place));
            }
        }
    }

    async fn ask(&mut self, method: Method, path: &str, body: Option<Value>) -> Response {
        let mut request = self
            .app
            .request(method, path)
            .header("content-type", "application/json");
        let jar = self.jar(path);
        if !jar.is_empty() {
            request = request.header("cookie", jar);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.app.send(request.body(body).unwrap()).await;
        self.keep(&response);
        response
    }

    async fn get(&mut self, path: &str) -> Response {
        self.ask(Method::GET, path, None).await
    }

    async fn post(&mut self, path: &str, body: Value) -> Response {
        self.ask(Method::POST, path, Some(body)).await
    }

    /// Makes a session and returns its path in the API.
    async fn session(&mut self) -> String {
        let body = json!({"config": {"server_url": "http://127.0.0.1:1/mcp", "client_id": "c",
            "client_secret": "a-very-secret-secret-of-mine"}});
        let response = self.post("/api/sessions", body).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        header(&response, "location").to_owned()
    }

    /// Makes a link and returns its path and its id.
    async fn link(&mut self, session: &str, body: Value) -> (String, String) {
        let response = self.post(&format!("{session}/links"), body).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        let made = json(response).await;
        let url = made["url"].as_str().unwrap();
        let path = format!("/{}", url.splitn(4, '/').nth(3).unwrap());
        (path, made["link"]["id"].as_str().unwrap().to_owned())
    }
}

fn shared() -> App {
    App::sharing(Sharing {
        owned: true,
        ..Sharing::default()
    })
}

async fn stream(browser: &Browser<'_>, session: &str) -> Messages {
    let path = format!("{session}/events");
    let request = browser
        .app
        .request(Method::GET, &path)
        .header("cookie", browser.jar(&path));
    Messages::of(browser.app.send(request.body(Body::empty()).unwrap()).await)
}
