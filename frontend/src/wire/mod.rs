//! Reads what the server sends, from JSON values to the types of the model crate.
//!
//! The derived readers of those types would be a third of the whole page: each is generated anew for every
//! tagged enum it stands in. These here read the same documents at a tenth of the size; the tests hold them
//! against the derived ones. What a newer server adds is ignored, as there.

mod api;
mod event;
mod finding;
mod history;

pub(crate) use api::{clients, diagnosis, info, since, summaries, summary, targets};
pub(crate) use event::event;
pub(crate) use history::history;

use authscope_ui_kit::wire::{Object, exchange};

#[cfg(test)]
mod tests;
