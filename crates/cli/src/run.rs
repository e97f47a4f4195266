//! A run without a server: the same engine, a memory store, our own listener where a browser is used.

use crate::terminal;
use authscope_engine::{Engine, InboundRequest, Leg, Settings};
use authscope_model::api::Command;
use authscope_model::event::{Ending, Mode, Turn};
use authscope_model::transcript::Status;
use authscope_model::{Event, EventKind, Header, SessionConfig, Transcript};
use authscope_net::{Net, NetSettings};
use authscope_store::{MemoryStore, Store as _};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Html;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Where the browser comes back to in runs of the command line, unless told otherwise.
const REDIRECT_URI: &str = "http://127.0.0.1:33418/callback";

/// How the authorization leg is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Browser {
    /// Follow plain redirects ourselves.
    None,
    /// Open the system's browser.
    Open,
    /// Print the URL and wait.
    Print,
}

/// What came of a run.
pub(crate) struct Outcome {
    /// The folded recording.
    pub(crate) transcript: Transcript,
    /// The recording.
    pub(crate) events: Vec<Event>,
}

/// Runs a flow to its end, or for `limit` seconds where no person is waited for. `watch` sees every state on the way.
pub(crate) async fn run(
    mut config: SessionConfig,
    net: NetSettings,
    browser: Browser,
    limit: u64,
    mut watch: impl FnMut(&Transcript),
) -> anyhow::Result<Outcome> {
    let listener = match browser {
        Browser::None => None,
        Browser::Open | Browser::Print => Some(listen(config.redirect_uri.as_deref()).await?),
    };
    let redirect_uri = match (&listener, &config.redirect_uri) {
        (Some((_, uri)), _) => uri.clone(),
        (None, Some(uri)) => uri.clone(),
        (None, None) => REDIRECT_URI.to_owned(),
    };
    config.redirect_uri = None;
    let store = Arc::new(MemoryStore::new());
    let settings = Settings {
        public_url: "http://127.0.0.1:33418/".into(),
        redirect_uri: Some(redirect_uri),
        hosts_documents: false,
        expiry_leeway: authscope_protocol::flow::Settings::EXPIRY_LEEWAY,
        interactive: false,
        leg: if browser == Browser::None {
            Leg::Follow
        } else {
            Leg::Person
        },
        keep_state: false,
        version: env!("CARGO_PKG_VERSION").into(),
    };
    let engine = Engine::new(store.clone(), Net::new(net)?, settings);
    let served = listener.map(|(listener, _)| serve(listener, engine.clone()));
    let id = engine.create(config, Some(Mode::Run)).await?;
    let mut changes = store.watch(&id).await?;
    let mut transcript = Transcript::default();
    let mut opened = false;
    let mut clock = Clock::new(browser, limit);
    loop {
        for event in store.events(&id, transcript.last_seq, usize::MAX).await? {
            transcript.apply(&event);
        }
        watch(&transcript);
        match &transcript.status {
            Status::YourTurn(Turn::Authorize { .. }) if !opened => {
                opened = true;
                show(browser, engine.authorization_url(&id).await);
            }
            Status::YourTurn(turn @ Turn::DeviceCode { .. }) if !opened => {
                opened = true;
                show_code(browser, turn);
            }
            _ => {}
        }
        if transcript.is_finished() {
            break;
        }
        match clock.during(changes.changed()).await {
            Some(Ok(())) => {}
            Some(Err(_)) => break,
            // A run that ended in this very moment cannot be stopped, and need not be.
            None => drop(engine.command(&id, Command::Stop).await),
        }
    }
    drop(served);
    let mut events = store.events(&id, 0, usize::MAX).await?;
    if clock.is_over {
        clock.say(&mut events);
        transcript = Transcript::default();
        events.iter().for_each(|event| transcript.apply(event));
    }
    Ok(Outcome { transcript, events })
}

/// How long a run may still take.
struct Clock {
    limit: u64,
    end: Option<Instant>,
    is_over: bool,
}

impl Clock {
    /// Starts now. Where a person signs in, nothing is limited.
    fn new(browser: Browser, limit: u64) -> Self {
        let end = (browser == Browser::None).then(|| Instant::now() + Duration::from_secs(limit));
        Self {
            limit,
            end,
            is_over: false,
        }
    }

    /// What a future gives; `None` once, when the time is over.
    async fn during<T>(&mut self, future: impl Future<Output = T>) -> Option<T> {
        let Some(end) = self.end else {
            return Some(future.await);
        };
        if let Ok(value) = tokio::time::timeout_at(end, future).await {
            return Some(value);
        }
        self.end = None;
        self.is_over = true;
        None
    }

    /// Puts the reason into the event that ended the run.
    fn say(&self, events: &mut [Event]) {
        for event in events {
            if let EventKind::Finished {
                ending: Ending::Stopped,
                message,
            } = &mut event.kind
            {
                *message = format!(
                    "Stopped after {} seconds, the limit of a run (--time-limit); nothing more is sent.",
                    self.limit
                );
            }
        }
    }
}

/// Binds the port of the redirect URI, or of the default one, or any.
async fn listen(wanted: Option<&str>) -> anyhow::Result<(tokio::net::TcpListener, String)> {
    let uri = wanted.unwrap_or(REDIRECT_URI);
    let parts = authscope_protocol::url_text::split(uri);
    let port = parts.and_then(|p| p.effective_port()).unwrap_or(0);
    match tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
        Ok(listener) => Ok((listener, uri.to_owned())),
        // The default port is taken: any other will do, since loopback ports are free to choose (RFC 8252 §7.3).
        Err(_) if wanted.is_none() => {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
            let port = listener.local_addr()?.port();
            Ok((listener, format!("http://127.0.0.1:{port}/callback")))
        }
        Err(error) => anyhow::bail!(
            "listen for the redirect URI {uri}: {error}; choose another port with --redirect-uri"
        ),
    }
}

/// The listener's task; ends when dropped.
struct Served(tokio::task::JoinHandle<()>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn serve(listener: tokio::net::TcpListener, engine: Engine) -> Served {
    let app = Router::new().fallback(callback).with_state(engine);
    Served(tokio::spawn(async move {
        // An accept error ends the listener; the run then ends by its own limits.
        let _ = axum::serve(listener, app).await;
    }))
}

async fn callback(
    State(engine): State<Engine>,
    request: Request,
) -> (axum::http::StatusCode, Html<String>) {
    let target = request
        .uri()
        .path_and_query()
        .map(ToString::to_string)
        .unwrap_or_default();
    if request.uri().query().is_none() {
        return (
            axum::http::StatusCode::NOT_FOUND,
            Html(page(
                "Nothing here",
                "authscope waits for an authorization response.",
            )),
        );
    }
    let base = engine.settings().redirect_uri();
    let query = target.split_once('?').map(|(_, q)| q).unwrap_or_default();
    let inbound = InboundRequest {
        method: request.method().to_string(),
        url: format!("{}?{query}", base.split('?').next().unwrap_or_default()),
        target,
        version: format!("{:?}", request.version()),
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| {
                Header::new(name.as_str(), String::from_utf8_lossy(value.as_bytes()))
            })
            .collect(),
        peer: None,
        hint: None,
    };
    let answer = engine.callback(inbound).await;
    let status =
        axum::http::StatusCode::from_u16(answer.status).unwrap_or(axum::http::StatusCode::OK);
    (status, Html(page(&answer.title, &answer.message)))
}

fn page(title: &str, message: &str) -> String {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    format!(
        "<!doctype html><meta charset=utf-8><title>authscope</title><h1>{}</h1><p>{}</p>",
        escape(title),
        escape(message)
    )
}

#[expect(
    clippy::print_stderr,
    reason = "the person at the terminal must see the URL"
)]
fn show(browser: Browser, url: Option<String>) {
    let Some(url) = url else { return };
    let shown = terminal::plain(&url);
    match browser {
        Browser::None => {}
        Browser::Print => eprintln!("\nOpen this URL to sign in:\n\n  {shown}\n"),
        Browser::Open => {
            if open(&url) {
                eprintln!(
                    "\nThe sign-in page was opened in your browser. If not, open it yourself:\n\n  {shown}\n"
                );
            } else {
                eprintln!("\nNo browser could be opened. Open this URL to sign in:\n\n  {shown}\n");
            }
        }
    }
}

/// The code that a person enters elsewhere. Said in every mode: without somebody who enters it the run ends with the
/// code's expiry only.
#[expect(
    clippy::print_stderr,
    reason = "the person at the terminal must see the code"
)]
fn show_code(browser: Browser, turn: &Turn) {
    let Turn::DeviceCode {
        user_code,
        verification_uri,
        verification_uri_complete,
        ..
    } = turn
    else {
        return;
    };
    let page = verification_uri_complete
        .as_ref()
        .unwrap_or(verification_uri);
    if browser == Browser::Open {
        open(page);
    }
    eprintln!(
        "\nOpen {} and enter {}; authscope asks for the token until then.\n",
        printable(verification_uri),
        printable(user_code)
    );
}

/// What a server sent, without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Opens the system's browser. Never through a shell: the URL comes from the target.
fn open(url: &str) -> bool {
    if !authscope_protocol::authorize::scheme_is_safe(url) {
        return false;
    }
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    std::process::Command::new(program)
        .arg(url)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .is_ok()
}
