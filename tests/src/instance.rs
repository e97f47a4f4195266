//! An engine with a listener of its own, as `authscope serve` has one: the redirect URI, the client document and the
//! client's keys answer over HTTP.

use authscope_engine::{
    Clock, Engine, EngineError, Entropy, InboundRequest, Leg, ServedDocument, Settings,
};
use authscope_model::api::Command;
use authscope_model::event::Mode;
use authscope_model::{Header, SessionConfig, Transcript};
use authscope_net::{Net, NetSettings, Resolve};
use authscope_store::{MemoryStore, SharedStore};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::transcripts;

/// What an instance is made of.
pub struct Options {
    /// Where sessions are kept.
    pub store: SharedStore,
    /// How the authorization leg is done.
    pub leg: Leg,
    /// Whether a person can be asked.
    pub interactive: bool,
    /// Whether state is sealed, so that a flow survives a restart.
    pub keep_state: bool,
    /// How requests go out.
    pub net: NetSettings,
    /// Who resolves names, where it is not the system.
    pub resolver: Option<Arc<dyn Resolve>>,
    /// Port of the listener; 0 takes any free one.
    pub port: u16,
    /// Redirect URI, where it is not the instance's own.
    pub redirect_uri: Option<String>,
    /// Time and randomness, where they are not the machine's.
    pub sources: Option<(Box<dyn Clock>, Box<dyn Entropy>)>,
}

impl Options {
    /// As `authscope check` runs: nobody is there, plain redirects are followed.
    #[must_use]
    pub fn headless() -> Self {
        Self {
            store: Arc::new(MemoryStore::new()),
            leg: Leg::Follow,
            interactive: false,
            keep_state: false,
            net: NetSettings {
                timeout: Duration::from_secs(20),
                ..NetSettings::default()
            },
            resolver: None,
            port: 0,
            redirect_uri: None,
            sources: None,
        }
    }

    /// As `authscope serve` runs: a person opens the authorization URL and answers questions.
    #[must_use]
    pub fn with_a_person() -> Self {
        Self {
            leg: Leg::Person,
            interactive: true,
            keep_state: true,
            ..Self::headless()
        }
    }
}

/// A running instance. Dropping it closes its listener.
pub struct Instance {
    /// The engine.
    pub engine: Engine,
    /// Public URL, with a slash at the end.
    pub public_url: String,
    listener: JoinHandle<()>,
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Instance {
    /// Binds a loopback port and starts.
    ///
    /// # Errors
    /// When the port is taken or the net settings cannot be used.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let listener = TcpListener::bind(address).await?;
        let public_url = format!("http://{}/", listener.local_addr()?);
        let settings = Settings {
            public_url: public_url.clone(),
            redirect_uri: options.redirect_uri,
            hosts_documents: true,
            expiry_leeway: 1,
            interactive: options.interactive,
            leg: options.leg,
            keep_state: options.keep_state,
            version: env!("CARGO_PKG_VERSION").into(),
        };
        let net = match options.resolver {
            Some(resolver) => Net::with_resolver(options.net, resolver)?,
            None => Net::new(options.net)?,
        };
        let engine = match options.sources {
            Some((clock, entropy)) => {
                Engine::with_sources(options.store, net, settings, clock, entropy)
            }
            None => Engine::new(options.store, net, settings),
        };
        let app = router(engine.clone());
        let listener = tokio::spawn(async move {
            // An accept error ends the listener; whoever waits for it then says so.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self {
            engine,
            public_url,
            listener,
        })
    }

    /// The redirect URI hosted here.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        self.engine.settings().redirect_uri()
    }

    /// Makes a session and sets it going.
    ///
    /// # Errors
    /// As the engine.
    pub async fn run(&self, config: SessionConfig) -> Result<String, EngineError> {
        self.engine.create(config, Some(Mode::Run)).await
    }

    /// Runs a flow to its end.
    ///
    /// # Errors
    /// When the engine refuses the configuration, or the flow does not end in time.
    pub async fn finish(&self, config: SessionConfig) -> anyhow::Result<Transcript> {
        let id = self.run(config).await?;
        self.wait(&id, "the end of the run", Transcript::is_finished)
            .await
    }

    /// Gives a command.
    ///
    /// # Errors
    /// As the engine.
    pub async fn command(&self, id: &str, command: Command) -> Result<(), EngineError> {
        self.engine.command(id, command).await
    }

    /// Waits until the transcript of a session fits; `what` names it when it does not come.
    ///
    /// # Errors
    /// When it does not come within 30 seconds.
    pub async fn wait(
        &self,
        id: &str,
        what: &str,
        fits: impl Fn(&Transcript) -> bool,
    ) -> anyhow::Result<Transcript> {
        transcripts::wait(self.engine.store(), id, what, fits).await
    }

    /// The transcript as it is now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn transcript(&self, id: &str) -> anyhow::Result<Transcript> {
        transcripts::read(self.engine.store(), id).await
    }
}

fn router(engine: Engine) -> Router {
    Router::new()
        .route("/oauth/callback", get(callback))
        .route("/oauth/client/{session}/metadata.json", get(document))
        .route("/oauth/client/{session}/jwks.json", get(keys))
        .with_state(engine)
}

async fn callback(State(engine): State<Engine>, request: Request) -> Response {
    let page = engine.callback(inbound(&engine, &request)).await;
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, format!("{}: {}", page.title, page.message)).into_response()
}

async fn document(
    State(engine): State<Engine>,
    Path(session): Path<String>,
    request: Request,
) -> Response {
    let inbound = inbound(&engine, &request);
    answer(engine.client_document(&session, inbound).await)
}

async fn keys(
    State(engine): State<Engine>,
    Path(session): Path<String>,
    request: Request,
) -> Response {
    let inbound = inbound(&engine, &request);
    answer(engine.client_jwks(&session, inbound).await)
}

fn inbound(engine: &Engine, request: &Request) -> InboundRequest {
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let headers = request.headers().iter();
    InboundRequest {
        method: request.method().to_string(),
        url: format!(
            "{}{}",
            engine.settings().public_url,
            target.trim_start_matches('/')
        ),
        target: target.to_owned(),
        version: format!("{:?}", request.version()),
        headers: headers
            .map(|(name, value)| {
                Header::new(name.as_str(), String::from_utf8_lossy(value.as_bytes()))
            })
            .collect(),
        peer: None,
        hint: None,
    }
}

fn answer(document: Option<ServedDocument>) -> Response {
    let Some(document) = document else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Response::builder().status(document.status);
    for Header { name, value } in document.headers {
        response = response.header(name, value);
    }
    response
        .body(Body::from(document.body))
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
