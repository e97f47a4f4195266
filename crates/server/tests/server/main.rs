//! The web side as its users meet it: requests in, responses out, nothing looked at from inside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod app;
mod compare;
mod exports;
mod limits;
mod matrix;
mod oauth;
mod openapi;
mod pages;
mod reference;
mod saved;
mod security;
mod sharing;
mod shutdown;
mod stream;
