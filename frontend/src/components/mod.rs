//! Small parts that several places use.

pub(crate) mod copy;
pub(crate) mod icon;
pub(crate) mod part;
pub(crate) mod prose;
pub(crate) mod shortcuts;

pub(crate) use copy::Copy;
pub(crate) use icon::{VerdictIcon, icon};
pub(crate) use part::{live, part, press, typed};
pub(crate) use prose::prose;
