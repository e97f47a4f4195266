//! The catalogue of faults: each a named change of behaviour, with what it is and whose it is.
//!
//! A fault is one entry of one list in this folder. If the change is about what goes over the wire, the entry's `apply`
//! says all of it; if a decision has to change, it sets a field of the endpoint's behaviour and the handler reads it.

mod access;
mod audience;
mod authorize;
mod challenge;
mod cors;
mod documents;
mod grants;
mod issuer;
mod metadata;
mod prm;
mod probe;
mod refresh;
mod registration;
mod scope;
mod stateless;
mod status;
mod step_up;
mod token;
mod token_error;
mod transport;

use serde::Serialize;

use crate::behaviour::Behaviour;
use crate::how::How;

/// Who has to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The MCP server.
    McpServer,
    /// The authorization server.
    AuthorizationServer,
    /// The client.
    Client,
}

/// What a run must do for a fault to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// An ordinary flow is enough.
    Flow,
    /// The access token has to be refreshed.
    Refresh,
    /// The tool `admin_report` has to be called.
    StepUp,
    /// Only a request that a conforming client never sends brings it out.
    Probe,
    /// A browser has to be the client, or show the page.
    Browser,
}

/// A named fault of one of the lab's servers.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// Kebab-case id.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// One sentence that says what is wrong.
    pub summary: &'static str,
    /// Who has to change something.
    pub party: Party,
    /// Ids of the diagnosis rules it must fire.
    pub rules: &'static [&'static str],
    /// What a run must do for it to show.
    pub shows: Shows,
    /// How a token has to be obtained for it to show.
    pub how: How,
    /// Id and secret of the client to use.
    pub client: Option<(&'static str, &'static str)>,
    /// The MCP revision it is meant for.
    pub revision: &'static str,
    /// Whether it makes sense only at the root of an origin.
    pub own_origin: bool,
    #[serde(skip)]
    pub(crate) apply: fn(&mut Behaviour),
}

/// All faults, in the order of a flow.
pub fn faults() -> impl Iterator<Item = &'static Fault> {
    let areas: [&'static [Fault]; 20] = [
        challenge::FAULTS,
        status::FAULTS,
        prm::FAULTS,
        metadata::FAULTS,
        issuer::FAULTS,
        registration::FAULTS,
        documents::FAULTS,
        authorize::FAULTS,
        token::FAULTS,
        token_error::FAULTS,
        grants::FAULTS,
        scope::FAULTS,
        audience::FAULTS,
        access::FAULTS,
        refresh::FAULTS,
        step_up::FAULTS,
        transport::FAULTS,
        stateless::FAULTS,
        probe::FAULTS,
        cors::FAULTS,
    ];
    areas.into_iter().flatten()
}

/// One fault by its id.
#[must_use]
pub fn fault(id: &str) -> Option<&'static Fault> {
    faults().find(|fault| fault.id == id)
}

/// A fault of the MCP server that an ordinary flow shows; the lists change what differs.
const MCP_SERVER: Fault = Fault {
    id: "",
    title: "",
    summary: "",
    party: Party::McpServer,
    rules: &[],
    shows: Shows::Flow,
    how: How::Code,
    client: None,
    revision: "2025-11-25",
    own_origin: false,
    apply: |_| {},
};

/// A fault of the authorization server that an ordinary flow shows.
const AUTHORIZATION_SERVER: Fault = Fault {
    party: Party::AuthorizationServer,
    ..MCP_SERVER
};
