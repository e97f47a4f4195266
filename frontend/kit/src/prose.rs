//! Sentences in which `code` stands between backticks.

use leptos::prelude::*;

/// A sentence; what stands between backticks is shown as code, everything else as the text it is.
pub fn prose(text: &str) -> AnyView {
    // Without a partner a backtick is just a character.
    if text.matches('`').count() % 2 == 1 {
        return text.to_owned().into_any();
    }
    let parts: Vec<AnyView> = text
        .split('`')
        .enumerate()
        .map(|(at, part)| {
            let part = part.to_owned();
            if at % 2 == 1 {
                view! { <code>{part}</code> }.into_any()
            } else {
                part.into_any()
            }
        })
        .collect();
    parts.into_any()
}
