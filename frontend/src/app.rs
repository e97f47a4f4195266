//! The root: which page is shown, and what all pages share.

use crate::components::part;
use crate::components::shortcuts::Shortcuts;
use crate::keys;
use crate::pages::{home::Home, missing::Missing, session::SessionPage};
use crate::prefs::Prefs;
use crate::route::{Route, Router};
use leptos::prelude::*;

/// The sheet of shortcuts, open or not.
#[derive(Clone, Copy)]
pub(crate) struct Help(pub(crate) RwSignal<bool>);

/// The root of the interface.
#[component]
pub(crate) fn App() -> impl IntoView {
    let prefs = Prefs::provide();
    let router = Router::provide();
    let help = Help(RwSignal::new(false));
    provide_context(help);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        match keys::ask(&event, prefs.shortcuts.get_untracked()) {
            Some(keys::Ask::Help) => help.0.update(|open| *open = !*open),
            Some(keys::Ask::Back) if help.0.get_untracked() => {
                event.prevent_default();
                help.0.set(false);
            }
            _ => {}
        }
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
        <Shortcuts open=help.0/>
    }
}
