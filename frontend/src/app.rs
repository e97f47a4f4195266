//! The root: which page is shown, and what all pages share.

use crate::components::part;
use crate::keys;
use crate::offline;
use crate::pages::{home::Home, missing::Missing, session::SessionPage};
use crate::prefs::Prefs;
use crate::route::{Route, Router};
use authscope_ui_kit::part::Effect;
use leptos::prelude::*;

/// Presentation mode: large type, no chrome.
#[derive(Clone, Copy)]
pub(crate) struct Presenting(pub(crate) RwSignal<bool>);

/// The root of the interface.
#[component]
pub(crate) fn App() -> impl IntoView {
    Prefs::provide();
    let router = Router::provide();
    let presenting = Presenting(RwSignal::new(false));
    provide_context(presenting);
    Effect::new(move |_| {
        if let Some(root) = document().document_element() {
            let _ = root.toggle_attribute_with_force("data-presenting", presenting.0.get());
        }
    });
    let keys = window_event_listener(leptos::ev::keydown, move |event| match keys::ask(&event) {
        Some(keys::Ask::Help) => offline::tool("shortcuts"),
        Some(keys::Ask::Present) => {
            event.prevent_default();
            presenting.0.update(|on| *on = !*on);
        }
        Some(keys::Ask::Back) if presenting.0.get_untracked() => presenting.0.set(false),
        _ => {}
    });
    on_cleanup(move || keys.remove());
    // Another step of the same session is not another page.
    let page = Memo::new(move |_| match router.route.get() {
        Route::Session { id, .. } => Route::Session { id, step: None },
        other => other,
    });
    view! {
        {part(move || match page.get() {
            Route::Home { server, spec } => view! { <Home server spec/> }.into_any(),
            Route::Session { id, .. } => view! { <SessionPage id/> }.into_any(),
            Route::Unknown(path) => view! { <Missing path/> }.into_any(),
        })}
    }
}
