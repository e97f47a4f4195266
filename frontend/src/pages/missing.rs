//! Pages that say what is not there.

use super::frame::TopBar;
use leptos::prelude::*;

/// An address that the app does not know.
#[component]
pub(crate) fn Missing(path: String) -> impl IntoView {
    view! {
        <TopBar><span class="grow"></span></TopBar>
        <main class="words" id="main">
            <h1>"There is nothing at this address"</h1>
            <p>"authscope has no page " <code>{path}</code> "."</p>
            <p><a class="button" href="./">"Go to the start page"</a></p>
        </main>
    }
}

/// A session that is not there (any more).
#[component]
pub(crate) fn NoSession(title: String, detail: String) -> impl IntoView {
    view! {
        <main class="words" id="main">
            <h1>{title}</h1>
            <p>{detail}</p>
            <p><a class="button" href="./">"Go to the start page"</a></p>
        </main>
    }
}
