//! The test rings of authscope: what several of them need.
//!
//! Each file in `tests/` is one ring, a binary of its own. The helpers here run the real engine on a real store and a
//! real network; nothing is replaced by a stand-in except the person at the browser.

pub mod gate;
pub mod golden;
pub mod instance;
pub mod launcher;
pub mod person;
pub mod ports;
pub mod still;
pub mod tools;
pub mod transcripts;
pub mod wire;
