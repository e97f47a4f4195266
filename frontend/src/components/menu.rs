//! A button that opens a list of actions. The browser's own popover: Escape and a click elsewhere close it.

use super::{icon, press};
use crate::dom;
use leptos::prelude::*;

/// An entry: its words and what it does.
pub(crate) type Entry = (&'static str, Box<dyn Fn()>);

/// A menu; `id` is unique on the page.
pub(crate) fn menu(
    id: &'static str,
    glyph: &'static str,
    label: &'static str,
    wide: bool,
    entries: Vec<Entry>,
) -> AnyView {
    let items: Vec<AnyView> = entries
        .into_iter()
        .map(|(words, act)| {
            let run = move |_| {
                act();
                dom::call(&format!("#{id}"), "hidePopover");
            };
            view! { <li><button type="button" on:click=press(run)>{words}</button></li> }.into_any()
        })
        .collect();
    let words = wide.then(|| view! { <span class="wide-only">{label}</span> });
    view! {
        <button type="button" class="quiet menu-button" popovertarget=id aria-label=label title=label data-testid=id>
            {icon(glyph)} {words}
        </button>
        <ul class="menu" id=id popover="auto" aria-label=label>{items}</ul>
    }
    .into_any()
}
