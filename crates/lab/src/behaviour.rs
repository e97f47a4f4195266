//! The switches of a target: how its servers behave, one section per endpoint.
//!
//! The default is a conforming server for MCP revision 2025-11-25. A fault or a preset is a function that changes some
//! fields, so several can be combined. Each section is defined beside the handlers that read it.

use crate::authz::assertion::AssertionBehaviour;
use crate::authz::authorize::AuthorizeBehaviour;
use crate::authz::client::ClientBehaviour;
use crate::authz::device::DeviceBehaviour;
use crate::authz::dpop::DpopBehaviour;
use crate::authz::issue::AccessTokenBehaviour;
use crate::authz::metadata::MetadataBehaviour;
use crate::authz::register::RegistrationBehaviour;
use crate::authz::token::TokenBehaviour;
use crate::cors::CorsBehaviour;
use crate::mcp::McpBehaviour;
use crate::mcp::access::AccessBehaviour;
use crate::mcp::challenge::ChallengeBehaviour;
use crate::mcp::prm::PrmBehaviour;
use crate::mcp::step_up::StepUpBehaviour;
use crate::scopes::ScopeBehaviour;

/// Everything that can be switched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Behaviour {
    pub(crate) mcp: McpBehaviour,
    pub(crate) challenge: ChallengeBehaviour,
    pub(crate) access: AccessBehaviour,
    pub(crate) step_up: StepUpBehaviour,
    pub(crate) prm: PrmBehaviour,
    pub(crate) scopes: ScopeBehaviour,
    pub(crate) metadata: MetadataBehaviour,
    pub(crate) clients: ClientBehaviour,
    pub(crate) registration: RegistrationBehaviour,
    pub(crate) authorize: AuthorizeBehaviour,
    pub(crate) token: TokenBehaviour,
    pub(crate) access_token: AccessTokenBehaviour,
    pub(crate) dpop: DpopBehaviour,
    pub(crate) device: DeviceBehaviour,
    pub(crate) assertion: AssertionBehaviour,
    pub(crate) cors: CorsBehaviour,
}
