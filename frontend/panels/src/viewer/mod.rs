//! Request, Response, Token and Raw of the inspector: one viewer for each kind of body, and verdicts beside the values.
//!
//! Everything a server sent is hostile: it becomes text nodes and nothing else, and of what is large a stretch at a
//! time is in the page.

mod body;
mod bytes;
mod challenge;
mod claims;
mod document;
mod hex;
mod judged;
mod known;
mod pieces;
mod raw;
mod request;
mod response;
mod text;
mod token;
mod tree;
mod window;

use crate::panel::{Entry, Panel};
use authscope_model::Exchange;
use authscope_ui_kit::glossary;
use authscope_ui_kit::wire::{Object, exchange};
use known::{Complaint, Known};
use leptos::prelude::*;
use serde_json::Value;

/// The selected step. Options: `session`, `view` (`request`, `response`, `token` or `raw`), `exchange`, and `known`,
/// which is also the news. It says the `rule` of a finding of this step that somebody wants to read.
pub(crate) const CURRENT: Entry = Entry {
    name: "viewer",
    title: "Step",
    view,
};

/// The pinned step beside it.
pub(crate) const BESIDE: Entry = Entry {
    name: "viewer-beside",
    title: "Pinned step",
    view,
};

/// What every viewer is given.
#[derive(Clone, Copy)]
struct Viewer {
    panel: Panel,
    /// Number of the step.
    step: u32,
    known: Memo<Known>,
}

impl Viewer {
    /// What is complained of in a part of the step.
    fn findings(self, part: &'static str) -> Signal<Vec<Complaint>> {
        let known = self.known;
        Signal::derive(move || known.with(|known| known.about(part).cloned().collect()))
    }
}

fn view(panel: Panel) -> AnyView {
    glossary::load();
    let given = panel.option(|options| exchange(Object::of(options.get("exchange")?)?));
    let Some(exchange) = given else {
        return view! { <p class="problem">"This step cannot be read."</p> }.into_any();
    };
    let first = panel
        .option(|options| options.get("known").map(Known::of))
        .unwrap_or_default();
    let known = Memo::new(move |_| match panel.news.get() {
        Value::Null => first.clone(),
        news => Known::of(&news),
    });
    let viewer = Viewer {
        panel,
        step: exchange.id,
        known,
    };
    chosen(viewer, exchange)
}

fn chosen(viewer: Viewer, exchange: Exchange) -> AnyView {
    match viewer.panel.text("view").as_str() {
        "request" => request::view(viewer, &exchange),
        "token" => token::view(viewer, &exchange),
        "raw" => raw::view(viewer, exchange),
        _ => response::view(viewer, exchange),
    }
}
