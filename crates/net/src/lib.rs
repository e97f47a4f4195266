//! The only code that dials out for the debugger: one HTTP/1.1 exchange per call, recorded as it was on
//! the wire.
//!
//! [`Net::send`] takes a request and always gives an exchange back: whatever goes wrong is the outcome of
//! that exchange, in words. The request head is written by hand and recorded from the bytes written; the
//! response head is recorded from the bytes read (`httparse` judges it, this crate splits its lines), so
//! that order, duplicates and case of header lines are those of the wire. General HTTP clients normalise
//! all of these.
//!
//! Invariants:
//! - Nothing is dialled that the [`guard`] has not seen: the addresses it lets through are the addresses
//!   connected to. There is no proxy and no redirect; a redirect is a new request by the caller.
//! - The request target is sent as it stands in the URL. Only bytes that cannot be on the request line
//!   (white space, controls, non-ASCII) are percent-encoded; `url` and `request_line` of the recorded
//!   request show the difference.
//! - Every exchange ends: one deadline covers all of it, head and body have caps.

mod body;
mod dial;
mod exchange;
pub mod guard;
mod head;
mod reader;
mod request;
mod resolve;
mod settings;
mod sse;
mod target;
mod tls;

pub use guard::GuardMode;
pub use ipnet::IpNet;
pub use resolve::{Resolve, SystemResolver};
pub use settings::{NetSettings, Override, OverrideError, SettingsError};

use authscope_model::{Header, Millis, RawExchange, RawRequest};
use std::sync::Arc;
use std::time::Duration;

/// One request to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetRequest {
    /// Method.
    pub method: String,
    /// URL, sent as it is.
    pub url: String,
    /// Header lines in the order to send, case kept. `host` comes before them and `content-length` after
    /// them unless they are among them.
    pub headers: Vec<Header>,
    /// Body.
    pub body: Vec<u8>,
    /// Limit for the whole exchange; default is the one of the settings.
    pub timeout: Option<Duration>,
    /// When reading may stop early.
    pub expect: Expect,
    /// The caller's clock now; it becomes `started_at` of the exchange.
    pub started_at: Millis,
}

impl NetRequest {
    /// A request without headers and body.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: None,
            expect: Expect::Any,
            started_at: 0,
        }
    }
}

/// When reading a response may stop before its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Expect {
    /// Read to the end.
    #[default]
    Any,
    /// Of a `text/event-stream`, read until the JSON-RPC reply with this id came: servers keep streams open.
    EventStreamReply {
        /// The id, as text (`1` for both `1` and `"1"`).
        id: String,
    },
}

/// Where a URL leads, as `https://host:port`: the host as it is dialled, the port always there.
///
/// # Errors
/// A sentence when it is not a URL that is dialled.
pub fn origin(url: &str) -> Result<String, String> {
    let target = target::Target::parse(url).map_err(|failure| failure.message)?;
    let scheme = if target.https { "https" } else { "http" };
    Ok(format!("{scheme}://{}", target.place()))
}

/// Sends requests. Cheap to clone.
#[derive(Clone)]
pub struct Net {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    settings: NetSettings,
    resolver: Arc<dyn Resolve>,
    tls: Arc<rustls::ClientConfig>,
}

impl std::fmt::Debug for Net {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Net")
            .field("settings", &self.inner.settings)
            .finish_non_exhaustive()
    }
}

impl Net {
    /// A net with the system's resolver.
    ///
    /// # Errors
    /// When the extra roots are not PEM certificates.
    pub fn new(settings: NetSettings) -> Result<Self, SettingsError> {
        Self::with_resolver(settings, Arc::new(SystemResolver))
    }

    /// A net with a resolver of the caller's.
    ///
    /// # Errors
    /// When the extra roots are not PEM certificates.
    pub fn with_resolver(
        settings: NetSettings,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Self, SettingsError> {
        let tls = Arc::new(tls::config(&settings)?);
        let inner = Inner {
            settings,
            resolver,
            tls,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The settings in use.
    #[must_use]
    pub fn settings(&self) -> &NetSettings {
        &self.inner.settings
    }

    /// The request as it would be sent.
    #[must_use]
    pub fn prepare(&self, request: &NetRequest) -> RawRequest {
        request::Prepared::new(request, &self.inner.settings).raw
    }

    /// Sends one request and records what happened. Never fails: failures are outcomes.
    ///
    /// Dropping the future aborts the exchange.
    pub async fn send(&self, request: NetRequest) -> RawExchange {
        exchange::run(&self.inner, request).await
    }
}
