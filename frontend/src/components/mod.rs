//! Small parts that several places use.

pub(crate) mod copy;
pub(crate) mod icon;
pub(crate) mod shortcuts;

pub(crate) use copy::Copy;
pub(crate) use icon::{VerdictIcon, icon};
