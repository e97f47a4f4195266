//! The audit list of a session, for its owner: who shared, revoked and revealed what, and when. Read when it is opened,
//! and again when something was added.

use authscope_ui_kit::http::exchange;
use authscope_ui_kit::part::part;
use authscope_ui_kit::times;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;

/// The list; it is read again when `changed` changes.
pub(crate) fn view<T: Send + Sync + 'static>(session: String, changed: Signal<T>) -> AnyView {
    let open = RwSignal::new(false);
    let lines = RwSignal::new(None::<Result<Vec<(u64, String)>, String>>);
    Effect::new(move |_| {
        changed.track();
        if !open.get() {
            return;
        }
        let path = format!("api/sessions/{session}/audit");
        leptos::task::spawn_local(async move {
            let text = exchange("GET", &path, None).await;
            let _ = lines.try_set(Some(
                text.map(|text| read(&text)).map_err(|error| error.words()),
            ));
        });
    });
    let toggled = move |event: web_sys::Event| {
        let details = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        open.set(details.is_some_and(|details| details.has_attribute("open")));
    };
    let rows = move || match lines.get() {
        None => view! { <p class="hint">"Loading…"</p> }.into_any(),
        Some(Err(words)) => view! { <p class="problem" role="alert">{words}</p> }.into_any(),
        Some(Ok(lines)) if lines.is_empty() => {
            view! { <p class="hint">"Nothing was shared or revealed."</p> }.into_any()
        }
        Some(Ok(lines)) => {
            let rows: Vec<_> = lines
                .into_iter()
                .map(|(at, line)| view! { <li><time>{times::full(at)}</time> " " {line}</li> })
                .collect();
            view! { <ul>{rows}</ul> }.into_any()
        }
    };
    view! {
        <details class="audit" data-testid="audit" on:toggle=toggled>
            <summary>"What was shared and revealed"</summary>
            {part(rows)}
        </details>
    }
    .into_any()
}

fn read(text: &str) -> Vec<(u64, String)> {
    let one = |value: &Value| {
        let text = |name: &str| value.get(name)?.as_str();
        let line = format!("{} {}", text("who")?, text("what")?);
        Some((value.get("at")?.as_u64()?, line))
    };
    let list: Value = serde_json::from_str(text).unwrap_or_default();
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_are_written() {
        let text = r#"[{"at": 7, "who": "owner", "what": "revealed code #aaaaaa"}, {"at": "x"}]"#;
        assert_eq!(read(text), [(7, "owner revealed code #aaaaaa".to_owned())]);
        assert!(read("").is_empty());
    }
}
