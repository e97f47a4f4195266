//! Messages of the HTTP API, shared by server and UI.

use crate::config::SessionConfig;
use crate::event::Mode;
use crate::finding::Finding;
use crate::{Event, Millis};
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
