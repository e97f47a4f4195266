//! Where the flow stands, and the requests it may be at.

use super::steps::probes::ProbeKind;
use authscope_model::StepKind;
use authscope_model::event::Ending;
use serde::{Deserialize, Serialize};

/// Where the flow stands. A run-time enum, because it is stored and resumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// First MCP request.
    Probe,
    /// PRM candidate to try.
    Prm(usize),
    /// Several authorization servers: the person chooses.
    ChooseServer,
    /// Metadata candidate to try.
    AsMetadata(usize),
    /// The client document of the person's own is read as an authorization server does.
    CheckDocument,
    /// Registration.
    Register,
    /// No way of registration: the person provides a client id.
    AskClient(String),
    /// Pushed authorization request.
    Par,
    /// The authorization URL is tried without a browser first.
    DryRun,
    /// Authorization request is to be built.
    Authorize,
    /// Authorization request is out.
    AwaitCallback,
    /// Code for token.
    Token,
    /// Client credentials.
    ClientCredentials,
    /// Token exchange at the identity provider.
    TokenExchange,
    /// JWT bearer.
    JwtBearer,
    /// Device authorization request.
    Device,
    /// Device code polling; `true` while the wait is due.
    DevicePoll(bool),
    /// A request to the MCP server.
    Mcp(McpOp),
    /// Token life, asked for by the person.
    Life(LifeOp),
    /// A negative probe of one request.
    Negative(ProbeKind),
    /// A conforming client stops here.
    Hold {
        /// Why.
        reason: String,
        /// Clause.
        clause: String,
        /// Where to go on.
        resume: Box<Stage>,
    },
    /// Over.
    Finished {
        /// How.
        ending: Ending,
        /// One sentence.
        message: String,
    },
}

/// One request to the MCP server after (or without) authorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum McpOp {
    /// `initialize`.
    Initialize,
    /// `notifications/initialized`.
    Initialized,
    /// `server/discover`.
    Discover,
    /// `tools/list`.
    ToolsList,
    /// `resources/list`.
    ResourcesList,
    /// `prompts/list`.
    PromptsList,
    /// `tools/call`.
    ToolsCall,
}

impl McpOp {
    /// The kind of step it is.
    #[must_use]
    pub const fn step(self) -> StepKind {
        match self {
            Self::Initialize => StepKind::McpInitialize,
            Self::Initialized => StepKind::McpInitialized,
            Self::Discover => StepKind::McpDiscover,
            Self::ToolsList => StepKind::McpToolsList,
            Self::ResourcesList => StepKind::McpResourcesList,
            Self::PromptsList => StepKind::McpPromptsList,
            Self::ToolsCall => StepKind::McpToolsCall,
        }
    }
}

/// A request about the life of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum LifeOp {
    /// The authorization server's keys, to verify a JWT.
    Jwks,
    /// Refresh.
    Refresh,
    /// Refresh once more with the same refresh token, which the server did not replace.
    RefreshAgain,
    /// The MCP server with the refreshed token.
    CallRefreshed,
    /// Revoke.
    Revoke,
    /// Introspect.
    Introspect,
    /// Userinfo.
    Userinfo,
    /// Read the registration back.
    ReadRegistration,
    /// Replace the registered metadata.
    UpdateRegistration,
    /// Delete the registration.
    DeleteRegistration,
}
