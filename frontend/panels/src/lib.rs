//! Dialogs, editors and viewers of the interface: everything that is large, and that the first page does without.
//!
//! The page opens a panel by its name, with options, and is told what happened in it; both are JSON text, because the
//! two modules share no memory. A panel talks to our API itself. How to add one: `PANELS` below.

mod after;
mod audit;
mod breakpoints;
mod notes;
mod panel;
mod resend;
mod reveal;
mod share;
mod shell;
mod viewer;

use leptos::prelude::*;
use panel::{Entry, Panel};
use serde_json::Value;
use std::any::Any;
use wasm_bindgen::prelude::wasm_bindgen;

/// The panels there are.
const PANELS: [Entry; 10] = [
    after::PANEL,
    breakpoints::PANEL,
    resend::HELD,
    share::PANEL,
    notes::PANEL,
    reveal::PANEL,
    resend::PANEL,
    resend::ANSWERS,
    viewer::CURRENT,
    viewer::BESIDE,
];

/// A panel that is open. Freeing it takes it off the page.
#[wasm_bindgen]
pub struct Opened {
    news: ArcRwSignal<Value>,
    _mounted: Box<dyn Any>,
}

#[wasm_bindgen]
impl Opened {
    /// Tells the panel something new, JSON.
    pub fn update(&self, news: &str) {
        if let Ok(news) = serde_json::from_str(news) {
            self.news.set(news);
        }
    }
}

/// Opens a panel in an element. `tell` is called with each message of the panel, and with nothing when it was closed.
/// `modal`: as a dialog over everything else. Nothing when there is no panel with this name.
#[wasm_bindgen]
#[must_use]
pub fn open(
    name: &str,
    options: &str,
    host: web_sys::HtmlElement,
    tell: js_sys::Function,
    modal: bool,
) -> Option<Opened> {
    let entry = PANELS.iter().find(|entry| entry.name == name)?;
    let options = serde_json::from_str(options).unwrap_or_default();
    let news = ArcRwSignal::new(Value::Null);
    let heard = news.clone();
    let mounted = mount_to(host, move || {
        let panel = Panel::new(options, heard, tell);
        if modal {
            shell::dialog(entry, panel)
        } else {
            (entry.view)(panel)
        }
    });
    Some(Opened {
        news,
        _mounted: Box::new(mounted),
    })
}
