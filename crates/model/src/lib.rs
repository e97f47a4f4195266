//! The shared vocabulary of authscope.
//!
//! Everything that more than one part must agree on lives here: the spec revisions and what differs
//! between them ([`revision`]), the steps of a flow and who takes part ([`step`]), what was sent and
//! received ([`exchange`]), the append-only events a session consists of ([`event`]), what a person
//! may configure ([`config`]), findings ([`finding`]), the file format ([`recording`]), the fold from
//! events to a readable state ([`transcript`]), masking ([`mask`]), which combinations of settings make sense ([`matrix`]) and the API messages ([`api`]).
//!
//! Invariants: no I/O, no clock, no randomness, no panics; compiles to `wasm32-unknown-unknown`.

pub mod api;
pub mod config;
mod edited;
pub mod event;
pub mod exchange;
pub mod finding;
pub mod letters;
pub mod mask;
pub mod matrix;
pub mod recording;
pub mod revision;
pub mod step;
pub mod transcript;

pub use config::{RegistrationChoice, RevisionChoice, SessionConfig};
pub use event::{Event, EventKind};
pub use exchange::{
    Body, Exchange, Header, Outcome, RawExchange, RawOutcome, RawRequest, RawResponse,
};
pub use finding::{Evidence, Finding, Level, Part, Party};
pub use mask::Masker;
pub use recording::Recording;
pub use revision::Revision;
pub use step::{Participant, Phase, StepKind};
pub use transcript::Transcript;

/// Milliseconds since the Unix epoch. The only notion of time in the pure crates; it comes from the caller.
pub type Millis = u64;
