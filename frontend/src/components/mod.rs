//! Small parts that several places use.

pub(crate) mod fold;
pub(crate) mod icon;
pub(crate) mod menu;

pub(crate) use authscope_ui_kit::copy::Copy;
pub(crate) use authscope_ui_kit::icon::icon;
pub(crate) use authscope_ui_kit::part::{effect, live, part, press, spawn, typed};
pub(crate) use authscope_ui_kit::prose::prose;
pub(crate) use fold::Fold;
pub(crate) use icon::VerdictIcon;
