//! The pages.

pub(crate) mod advanced;
pub(crate) mod form;
pub(crate) mod frame;
pub(crate) mod home;
pub(crate) mod missing;
pub(crate) mod session;
pub(crate) mod verdict;
