//! The sheet of keyboard shortcuts, with the switch that turns single letters off.

use super::{icon, part, press, typed};
use crate::dom;
use crate::prefs::Prefs;
use leptos::prelude::*;

const KEYS: [(&str, &str); 13] = [
    ("j  k  ↓  ↑", "next, previous step"),
    ("g  G", "first, last step"),
    ("n  p", "next, previous finding"),
    ("Enter", "look into the step"),
    ("Esc", "back to the diagram; close"),
    ("1 – 6", "tab of the inspector"),
    ("[  ]", "fold, open the group"),
    ("r", "run"),
    ("s", "one step"),
    ("x", "stop"),
    ("o", "sign in, when it is your turn"),
    ("l", "copy a link to the step"),
    ("?", "this sheet"),
];

/// The sheet; shown while `open`.
#[component]
pub(crate) fn Shortcuts(open: RwSignal<bool>) -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    Effect::new(move |_| {
        if open.get() {
            dom::later(0, || dom::focus(".sheet .close"));
        }
    });
    let rows = || {
        KEYS.map(|(keys, meaning)| {
            let keys: Vec<_> = keys
                .split("  ")
                .map(|key| view! { <kbd>{key}</kbd> })
                .collect();
            view! { <div><dt>{keys}</dt><dd>{meaning}</dd></div> }
        })
        .collect_view()
    };
    let sheet = move || {
        view! {
            <div class="veil" on:click=press(move |_| open.set(false))></div>
            <section class="sheet" role="dialog" aria-modal="true" aria-labelledby="sheet-title">
                <header>
                    <h2 id="sheet-title">"Keyboard"</h2>
                    <button type="button" class="close quiet" aria-label="Close" on:click=press(move |_| open.set(false))>
                        {icon("cross")}
                    </button>
                </header>
                <dl>{rows()}</dl>
                <label class="switch">
                    <input
                        type="checkbox"
                        prop:checked=move || prefs.shortcuts.get()
                        on:change=typed(move |event| prefs.shortcuts.set(event_target_checked(&event)))
                    />
                    " Single letters are shortcuts"
                </label>
            </section>
        }
    };
    part(move || open.get().then(sheet))
}
