//! An app in memory, and requests to it.

use authscope_engine::{Engine, Leg};
use authscope_model::EventKind;
use authscope_model::api::LabTarget;
use authscope_model::event::Tone;
use authscope_net::{Net, NetSettings};
use authscope_server::{AppState, Limits, PublicUrl, Settings, Sharing, router};
use authscope_store::{MemoryStore, NewSession, SharedStore};
use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tower::ServiceExt as _;

/// An app and its store.
pub(crate) struct App {
    pub(crate) store: SharedStore,
    pub(crate) state: AppState,
    pub(crate) router: Router,
    pub(crate) host: String,
}

/// What a test wants to be different.
#[derive(Default)]
pub(crate) struct Options<'a> {
    pub(crate) public_url: Option<&'a str>,
    pub(crate) ui_dir: Option<&'a Path>,
    pub(crate) lab: Vec<LabTarget>,
    pub(crate) sharing: Option<Sharing>,
    pub(crate) limits: Option<Limits>,
    pub(crate) max_events: Option<u64>,
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(&Options::default())
    }

    /// With what an operator may choose about sharing.
    pub(crate) fn sharing(sharing: Sharing) -> Self {
        Self::with(&Options {
            sharing: Some(sharing),
            ..Options::default()
        })
    }

    pub(crate) fn with(options: &Options<'_>) -> Self {
        let public_url = options.public_url.unwrap_or("http://127.0.0.1:7007/");
        let public_url = PublicUrl::parse(public_url).unwrap();
        let store: SharedStore = Arc::new(MemoryStore::new());
        let net = Net::new(NetSettings::default()).unwrap();
        let engine = authscope_engine::Settings {
            public_url: public_url.to_string(),
            redirect_uri: None,
            hosts_documents: true,
            expiry_leeway: 1,
            interactive: true,
            leg: Leg::Person,
            keep_state: true,
            version: "0.0.0-test".into(),
        };
        let settings = Settings {
            public_url: public_url.clone(),
            guard: "local".into(),
            lab: options.lab.clone(),
            ui_dir: options.ui_dir.map(Path::to_owned),
            retention: authscope_engine::Retention {
                live: Some(std::time::Duration::from_secs(60)),
                ..authscope_engine::Retention::default()
            },
        };
        let state = AppState::limited(
            Engine::new(store.clone(), net, engine).with_max_events(options.max_events),
            settings,
            options.sharing.clone().unwrap_or_default(),
            options.limits.clone().unwrap_or_default(),
        );
        Self {
            router: router(state.clone()),
            store,
            state,
            host: public_url
                .origin()
                .replace("http://", "")
                .replace("https://", ""),
        }
    }

    /// A request with the right Host; headers may be added.
    pub(crate) fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = self.request(Method::GET, path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Response {
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// A session with some events, made in the store directly.
    pub(crate) async fn session(&self, id: &str, events: usize) {
        let new = NewSession {
            id: id.into(),
            created_at: 1,
            title: "a title".into(),
            server_url: "https://mcp.example/mcp".into(),
        };
        self.store.create_session(new).await.unwrap();
        self.append(id, events).await;
    }

    pub(crate) async fn append(&self, id: &str, events: usize) {
        let note = EventKind::Note {
            exchange: None,
            tone: Tone::Info,
            text: "a note".into(),
        };
        let events = vec![(2, note); events];
        self.store.append(id, events).await.unwrap();
    }
}

pub(crate) fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

pub(crate) async fn text(response: Response) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

/// Checks that a response is a problem with this status and name, and returns its sentence.
pub(crate) async fn problem(response: Response, status: StatusCode, name: &str) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(
        header(&response, "content-type"),
        "application/problem+json"
    );
    assert_eq!(header(&response, "cache-control"), "no-store");
    let problem = json(response).await;
    assert_eq!(problem["type"], format!("/problems/{name}"));
    assert_eq!(problem["status"], status.as_u16());
    assert!(!problem["title"].as_str().unwrap().is_empty());
    problem["detail"].as_str().unwrap().to_owned()
}
