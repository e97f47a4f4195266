//! The MCP server: its endpoint, in the order it judges a request, and what else lives on its origin.

pub(crate) mod access;
pub(crate) mod challenge;
pub(crate) mod prm;
pub(crate) mod rpc;
pub(crate) mod session;
pub(crate) mod stateless;
pub(crate) mod step_up;
pub(crate) mod tools;

use axum::http::Method;
use serde_json::Value;
use url::Url;

use crate::http::{Reply, Req};
use crate::pages::Page;
use crate::shape::Shape;
use crate::table::Table;
use crate::target::{Place, Target, Vars};
use access::Denied;
use session::{Session, SessionMode};

/// Makes a location out of the target's URLs.
type Locate = fn(&Vars) -> String;

/// How the MCP endpoint behaves once a request may pass.
#[derive(Debug, Clone)]
pub(crate) struct McpBehaviour {
    /// Path of the endpoint below the mount.
    pub(crate) path: &'static str,
    /// Path of the resource identifier, where it is not the endpoint's.
    pub(crate) resource_path: Option<&'static str>,
    /// Revisions the server speaks, latest first.
    pub(crate) versions: &'static [&'static str],
    /// No handshake and no session: revision 2026-07-28.
    pub(crate) stateless: bool,
    /// Answers as an event stream instead of plain JSON.
    pub(crate) event_stream: bool,
    pub(crate) sessions: SessionMode,
    /// JSON-RPC methods served without a token.
    pub(crate) anonymous: fn(&str) -> bool,
    /// Edits of the JSON-RPC message.
    pub(crate) message: Shape,
    /// Bends the HTTP answer that carries it.
    pub(crate) wire: Shape,
    /// Sends every request elsewhere before anything else: status and location.
    pub(crate) redirect: Option<(u16, Locate)>,
    /// A second path of the endpoint, where redirects lead.
    pub(crate) also_at: Option<&'static str>,
    /// Answers GET requests before authorization is looked at.
    pub(crate) get: Option<Page>,
    pub(crate) origin_checked: bool,
    /// Answers notifications.
    pub(crate) notification: Option<Page>,
    /// What answers paths nobody serves.
    pub(crate) elsewhere: Page,
}

impl Default for McpBehaviour {
    fn default() -> Self {
        Self {
            path: "/mcp",
            resource_path: None,
            versions: &["2025-11-25", "2025-06-18"],
            stateless: false,
            event_stream: false,
            sessions: SessionMode::Given,
            anonymous: |_| false,
            message: Shape::default(),
            wire: Shape::default(),
            redirect: None,
            also_at: None,
            get: None,
            origin_checked: true,
            notification: None,
            elsewhere: Page::NotFound,
        }
    }
}

/// What the MCP server remembers.
#[derive(Default)]
pub(crate) struct McpState {
    pub(crate) sessions: Table<Session>,
}

/// Answers a request to the MCP server's origin.
pub(crate) fn answer(target: &Target, place: Place<'_>, req: &Req) -> Reply {
    let behaviour = &target.behaviour.mcp;
    match place {
        Place::WellKnown {
            name: "oauth-protected-resource",
            rest,
        } => prm::well_known(target, rest),
        Place::Path(path) if Some(path) == target.behaviour.prm.also_at => prm::answer(target),
        Place::Path(path) if is_endpoint(behaviour.path, path) => match behaviour.redirect {
            Some((status, location)) => Reply::redirect(status, &location(&target.vars)),
            None => endpoint(target, req),
        },
        Place::Path(path) if Some(path) == behaviour.also_at => endpoint(target, req),
        _ => behaviour.elsewhere.reply(&target.vars),
    }
}

/// An endpoint at the root of its origin is asked for as `/`.
fn is_endpoint(endpoint: &str, path: &str) -> bool {
    path == endpoint || (endpoint.is_empty() && path == "/")
}

fn endpoint(target: &Target, req: &Req) -> Reply {
    let behaviour = &target.behaviour.mcp;
    if behaviour.origin_checked && !has_good_origin(target, req) {
        return Reply::text(403, "this Origin is not allowed");
    }
    if let (&Method::GET, Some(page)) = (&req.method, behaviour.get) {
        return page.reply(&target.vars);
    }
    let message: Option<Value> = serde_json::from_slice(&req.body).ok();
    let method = message
        .as_ref()
        .and_then(|message| message.get("method"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let holder = match access::check(target, req, method) {
        Ok(holder) => holder,
        Err(Denied::Anonymous) if (behaviour.anonymous)(method) => access::Holder::nobody(),
        Err(denied) => return challenge::answer(target, &denied),
    };
    if behaviour.stateless {
        return stateless::answer(target, req, message.as_ref(), &holder);
    }
    match req.method {
        Method::POST => rpc::answer(target, req, message.as_ref(), &holder),
        Method::DELETE => session::end(target, req),
        _ => Reply::text(405, "this server offers no event stream on GET")
            .with("Allow", "POST, DELETE"),
    }
}

/// No `Origin`, our own, or one of this machine: everything else may be a DNS rebinding attack.
fn has_good_origin(target: &Target, req: &Req) -> bool {
    let Some(origin) = req.header("origin") else {
        return true;
    };
    let host = Url::parse(origin)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    origin == target.vars.mcp_origin
        || matches!(host.as_deref(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
