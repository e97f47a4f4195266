//! Notes pinned to steps: how many on a row of the diagram, all of them in the inspector.
//!
//! Reading and writing them is a panel that is loaded when a step has notes or somebody wants to write one.

use super::small::{Action, action, chip};
use super::{Role, Together};
use crate::components::{effect, part, spawn};
use crate::state::{Session, session};
use crate::{api, panel};
use leptos::prelude::*;
use serde_json::{Value, json};

/// Where the panel is mounted.
const HOST: &str = "notes-host";

/// Reads the notes again.
pub(super) async fn load(session: Session, together: Together) {
    let path = format!("api/sessions/{}/notes", session.id());
    if let Ok(notes) = api::get(&path, |value| Some(value.clone())).await {
        let _ = together.notes.try_set(notes);
    }
}

fn of_step(notes: &Value, step: u32) -> Vec<Value> {
    let list = notes.as_array().map(Vec::as_slice).unwrap_or_default();
    let here = |note: &&Value| note.get("step").and_then(Value::as_u64) == Some(step.into());
    list.iter().filter(here).cloned().collect()
}

/// How many notes a step has, on its row.
pub(crate) fn marker(step: u32) -> AnyView {
    let together = expect_context::<Together>();
    part(move || {
        let count = together.notes.with(|notes| of_step(notes, step).len());
        let count = u64::try_from(count).unwrap_or_default();
        (count > 0).then(|| chip("noted", "info", "Notes", count, ""))
    })
    .into_any()
}

/// The notes of a step, in the inspector.
#[component]
pub(crate) fn Notes(step: u32) -> impl IntoView {
    let session = session();
    let together = expect_context::<Together>();
    let open = RwSignal::new(false);
    effect(move || {
        let notes = together.notes.with(|notes| of_step(notes, step));
        if !notes.is_empty() && !open.get_untracked() {
            open.set(true);
        }
        if open.get() {
            show(session, together, step);
            panel::update("notes", &Value::Array(notes));
        }
    });
    on_cleanup(|| panel::close("notes"));
    view! {
        <section class="notes" aria-label="Notes">
            {part(move || (!open.get() && together.is(Role::Controller)).then(|| action(Action {
                class: "quiet",
                testid: "note-add",
                words: Box::new(|| "Pin a note"),
                act: Box::new(move || open.set(true)),
                ..Action::default()
            })))}
            <div id=HOST></div>
        </section>
    }
}

/// Opens the panel; nothing happens when it is open.
fn show(session: Session, together: Together, step: u32) {
    let changed = move |_| spawn(load(session, together));
    let pins = untrack(|| together.is(Role::Controller));
    let options = json!({ "session": session.id(), "step": step, "pins": pins });
    panel::show(session, "notes", &options, Box::new(changed), Some(HOST));
}
