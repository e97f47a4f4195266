//! A button that copies, and says so only when it did.

use crate::dom;
use crate::icon::icon;
use crate::part::{part, press};
use leptos::prelude::*;

/// Copies a text that is asked for when the button is pressed.
#[component]
pub fn Copy(
    /// What is copied, for its name: `Copy redirect URI`.
    what: &'static str,
    /// The text.
    text: impl Fn() -> String + 'static,
    /// Whether the name is written on the button.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    button(what, Box::new(text), wide)
}

fn button(what: &'static str, text: Box<dyn Fn() -> String>, wide: bool) -> AnyView {
    let state = RwSignal::new("");
    let copy = move |_| {
        let text = text();
        leptos::task::spawn_local(async move {
            let done = dom::copy(&text).await;
            let _ = state.try_set(if done { "Copied" } else { "Could not copy" });
            dom::later(1_800, move || {
                let _ = state.try_set("");
            });
        });
    };
    let label = format!("Copy {what}");
    let words = wide.then(|| view! { <span>{label.clone()}</span> });
    let class = if wide { "copy wide" } else { "copy" };
    view! {
        <button type="button" class=class title=label.clone() aria-label=label on:click=press(copy)>
            {icon("copy")} {words} <span class="said" role="status">{part(move || state.get())}</span>
        </button>
    }
    .into_any()
}
