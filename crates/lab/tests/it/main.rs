//! The lab seen from outside: hand-made requests against running targets.

#![expect(
    clippy::unwrap_used,
    reason = "a test that gets nothing has nothing to go on with"
)]

mod client;
mod faults;
mod healthy;
