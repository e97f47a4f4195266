//! A button that copies, and says so only when it did.

use super::icon;
use crate::dom;
use leptos::prelude::*;

/// Copies a text that is asked for when the button is pressed.
#[component]
pub(crate) fn Copy(
    /// What is copied, for its name: `Copy redirect URI`.
    what: &'static str,
    /// The text.
    text: impl Fn() -> String + 'static,
    /// Whether the name is written on the button.
    #[prop(optional)]
    wide: bool,
) -> impl IntoView {
    let state = RwSignal::new("");
    let press = move |_| {
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
    let words = label.clone();
    view! {
        <button type="button" class="copy" class:wide=wide title=label.clone() aria-label=label on:click=press>
            {icon("copy")} {wide.then(|| view! { <span>{words}</span> })}
            <span class="said" role="status">{move || state.get()}</span>
        </button>
    }
}
