//! Fields of forms.

use crate::part::typed;
use leptos::prelude::*;

/// Lines of text, such as JSON, with their label.
pub fn lines(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    field: RwSignal<String>,
) -> AnyView {
    view! {
        <label for=id>{label}</label>
        <textarea
            id=id
            class="mono"
            rows="2"
            spellcheck="false"
            placeholder=hint
            prop:value=field
            on:input=typed(move |event| field.set(event_target_value(&event)))
        ></textarea>
    }
    .into_any()
}
