//! The web side of authscope: HTTP API, event stream, callback, client documents, and the embedded UI.
//!
//! [`router`] makes the axum app, [`serve`] runs it on a listener until it is told to stop. Every route
//! has a file in `routes`; what holds for all of them (Host and Origin checks, response headers, limits,
//! the access log) is a layer in `app`.
//!
//! Invariants:
//! - Nothing is shown that was not read from the store; the event stream uses channels only to wake up.
//! - Every answer under `/api` that is not a success is a problem (RFC 9457) with a sentence to act on.
//! - No route answers under a host name that is not ours, and no other site's page can change anything.
//! - No query string, no token and no session id reaches the log.
//! - Every link is made from the public URL, so everything works under a base path.

mod access;
mod app;
mod aside;
mod extract;
mod limits;
mod problem;
mod public_url;
mod reference;
mod routes;
mod security;
mod serve;
mod sharing;
mod state;
mod ui;

pub use app::{openapi, router};
pub use limits::Limits;
pub use public_url::{PublicUrl, PublicUrlError};
pub use serve::{ServeConfig, serve};
pub use sharing::Sharing;
pub use state::{AppState, Settings};
