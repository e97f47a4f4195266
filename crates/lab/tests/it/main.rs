//! The lab seen from outside: hand-made requests against running targets.

#![expect(
    clippy::unwrap_used,
    reason = "a test that gets nothing has nothing to go on with"
)]

mod client;
mod clients;
mod combined;
mod discovery;
mod faults;
mod gallery;
mod healthy;
mod notes;
mod probes;
mod revisions;
mod walk;
