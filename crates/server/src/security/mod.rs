//! What protects an instance from other sites' pages: which Host names it answers to, whose pages may
//! change something, and what browsers are told about our responses.

pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod origin;
