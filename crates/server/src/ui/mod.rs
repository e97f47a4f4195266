//! The UI's files, and the plain pages that are shown where the UI is not.

mod assets;
pub(crate) mod compare_view;
pub(crate) mod design;
pub(crate) mod frame;
mod html;
pub(crate) mod matrix_view;
mod pages;
pub(crate) mod pick;
pub(crate) mod shell;

pub(crate) use assets::{Ui, is_hashed, media_type};
pub(crate) use html::{Html, Shell};
pub(crate) use pages::{Page, escape, problem};
