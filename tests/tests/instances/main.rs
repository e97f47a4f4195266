//! Ring `instances`: several processes of the binary behind one address, on a real PostgreSQL that the tests start, and
//! behind a real nginx with the configuration of `docs/operating.md`.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod killed;
mod proxy;
mod support;
mod three;
mod together;
