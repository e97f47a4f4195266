//! Sessions of the streamable HTTP transport (revisions before 2026-07-28).

use uuid::Uuid;

use crate::http::{Reply, Req};
use crate::target::Target;

/// What the server does with session ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SessionMode {
    /// Gives one at `initialize` and demands it afterwards.
    #[default]
    Given,
    /// Works without.
    Absent,
    /// Demands one it never gave.
    DemandedNotGiven,
    /// Gives one and has forgotten it by the next request.
    Forgotten,
}

/// A session after `initialize`.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub(crate) version: &'static str,
}

/// Starts a session; the id goes into the answer to `initialize`.
pub(crate) fn start(target: &Target, version: &'static str) -> Option<String> {
    let mode = target.behaviour.mcp.sessions;
    let id = Uuid::now_v7().simple().to_string();
    match mode {
        SessionMode::Absent | SessionMode::DemandedNotGiven => return None,
        SessionMode::Forgotten => {}
        SessionMode::Given => target
            .state()
            .sessions
            .insert(id.clone(), Session { version }),
    }
    Some(id)
}

/// Checks session id and protocol version of a request after `initialize`.
pub(crate) fn check(target: &Target, req: &Req) -> Result<(), Reply> {
    let behaviour = &target.behaviour.mcp;
    let session = match (behaviour.sessions, req.header("mcp-session-id")) {
        (SessionMode::Absent, _) => None,
        (_, None) => return Err(Reply::text(400, "Mcp-Session-Id is missing")),
        (_, Some(id)) => {
            let found = target.state().sessions.get(id).cloned();
            Some(found.ok_or_else(|| Reply::text(404, "this session is unknown or has ended"))?)
        }
    };
    let Some(version) = req.header("mcp-protocol-version") else {
        return Ok(());
    };
    if !behaviour.versions.contains(&version) {
        let known = behaviour.versions.join(", ");
        return Err(Reply::text(
            400,
            &format!("MCP-Protocol-Version {version} is not supported, use one of {known}"),
        ));
    }
    match session {
        Some(session) if session.version != version => Err(Reply::text(
            400,
            &format!("this session speaks {}, not {version}", session.version),
        )),
        _ => Ok(()),
    }
}

/// Ends a session at the client's wish.
pub(crate) fn end(target: &Target, req: &Req) -> Reply {
    if target.behaviour.mcp.sessions == SessionMode::Absent {
        return Reply::text(405, "this server has no sessions").with("Allow", "POST");
    }
    match req
        .header("mcp-session-id")
        .and_then(|id| target.state().sessions.remove(id))
    {
        Some(_) => Reply::empty(204),
        None => Reply::text(404, "this session is unknown or has ended"),
    }
}
