//! One file per step: how its request is made (`prepare`) and how its outcome is read (`absorb`).
//!
//! To add a step: a file here, its arm in `Flow::next` and `Flow::absorb`, its `StepKind` in the model.

pub(super) mod as_metadata;
pub(super) mod authorize;
pub(super) mod callback;
pub(super) mod client_auth;
pub(super) mod device;
pub(super) mod document;
pub(super) mod dpop;
pub(super) mod dry_run;
pub(super) mod grants;
pub(super) mod life;
pub(super) mod manage;
pub(super) mod mcp;
mod negotiate;
pub(super) mod prm;
pub(super) mod probe;
pub(super) mod probes;
pub(super) mod register;
pub(super) mod scope;
pub(super) mod token;
