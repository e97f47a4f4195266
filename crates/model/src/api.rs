//! Messages of the HTTP API, shared by server and UI.

use crate::config::{Breakpoint, Pair, RegistrationChoice, RevisionChoice, SessionConfig};
use crate::event::Mode;
use crate::finding::Finding;
use crate::matrix::Planned;
use crate::{Event, Header, Millis, Revision};
use serde::{Deserialize, Serialize};

/// `POST /api/sessions`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateSession {
    /// What to debug.
    pub config: SessionConfig,
    /// Start at once in this mode; absent: wait for a command.
    #[serde(default)]
    pub start: Option<Mode>,
}

/// One line of the list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSummary {
    /// Public id.
    pub id: String,
    /// Title.
    pub title: String,
    /// URL of the MCP server.
    pub server_url: String,
    /// When it was made (ms since the epoch).
    pub created_at: Millis,
    /// When its last event was made (ms since the epoch).
    pub updated_at: Millis,
    /// `ready`, `running`, `paused`, `your_turn`, or `finished`.
    pub status: String,
    /// One sentence: verdict or what it waits for.
    pub verdict: String,
    /// Number of failures found so far.
    pub failures: u32,
    /// Number of warnings found so far.
    pub warnings: u32,
    /// Number of exchanges.
    pub exchanges: u32,
}

/// `GET /api/sessions/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSnapshot {
    /// The summary.
    pub summary: SessionSummary,
    /// Every event so far.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub events: Vec<Event>,
    /// Findings, root causes first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub findings: Vec<Finding>,
}

/// `GET /api/sessions/{id}/diagnosis`: what the events so far show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diagnosis {
    /// Number of the last event that was looked at.
    pub seq: u64,
    /// `ready`, `running`, `paused`, `your_turn`, `pass`, `warning`, `failure`, `incomplete` or `stopped`.
    pub level: String,
    /// One sentence in plain words.
    pub sentence: String,
    /// Failures that no other finding explains.
    pub failures: u32,
    /// Warnings that no other finding explains.
    pub warnings: u32,
    /// Hints that no other finding explains.
    pub hints: u32,
    /// Steps that went as they should.
    pub passed_steps: u32,
    /// When the session is deleted if nothing more happens in it (ms since the epoch); absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<Millis>,
    /// Findings, root causes first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub findings: Vec<Finding>,
}

/// `POST /api/sessions/{id}/commands`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Command {
    /// Go on to the end, pausing only for the person.
    Run,
    /// Exactly one exchange.
    Step,
    /// Stop; nothing more is sent.
    Stop,
    /// Another title; it changes nothing of the flow.
    Rename {
        /// The title, one line; empty: the one it has by itself.
        title: String,
    },
    /// Go on from before an exchange, as a new branch.
    Retry {
        /// The exchange to do again.
        exchange: u32,
    },
    /// The redirected URL, pasted by the person.
    Callback {
        /// The whole URL.
        url: String,
    },
    /// Use this authorization server.
    ChooseAuthorizationServer {
        /// The issuer, one of the candidates.
        issuer: String,
    },
    /// Use this client.
    ProvideClient {
        /// Client id.
        client_id: String,
        /// Secret, if it has one.
        #[serde(default)]
        client_secret: Option<String>,
    },
    /// Go on where a conforming client stops.
    GoOn,
    /// The browser window could not be opened or was closed (an event in words).
    PopupClosed {
        /// `blocked` or `closed`.
        how: String,
    },
    /// Refresh now.
    Refresh,
    /// Revoke the token.
    Revoke,
    /// Introspect the token.
    Introspect,
    /// Call userinfo.
    Userinfo,
    /// Call a tool.
    CallTool {
        /// Tool name.
        name: String,
        /// JSON arguments as text.
        arguments: String,
    },
    /// Forget the registration and register again, as a new branch.
    Reregister,
    /// Refresh, then use the same refresh token once more: shows rotation and what reuse leads to.
    RefreshTwice,
    /// List tools, resources and prompts with the token in hand.
    ListEverything,
    /// Read the registration back (RFC 7592).
    ReadRegistration,
    /// Replace the registered metadata (RFC 7592).
    UpdateRegistration {
        /// Members laid over what is registered, as JSON text; a null takes a member away.
        metadata: String,
    },
    /// Delete the registration (RFC 7592).
    DeleteRegistration,
    /// Save the client in use for its issuer: later sessions use it there, and nowhere else.
    SaveClient,
    /// Let the flow wait for a person at these places and no others.
    SetBreakpoints {
        /// The places.
        breakpoints: Vec<Breakpoint>,
    },
    /// Go on where the flow waits at a breakpoint: send the request as it is, or read the answer.
    Release,
    /// Replace the members laid over our client metadata: our client document changes at once, a registration when the
    /// client registers again.
    EditClient {
        /// The members, as JSON text.
        metadata: String,
    },
}

/// `GET /api/sessions/{id}/exchanges/{exchange}/draft`: a recorded request as it is edited before it is sent again.
///
/// A masked value stands in it as a placeholder, `⟨kind · length · #hash⟩`, that is put back on the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// Method.
    pub method: String,
    /// URL.
    pub url: String,
    /// Header lines in order, without those that follow from URL and body (`host`, `content-length`).
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub headers: Vec<Header>,
    /// Body.
    pub body: String,
    /// Whether the browser sends it: the authorization request. Only its URL can be edited.
    pub browser: bool,
    /// Of an answer that waits at a breakpoint: its status. Method and URL are those of its request then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// `POST /api/sessions/{id}/resend`: an edited request, to be sent beside the flow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resend {
    /// The recorded exchange whose request was edited.
    pub of: u32,
    /// Method.
    pub method: String,
    /// URL. In it as in headers and body, `⟨… #hash⟩` stands for the masked value, and `⟨state · new⟩` for a new state.
    pub url: String,
    /// Header lines in order. `host`, `user-agent` and `content-length` are added unless they are among them.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>))]
    pub headers: Vec<Header>,
    /// Body.
    #[serde(default)]
    pub body: String,
    /// Of an answer that waits at a breakpoint: its status. Method and URL mean nothing then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// What became of a resent request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resent {
    /// Number of the exchange that records it. It is in the events once the answer came.
    pub exchange: u32,
    /// Of an authorization request: the path that sends the browser there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<String>,
}

/// `POST /api/targets`: a configuration to keep under a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaveTarget {
    /// Name; default is the host of the MCP server.
    #[serde(default)]
    pub name: Option<String>,
    /// What to debug, secrets included: they are kept sealed and never given out again.
    pub config: SessionConfig,
}

/// A saved target, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedTarget {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// URL of the MCP server, masked.
    pub server_url: String,
    /// What was set beside the URL, in a few words, such as `2025-11-25, client id lab`.
    pub settings: String,
    /// When it was saved (ms since the epoch).
    pub saved_at: Millis,
}

/// A client saved for one issuer, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedClient {
    /// Id of the entry.
    pub id: String,
    /// The issuer it is used with, and no other.
    pub issuer: String,
    /// The client id.
    pub client_id: String,
    /// Whether it has a secret.
    pub has_secret: bool,
    /// When it was saved (ms since the epoch).
    pub saved_at: Millis,
}

/// `POST /api/targets/{id}/sessions`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StartTarget {
    /// Start at once in this mode; absent: wait for a command.
    #[serde(default)]
    pub start: Option<Mode>,
}

/// `POST /api/matrix`: one server under several revisions and ways of registration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateMatrix {
    /// What to debug; revision and registration are set for each cell.
    pub config: SessionConfig,
    /// Only these revisions; all when empty.
    #[serde(default)]
    pub revisions: Vec<RevisionChoice>,
    /// Only these ways of registration; all that make sense when empty.
    #[serde(default)]
    pub registrations: Vec<RegistrationChoice>,
    /// Follow plain redirects instead of asking a person to sign in for each cell.
    #[serde(default)]
    pub follow_redirects: bool,
}

/// One combination of a matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MatrixCell {
    /// Revision.
    pub revision: Revision,
    /// Way of registration.
    pub registration: RegistrationChoice,
    /// Id of its session; absent when it is not run.
    pub session: Option<String>,
    /// Why it is not run.
    pub skipped: Option<String>,
    /// `level` of its diagnosis, such as `running`, `your_turn`, `pass` or `failure`; `skipped` when it is not run.
    pub level: String,
    /// Its verdict in one sentence.
    pub sentence: String,
    /// Failures that no other finding explains.
    pub failures: u32,
    /// Warnings that no other finding explains.
    pub warnings: u32,
}

impl MatrixCell {
    /// A cell with its session, before anything is known of it.
    #[must_use]
    pub fn new(planned: Planned, session: Option<String>) -> Self {
        let level = if session.is_some() {
            "ready"
        } else {
            "skipped"
        };
        Self {
            revision: planned.revision,
            registration: planned.registration,
            session,
            skipped: planned.skipped,
            level: level.into(),
            sentence: String::new(),
            failures: 0,
            warnings: 0,
        }
    }
}

/// `GET /api/matrix/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Matrix {
    /// Id.
    pub id: String,
    /// URL of the MCP server.
    pub server_url: String,
    /// Every combination, by revision, then by way of registration.
    pub cells: Vec<MatrixCell>,
    /// Whether cells wait that nobody runs any more: authscope was restarted. `POST …/run` runs them.
    #[serde(default)]
    pub interrupted: bool,
}

/// `POST /api/sessions/{id}/again`: the same settings but for these.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Again {
    /// Another revision.
    #[serde(default)]
    pub revision: Option<RevisionChoice>,
    /// Another way of registration.
    #[serde(default)]
    pub registration: Option<RegistrationChoice>,
}

/// A problem, RFC 9457 (`application/problem+json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable name, as a relative URI such as `/problems/unknown-session`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short title.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// A sentence a person can act on.
    pub detail: String,
}

/// What changed since a server worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Since {
    /// The last earlier session at the same server that came to its end without a failure.
    pub before: String,
    /// When that was made (ms since the epoch).
    pub at: Millis,
    /// The first difference, in one sentence.
    pub sentence: String,
}

/// A target of the built-in lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LabTarget {
    /// Id, such as `healthy`.
    pub id: String,
    /// Title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Whether everything is right there.
    pub healthy: bool,
    /// MCP server URL.
    pub url: String,
    /// Who is at fault, for a fault.
    #[serde(default)]
    pub party: Option<String>,
    /// Rule ids it fires.
    #[serde(default)]
    pub rules: Vec<String>,
    /// What must be set to see what it is about, as name and value; names are those of a session's configuration and of
    /// its grant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<Pair>,
}

/// `GET /api/info`: what the UI must know about this instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Info {
    /// authscope's version.
    pub version: String,
    /// Public URL in use.
    pub public_url: String,
    /// The redirect URI to register.
    pub redirect_uri: String,
    /// `local` or `guarded`.
    pub guard: String,
    /// Targets of the lab, when it runs.
    #[serde(default)]
    pub lab: Vec<LabTarget>,
    /// A sentence when authorization servers elsewhere cannot reach us (loopback or http public URL).
    #[serde(default)]
    pub reachability_note: Option<String>,
}
