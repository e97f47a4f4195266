//! What authscope exchanges with other tools, as pure functions of text.
//!
//! [`export`] writes a recording as HAR, Mermaid, SVG, Markdown, HTML or JSON. [`import`] reads recordings and
//! HAR files of any tool; what it reads is masked before anybody sees it. [`copy`] writes one step for the
//! clipboard, [`client_config`] reads the JSON in which MCP clients keep their servers.
//!
//! Invariants: no I/O, no clock, no randomness, no panics (every file is hostile input), compiles to
//! `wasm32-unknown-unknown`. No writer emits a secret, because no recording holds one.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

pub mod client_config;
pub mod copy;
pub mod export;
pub mod har;
pub mod import;

mod escape;
mod html;
mod iso;
mod markdown;
mod remask;
