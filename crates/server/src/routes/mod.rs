//! The routes, one file per group.

pub(crate) mod authorize;
pub(crate) mod compare;
pub(crate) mod enter;
pub(crate) mod exports;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod info;
pub(crate) mod matrix;
pub(crate) mod oauth;
pub(crate) mod openapi;
pub(crate) mod pages;
pub(crate) mod resend;
pub(crate) mod saved;
pub(crate) mod secrets;
pub(crate) mod sessions;
pub(crate) mod share;
pub(crate) mod stream;
pub(crate) mod together;
pub(crate) mod ui;
