//! The hostile target: servers that lie, flood, stall and smuggle. Nothing hangs, memory stays bounded, nothing they
//! say becomes markup or a header, and the recording says what happened.
//!
//! What is tested is the built binary as a process of its own, so that the memory that is measured is its own.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod addresses;
mod app;
mod bodies;
mod bomb;
mod costly;
mod lessons;
mod logs;
mod rebinding;
mod target;
mod text;
