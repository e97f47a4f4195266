//! The web side as its users meet it: requests in, responses out, nothing looked at from inside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod app;
mod oauth;
mod openapi;
mod pages;
mod security;
mod shutdown;
mod stream;
