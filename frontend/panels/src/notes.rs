//! The notes pinned to a step. Plain text: nothing in it becomes a link, whoever wrote it.

use crate::panel::{Entry, Panel};
use authscope_ui_kit::http::{ApiError, exchange};
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::{part, press, typed};
use authscope_ui_kit::{dom, times};
use leptos::prelude::*;
use serde_json::{Value, json};

/// As the page knows it. Options: `session`, `step`, `pins` (whether notes may be written). News: the notes of the
/// step. It says `changed` when it changed something.
pub(crate) const PANEL: Entry = Entry {
    name: "notes",
    title: "Notes",
    view,
};

/// Characters of a note.
const LONGEST: &str = "2000";

#[derive(Clone, Copy)]
struct Notes {
    panel: Panel,
    refused: RwSignal<Option<String>>,
}

impl Notes {
    fn path(self) -> String {
        format!("api/sessions/{}/notes", self.panel.text("session"))
    }

    fn heard(self, outcome: Result<String, ApiError>) -> bool {
        let words = outcome.err().map(|error| error.words());
        let done = words.is_none();
        let _ = self.refused.try_set(words);
        if done {
            self.panel.tell(&json!({ "kind": "changed" }));
        }
        done
    }

    fn remove(self, id: String) {
        leptos::task::spawn_local(async move {
            let path = format!("{}/{id}", self.path());
            self.heard(exchange("DELETE", &path, None).await);
        });
    }
}

fn view(panel: Panel) -> AnyView {
    let notes = Notes {
        panel,
        refused: RwSignal::new(None),
    };
    let pins = panel.option(|options| {
        options
            .get("pins")
            .and_then(Value::as_bool)
            .unwrap_or_default()
    });
    let rows = move || {
        let list = panel.news.get();
        let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter()
            .filter_map(|note| row(notes, pins, note))
            .collect::<Vec<_>>()
    };
    view! {
        <ul class="notes-list">{part(rows)}</ul>
        {part(move || notes.refused.get().map(|words| view! { <p class="problem" role="alert">{words}</p> }))}
        {pins.then(|| form(notes))}
    }
    .into_any()
}

fn row(notes: Notes, pins: bool, note: &Value) -> Option<AnyView> {
    let text = |name: &str| Some(note.get(name)?.as_str()?.to_owned());
    let id = text("id")?;
    let at = note.get("at")?.as_u64()?;
    let take_away = pins.then(|| {
        view! {
            <button type="button" class="quiet" aria-label="Remove the note" title="Remove the note" on:click=press(move |_| notes.remove(id.clone()))>
                {icon("cross")}
            </button>
        }
    });
    let row = view! {
        <li data-testid="note">
            <p class="by"><b>{text("who")?}</b> <time>{times::clock(at)}</time> {take_away}</p>
            <p class="text">{text("text")?}</p>
        </li>
    };
    Some(row.into_any())
}

fn form(notes: Notes) -> AnyView {
    let text = RwSignal::new(String::new());
    let pin = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let words = text.get_untracked().trim().to_owned();
        if words.is_empty() {
            return dom::focus("#note-text");
        }
        leptos::task::spawn_local(async move {
            let step = notes.panel.option(|options| options.get("step").cloned());
            let body = json!({ "step": step, "text": words }).to_string();
            if notes.heard(exchange("POST", &notes.path(), Some(&body)).await) {
                let _ = text.try_set(String::new());
            }
        });
    };
    view! {
        <form on:submit=pin>
            <label for="note-text">"Pin a note to this step; everybody in the session sees it"</label>
            <textarea
                id="note-text"
                rows="2"
                maxlength=LONGEST
                data-testid="note-text"
                prop:value=text
                on:input=typed(move |event| text.set(event_target_value(&event)))
            ></textarea>
            <button type="submit" data-testid="note-pin">"Pin"</button>
        </form>
    }
    .into_any()
}
