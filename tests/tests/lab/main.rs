//! Ring `lab`: the engine against the built-in lab, in process, over real connections.
//!
//! The lab shares no code with the client and keeps a log of its own, so that each can prove the other wrong.

#![expect(
    clippy::unwrap_used,
    reason = "what these helpers run into is a failed test"
)]

mod breakpoints;
mod callback;
mod driving;
mod dry_run;
mod faults;
mod healthy;
mod recordings;
mod registration;
mod resend;
mod restart;
mod support;
mod turns;
