//! The UI's files, and the plain pages that are shown where the UI is not.

mod assets;
mod pages;

pub(crate) use assets::{Ui, is_hashed, media_type};
pub(crate) use pages::Page;
