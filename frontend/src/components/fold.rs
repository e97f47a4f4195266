//! A part of a page that the server makes, fetched when it is opened: long texts are not part of the first load.

use crate::api;
use crate::components::{part, typed};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A closed part with a heading. `path` is below the base; what it answers has been escaped by the server.
#[component]
pub(crate) fn Fold(title: &'static str, path: String, testid: &'static str) -> impl IntoView {
    let content = RwSignal::new(None::<Result<String, String>>);
    let toggled = typed(move |event| {
        let details = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if !details.is_some_and(|details| details.has_attribute("open")) {
            return;
        }
        let path = path.clone();
        authscope_ui_kit::part::spawn(async move {
            let answer = api::text(&path).await.map_err(|error| error.words());
            let _ = content.try_set(Some(answer));
        });
    });
    let inside = part(move || match content.get() {
        None => view! { <p class="hint">"Loading…"</p> }.into_any(),
        Some(Ok(html)) => view! { <div inner_html=html></div> }.into_any(),
        Some(Err(words)) => view! { <p class="problem" role="alert">{words}</p> }.into_any(),
    });
    view! {
        <details class="fold" data-testid=testid on:toggle=toggled>
            <summary>{title}</summary>
            {inside}
        </details>
    }
}
