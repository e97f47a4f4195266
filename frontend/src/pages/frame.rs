//! The bar at the top of every page.

use crate::components::{icon, live, press};
use crate::offline;
use crate::prefs::Prefs;
use leptos::prelude::*;

/// Mark, name, what the page adds, theme and keyboard.
#[component]
pub(crate) fn TopBar(children: Children) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let theme = move || prefs.theme.get().words();
    view! {
        <header class="top">
            <a class="brand" href="./" aria-label="authscope, start page">
                <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
                    <rect width="32" height="32" rx="7"></rect>
                    <path class="life" d="M8 8v16M24 8v16"></path>
                    <path d="M9 13h12m-4-3.5 4 3.5-4 3.5"></path>
                    <path class="back" d="M23 20H11m4-3.5L11 20l4 3.5"></path>
                </svg>
                <span>"authscope"</span>
            </a>
            {children()}
            <nav class="links wide-only" aria-label="Reference">
                <a href="rules">"Rules"</a>
                <a href="lab">"Lab"</a>
            </nav>
            <button
                type="button"
                class="quiet"
                aria-label=live(theme)
                title=live(theme)
                on:click=press(move |_| prefs.theme.update(|theme| *theme = theme.next()))
            >
                {icon("theme")}
            </button>
            <button
                type="button"
                class="quiet wide-only"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts (?)"
                on:click=press(|_| offline::tool("shortcuts"))
            >
                {icon("keys")}
            </button>
        </header>
    }
}
