//! The wire messages of MCP OAuth, read and written without a socket.
//!
//! Everything here is pure: text in, values and problems out. Parsers never refuse: they give what can be
//! read ([`parsed::Parsed::value`]) and say what is wrong ([`parsed::Problem`]), because a broken peer is
//! normal input for a debugger. Texts may be masked copies (`⟨kind · length chars · #hash⟩` in place of a
//! secret), so parsers step over masks.
//!
//! Invariants: no I/O, no clock, no randomness, no panics; byte ranges lie within the text they are about
//! and on character boundaries; URLs stay strings, so that what is compared or sent is what was received.

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::panic,
        clippy::unreachable
    )
)]

pub mod as_metadata;
pub mod authorize;
pub mod callback;
pub mod challenge;
pub mod client_metadata;
pub mod flow;
pub mod form;
pub mod jwt;
pub mod locate;
pub mod mcp;
pub mod oauth_error;
pub mod parsed;
pub mod pkce;
pub mod prm;
pub mod reach;
pub mod redirect_uri;
pub mod registration;
pub mod scope;
pub mod sse;
pub mod token;
pub mod url_text;
pub mod well_known;

mod cursor;
mod fields;
