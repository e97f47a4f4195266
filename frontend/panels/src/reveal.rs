//! One raw value at a time, for the owner of a session: asked for deliberately, shown in this dialog and nowhere else,
//! and written to the audit list that stands below.

use crate::audit;
use crate::panel::{Entry, Panel};
use authscope_ui_kit::copy::Copy;
use authscope_ui_kit::http::exchange;
use authscope_ui_kit::part::{part, press};
use leptos::prelude::*;
use serde_json::{Value, json};

/// As the page knows it. Options: `session`, `step`.
pub(crate) const PANEL: Entry = Entry {
    name: "reveal",
    title: "Reveal a value",
    view,
};

/// Longest text between the brackets of a mask.
const MASK: usize = 200;

#[derive(Clone, Copy)]
struct Reveal {
    panel: Panel,
    /// The masks of the step; nothing before they are known.
    masks: RwSignal<Option<Vec<Mask>>>,
    refused: RwSignal<Option<String>>,
    /// Grows when something was written to the audit list.
    audited: RwSignal<u32>,
}

/// A masked value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mask {
    /// What is between the brackets: kind, length and hash.
    what: String,
    /// By which the server finds it.
    hash: String,
}

fn view(panel: Panel) -> AnyView {
    let reveal = Reveal {
        panel,
        masks: RwSignal::new(None),
        refused: RwSignal::new(None),
        audited: RwSignal::new(0),
    };
    leptos::task::spawn_local(reveal.look());
    let rows = move || match reveal.masks.get() {
        None => view! { <p class="hint">"Loading…"</p> }.into_any(),
        Some(masks) if masks.is_empty() => {
            view! { <p class="hint">"No value of this step is masked."</p> }.into_any()
        }
        Some(masks) => {
            let rows: Vec<AnyView> = masks.into_iter().map(|mask| row(reveal, mask)).collect();
            view! { <ul class="masks">{rows}</ul> }.into_any()
        }
    };
    let session = panel.text("session");
    view! {
        <p class="hint">
            "A revealed value is shown here only, until this dialog is closed. Nobody who came by a link sees it. That it was revealed is written to the audit list."
        </p>
        {part(rows)}
        {part(move || reveal.refused.get().map(|words| view! { <p class="problem" role="alert">{words}</p> }))}
        {audit::view(session, Signal::derive(move || reveal.audited.get()))}
    }
    .into_any()
}

impl Reveal {
    fn path(self, rest: &str) -> String {
        format!("api/sessions/{}{rest}", self.panel.text("session"))
    }

    async fn look(self) {
        let step = self
            .panel
            .option(|options| options.get("step").and_then(Value::as_u64));
        match exchange("GET", &self.path(""), None).await {
            Ok(text) => {
                let whole: Value = serde_json::from_str(&text).unwrap_or_default();
                let _ = self.masks.try_set(Some(masks(&of_step(&whole, step))));
            }
            Err(error) => {
                let _ = self.refused.try_set(Some(error.words()));
            }
        }
    }
}

/// The recorded exchange of a step, as text.
fn of_step(whole: &Value, step: Option<u64>) -> String {
    let events = whole
        .get("events")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let is_step = |event: &&Value| {
        let number = event.pointer("/kind/exchange/id");
        number.and_then(Value::as_u64) == step && step.is_some()
    };
    events
        .iter()
        .filter(is_step)
        .map(Value::to_string)
        .collect()
}

/// The masks in a text, each once.
fn masks(text: &str) -> Vec<Mask> {
    let mut masks: Vec<Mask> = Vec::new();
    for piece in text.replace("%23", "#").split('⟨').skip(1) {
        let Some((what, _)) = piece.split_once('⟩').filter(|(what, _)| what.len() < MASK) else {
            continue;
        };
        let Some((_, hash)) = what.rsplit_once('#') else {
            continue;
        };
        let mask = Mask {
            what: what.to_owned(),
            hash: hash.to_owned(),
        };
        if !masks.contains(&mask) {
            masks.push(mask);
        }
    }
    masks
}

fn row(reveal: Reveal, mask: Mask) -> AnyView {
    let raw = RwSignal::new(None::<String>);
    let label = format!("Reveal {}", mask.what);
    let show = move |_| {
        let body = json!({ "hash": mask.hash }).to_string();
        leptos::task::spawn_local(async move {
            match exchange("POST", &reveal.path("/reveal"), Some(&body)).await {
                Ok(text) => {
                    let value: Value = serde_json::from_str(&text).unwrap_or_default();
                    let value = value
                        .get("value")
                        .and_then(Value::as_str)
                        .map(ToOwned::to_owned);
                    let _ = raw.try_set(value);
                    let _ = reveal.refused.try_set(None);
                    let _ = reveal.audited.try_update(|count| *count += 1);
                }
                Err(error) => {
                    let _ = reveal.refused.try_set(Some(error.words()));
                }
            }
        });
    };
    let shown = part(move || {
        raw.get().map(|value| {
            let copied = value.clone();
            view! {
                <p class="raw"><code data-testid="revealed">{value}</code> <Copy what="the value" text=move || copied.clone()/></p>
            }
        })
    });
    view! {
        <li>
            <span class="mono grow">{mask.what}</span>
            <button type="button" aria-label=label data-testid="reveal-one" disabled=move || raw.get().is_some() on:click=press(show)>"Reveal"</button>
            {shown}
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_of_a_step_are_found_once() {
        let whole = json!({"events": [
            {"seq": 1, "kind": {"exchange": {"id": 1, "body": "⟨code · 8 chars · #aaaaaa⟩"}}},
            {"seq": 2, "kind": {"exchange": {"id": 2, "url": "?t=⟨access_token · 9 chars · %23bbbbbb⟩",
                "again": "⟨access_token · 9 chars · #bbbbbb⟩ ⟨no hash⟩"}}},
        ]});
        let found = masks(&of_step(&whole, Some(2)));
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|mask| (mask.what.as_str(), mask.hash.as_str()))
            .collect();
        assert_eq!(found, [("access_token · 9 chars · #bbbbbb", "bbbbbb")]);
        assert!(masks(&of_step(&whole, None)).is_empty());
    }
}
