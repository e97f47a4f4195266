//! The pages.

pub(crate) mod advanced;
pub(crate) mod exports;
mod extras;
pub(crate) mod form;
pub(crate) mod frame;
pub(crate) mod home;
pub(crate) mod import;
pub(crate) mod missing;
mod recent;
mod saved;
pub(crate) mod session;
mod since;
pub(crate) mod verdict;
