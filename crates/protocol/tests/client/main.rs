//! Each MUST that binds a client is kept by the flow: a test names it, by its row in the requirement tables.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod authorization;
mod discovery;
mod handshake;
mod registration;
mod tokens;
mod world;
