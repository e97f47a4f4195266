//! authscope's built-in laboratory: an MCP server and an OAuth authorization server whose faults can be switched on.
//!
//! The lab is a target to aim the debugger at, and evidence for its tests. It shares no parsing or flow code with the
//! client: it reads HTTP with its own eyes and keeps its own log of what it saw.
//!
//! # Targets and their URLs
//!
//! A *target* is one configuration of the two servers. [`presets`] lists them: healthy ones that look like servers in
//! the field, and one for each [`Fault`]. [`Lab::start`] hosts them all behind two listeners, one for the MCP origin
//! (`M`), one for the authorization server's (`A`, by default the next port):
//!
//! | what | URL of target `healthy` |
//! |---|---|
//! | MCP endpoint | `M/healthy/mcp` |
//! | protected resource metadata | `M/.well-known/oauth-protected-resource/healthy/mcp` |
//! | issuer | `A/healthy` |
//! | authorization server metadata | `A/.well-known/oauth-authorization-server/healthy` |
//! | authorization endpoint | `A/healthy/authorize` |
//! | token endpoint | `A/healthy/token` |
//! | registration endpoint | `A/healthy/register`, each client at `A/healthy/register/{client_id}` |
//! | key set | `A/healthy/jwks` |
//! | revocation, introspection, userinfo | `A/healthy/revoke`, `A/healthy/introspect`, `A/healthy/userinfo` |
//! | pushed authorization requests | `A/healthy/par` (preset `pushed-requests`) |
//! | device authorization, its page | `A/device-authorization/device_authorization`, `…/device` |
//! | the identity provider's token endpoint | `A/identity-assertion/idp/token`; `…/idp/id-token` is what it gave the person |
//! | what a workload's platform gave it | `A/workload-identity/platform/token` |
//! | an index for people | `M/` |
//!
//! Targets that only make sense at the root of an origin (revision 2025-03-26, say) get two listeners of their own.
//! [`Lab::start_single`] serves one target that way: endpoint `M/mcp`, issuer `A`. In every case
//! [`RunningLab::targets`] has the exact URLs.
//!
//! # Clients
//!
//! Dynamic registration and client id metadata documents work as in their specifications; documents may be plain http
//! on loopback hosts. Three clients exist from the start: `lab-public` (no authentication) and `lab-confidential` with
//! the secret `lab-secret`; a third, `lab-key`, signs with [`CLIENT_KEY`]. All may redirect to any path and port of a loopback host. Scopes are `files:read` (asked
//! for by the challenge), `files:write` and `files:admin` (needed by the tool `admin_report`).
//!
//! # Consent
//!
//! A browser (a request whose `Accept` names `text/html`) gets a page to sign in and allow or deny. Any other client is
//! redirected at once as if the person had consented; [`LabConfig::auto_consent`] does the same for browsers.

mod authz;
mod behaviour;
mod combined;
mod config;
mod cors;
mod faults;
mod fetch;
mod how;
mod http;
mod keys;
mod lab;
mod listener;
mod log;
mod mcp;
mod pages;
mod presets;
mod scopes;
mod shape;
mod table;
mod target;

pub use config::{LabConfig, PublicBase};
pub use faults::{Fault, Party, Shows, fault, faults};
pub use how::{CLIENT_KEY, How, IDP_CLIENT};
pub use lab::{Lab, LabError, RunningLab, TargetInfo};
pub use log::{LogEntry, Side};
pub use presets::{Preset, preset, presets};
