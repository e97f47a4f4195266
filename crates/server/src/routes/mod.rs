//! The routes, one file per group.

pub(crate) mod authorize;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod info;
pub(crate) mod oauth;
pub(crate) mod openapi;
pub(crate) mod sessions;
pub(crate) mod stream;
pub(crate) mod ui;
