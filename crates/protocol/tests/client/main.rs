//! Each MUST that binds a client is kept by the flow: a test names it, by its row in the requirement tables.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod authorization;
mod device;
mod discovery;
mod documents;
mod dry_run;
mod handshake;
mod management;
mod musts;
mod registration;
mod tokens;
mod world;
