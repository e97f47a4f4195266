//! The events a session consists of. Append-only; everything shown is a function of them.
//!
//! Events are made by the engine, masked before they exist, numbered by the store.

use crate::config::{BreakAt, Breakpoint, RegistrationChoice, SessionConfig};
use crate::exchange::Response;
use crate::{Exchange, Millis, Revision, StepKind};
use serde::{Deserialize, Serialize};

/// One stored event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// Sequence number within the session, from 1, without gaps.
    pub seq: u64,
    /// When it was made.
    pub at: Millis,
    /// What happened.
    pub kind: EventKind,
}

/// How the flow is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Mode {
    /// To the end, pausing only for the person.
    #[default]
    Run,
    /// One exchange per command.
    Step,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(
    clippy::large_enum_variant,
    reason = "exchanges are the bulk of a recording; boxing them buys nothing"
)]
pub enum EventKind {
    /// The session was made; secrets in the configuration are masked.
    SessionCreated {
        /// The configuration.
        config: SessionConfig,
        /// Redirect URI that authscope hosts for this session.
        redirect_uri: String,
        /// URL of the client document that authscope hosts for this session.
        client_document_url: String,
        /// The client document that is served there.
        client_document: serde_json::Value,
        /// authscope's version.
        version: String,
    },
    /// Somebody set the flow going.
    Resumed {
        /// Mode.
        mode: Mode,
    },
    /// In step mode: the next exchange is ready to go.
    Paused {
        /// The step that comes next.
        next: StepKind,
        /// Its request in short, such as `GET https://…`.
        preview: String,
    },
    /// A request is about to be sent; its exchange follows.
    Sending {
        /// Number the exchange will have.
        exchange: u32,
        /// Branch.
        branch: u32,
        /// Step.
        step: StepKind,
        /// Method.
        method: String,
        /// URL, masked.
        url: String,
    },
    /// An edited request is about to be sent again, beside the flow; its exchange follows. The flow does not change.
    Resending {
        /// Number the exchange will have.
        exchange: u32,
        /// The exchange whose request was edited.
        of: u32,
        /// Its own branch, which never becomes the active one.
        branch: u32,
        /// Branch it left.
        parent: u32,
        /// Method.
        method: String,
        /// URL, masked.
        url: String,
    },
    /// A complete exchange, outgoing or incoming.
    Exchange {
        /// The exchange.
        exchange: Exchange,
    },
    /// A person edited the answer of an exchange before the flow read it. The exchange keeps the answer that came; what
    /// the flow does after it comes of this one.
    AnswerEdited {
        /// The exchange.
        exchange: u32,
        /// The answer that the flow read, masked.
        response: Response,
    },
    /// The flow chose something, and why.
    Decision {
        /// The choice.
        decision: Decision,
        /// One sentence: why.
        because: String,
    },
    /// Something was compared or computed by authscope (on unmasked values).
    Fact {
        /// The exchange it is about.
        exchange: u32,
        /// What was found.
        fact: Fact,
    },
    /// A person must act.
    YourTurn {
        /// What is asked.
        turn: Turn,
    },
    /// The person acted (or did not).
    TurnEnded {
        /// What became of it, one sentence.
        how: String,
    },
    /// A new branch: the flow goes on from before an exchange.
    Branched {
        /// Number of the new branch.
        branch: u32,
        /// Branch it left.
        parent: u32,
        /// First exchange of the parent that is not part of the new branch's history.
        before_exchange: u32,
    },
    /// Something worth telling that is none of the above (second callback, wrong state, popup closed…).
    Note {
        /// The exchange it belongs to, if any.
        exchange: Option<u32>,
        /// How serious.
        tone: Tone,
        /// One sentence.
        text: String,
    },
    /// A conforming client stops here; the person may go on deliberately.
    StopsHere {
        /// The exchange that shows it, if any.
        exchange: Option<u32>,
        /// Why, one sentence with the values.
        reason: String,
        /// The clause, such as `RFC8414-3.3`.
        clause: String,
        /// Whether the flow went on all the same.
        continued: bool,
    },
    /// A person gave the session another title.
    Renamed {
        /// The title; empty: the one it has by itself.
        title: String,
    },
    /// A person chose other places where the flow waits.
    BreakpointsSet {
        /// All of them.
        breakpoints: Vec<Breakpoint>,
    },
    /// The run is over.
    Finished {
        /// How.
        ending: Ending,
        /// One sentence.
        message: String,
    },
    /// An event this version does not know (a newer recording).
    #[serde(other)]
    Unknown,
}

/// Tone of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Tone {
    /// Neutral.
    Info,
    /// Attention.
    Warning,
    /// Wrong.
    Error,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Ending {
    /// The MCP server answered with the token.
    Complete,
    /// The MCP server answered without asking for authorization.
    NoAuthorization,
    /// The flow cannot go on because of what the target did.
    Blocked,
    /// A conforming client stops here.
    ConformingClientStops,
    /// The flow cannot go on for reasons outside the target (nobody signed in, our own limits).
    Incomplete,
    /// Stopped by a person.
    Stopped,
}

/// A choice of the flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Decision {
    /// The revision to speak.
    Revision {
        /// The revision.
        revision: Revision,
    },
    /// The value of `resource`.
    Resource {
        /// Byte for byte what will be sent.
        value: String,
        /// Where it came from.
        source: ValueSource,
    },
    /// The authorization server.
    AuthorizationServer {
        /// Issuer, as received.
        issuer: String,
        /// All candidates, in order.
        candidates: Vec<String>,
    },
    /// No metadata: the default endpoints of 2025-03-26.
    DefaultEndpoints {
        /// The base URL.
        base: String,
    },
    /// The way of registration.
    Registration {
        /// The way.
        method: RegistrationChoice,
        /// The client id, when already known.
        client_id: Option<String>,
    },
    /// The scopes.
    Scope {
        /// The value of `scope`, `None` when omitted.
        value: Option<String>,
        /// Where it came from.
        source: ValueSource,
    },
    /// The token endpoint authentication method.
    TokenEndpointAuth {
        /// The method, such as `none` or `client_secret_basic`.
        method: String,
    },
    /// A decision this version does not know.
    #[serde(other)]
    Unknown,
}

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ValueSource {
    /// The person set it.
    User,
    /// The challenge.
    Challenge,
    /// Protected resource metadata.
    Prm,
    /// Authorization server metadata.
    AsMetadata,
    /// The MCP server's URL.
    ServerUrl,
    /// A step-up union.
    StepUp,
    /// Left out.
    Omitted,
}

/// Something authscope computed on unmasked values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Fact {
    /// The code verifier sent, hashed again, against the challenge sent.
    Pkce {
        /// The challenge of the authorization request.
        challenge: String,
        /// BASE64URL(SHA256(verifier)) recomputed at the token step.
        recomputed: String,
    },
    /// `state` returned against `state` sent.
    State {
        /// Whether equal.
        matches: bool,
        /// Whether it was returned at all.
        present: bool,
    },
    /// `iss` returned against the issuer recorded (RFC 9207).
    Iss {
        /// The issuer of the metadata in use.
        expected: String,
        /// What came.
        received: Option<String>,
        /// Whether the metadata advertises it.
        advertised: bool,
    },
    /// Signature of a JWT checked against the keys of the authorization server.
    Signature {
        /// Which token: `access_token` or `id_token`.
        token: String,
        /// Whether it verified.
        verified: bool,
        /// One sentence: algorithm, key, or what is wrong.
        detail: String,
    },
    /// A code was redeemed this long after it was issued.
    CodeAge {
        /// Milliseconds between callback and token request.
        millis: u64,
    },
    /// The code stood in the authorization response with characters that a query must encode, so that it may have
    /// been read as another one.
    CodeUnencoded {
        /// The characters, such as `+`.
        characters: String,
    },
    /// A token came with something around it that does not belong to it; recorded because what is shown of it is masked.
    TokenValue {
        /// Which token, such as `access_token`.
        token: String,
        /// What stands there, as the end of a sentence: "begins with `Bearer `".
        detail: String,
    },
    /// The refusal of the token endpoint quotes a value that a known mistake computes from the verifier.
    PkceClue {
        /// The mistake in words, such as "standard base64 instead of base64url".
        computation: String,
    },
    /// What a negative probe showed.
    Probe {
        /// Name of the probe, such as `wrong-verifier`.
        probe: String,
        /// Whether the target refused, as it must.
        refused: bool,
        /// One sentence.
        detail: String,
    },
    /// A fact this version does not know.
    #[serde(other)]
    Unknown,
}

/// What a person is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Turn {
    /// Sign in and consent in the browser.
    Authorize {
        /// Number of the authorization request's exchange row.
        exchange: u32,
        /// Host of the authorization server.
        host: String,
        /// Scopes asked for.
        scope: Option<String>,
        /// The redirect URI the browser comes back to.
        redirect_uri: String,
        /// Whether that is authscope's own callback (else: paste the redirected URL).
        hosted: bool,
    },
    /// Choose one of several authorization servers.
    ChooseAuthorizationServer {
        /// The issuers.
        candidates: Vec<String>,
    },
    /// Enter a client id: nothing else is left.
    ProvideClientId {
        /// Why.
        reason: String,
    },
    /// A conforming client stops here: go on, or stop.
    GoOn {
        /// Why it stops.
        reason: String,
        /// The clause.
        clause: String,
    },
    /// The flow waits at a breakpoint: let the request go or the answer be read, send it edited, or stop.
    Breakpoint {
        /// Kind of the step.
        step: StepKind,
        /// Before its request is sent, or when its answer is there.
        at: BreakAt,
        /// The exchange whose answer is there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<u32>,
        /// The request in short, such as `GET https://…`, masked.
        preview: String,
    },
    /// Enter the code on another device (RFC 8628).
    DeviceCode {
        /// The code to enter.
        user_code: String,
        /// Where.
        verification_uri: String,
        /// The same with the code in it, where the authorization server gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        verification_uri_complete: Option<String>,
        /// When the code expires (ms since the epoch).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Millis>,
    },
    /// A turn this version does not know.
    #[serde(other)]
    Unknown,
}
