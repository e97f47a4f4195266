//! The place on the start page for recordings, HAR files and client configurations.

use super::form::Form;
use crate::components::{icon, part, press};
use crate::dom;
use crate::offline::{LOCAL, Watch};
use crate::route::{Route, Router};
use leptos::prelude::*;
use serde_json::Value;

/// A server of a pasted configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    name: String,
    url: String,
    headers: String,
}

/// Drop, paste or pick; what it is comes out by itself.
#[component]
pub(crate) fn Import(form: Form) -> impl IntoView {
    let router = expect_context::<Router>();
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let said = RwSignal::new(None::<String>);
    let choice = RwSignal::new(Vec::<Found>::new());
    let watch = StoredValue::new_local(Some(Watch::start(move |value| {
        let kind = member(&value, "kind");
        let _ = busy.try_set(kind == "busy");
        let _ = problem.try_set((kind == "refused").then(|| member(&value, "words")));
        match kind.as_str() {
            "session" => router.go(Route::Session {
                id: LOCAL.into(),
                step: None,
            }),
            "servers" => {
                let found = servers(&value);
                match found.as_slice() {
                    [only] => fill(form, only, said),
                    _ => choice.set(found),
                }
            }
            _ => {}
        }
    })));
    on_cleanup(move || watch.update_value(|watch| drop(watch.take())));
    view! {
        <section class="import" aria-labelledby="import-title" data-testid="import">
            <h2 id="import-title">"Open a recording"</h2>
            <p class="hint">
                "Drop a HAR file or an authscope recording anywhere on this page, or paste it. It is analysed in this browser: nothing is sent to the server, and secrets are masked before anything is shown. The JSON configuration of Claude, Cursor or VS Code can be pasted as well."
            </p>
            <label class="button file">
                {icon("out")} <span>{part(move || if busy.get() { "Opening…" } else { "Choose a file" })}</span>
                <input type="file" id="import-file" data-testid="import-file" accept=".har,.json,application/json"/>
            </label>
            <p class="problem" role="alert" data-testid="import-problem">{part(move || problem.get())}</p>
            <p class="said" role="status" data-testid="import-said">{part(move || said.get())}</p>
            {part(move || choices(form, choice, said))}
        </section>
    }
}

fn choices(form: Form, choice: RwSignal<Vec<Found>>, said: RwSignal<Option<String>>) -> AnyView {
    let found = choice.get();
    if found.is_empty() {
        return ().into_any();
    }
    let buttons: Vec<AnyView> = found
        .into_iter()
        .map(|server| {
            let words = server.name.clone() + " · " + &server.url;
            let take = move |_| {
                fill(form, &server, said);
                choice.set(Vec::new());
            };
            view! { <li><button type="button" on:click=press(take)>{words}</button></li> }
                .into_any()
        })
        .collect();
    view! { <p>"Several servers are in this configuration. Which one?"</p> <ul class="choices">{buttons}</ul> }.into_any()
}

/// Fills the form; nothing is started, and no header goes into the address.
fn fill(form: Form, server: &Found, said: RwSignal<Option<String>>) {
    form.url.set(server.url.clone());
    form.headers.set(server.headers.clone());
    let mut words = String::from("The server");
    if !server.name.is_empty() {
        words.push(' ');
        words.push_str(&server.name);
    }
    words.push_str(" was filled in above");
    if !server.headers.is_empty() {
        words.push_str(", with its headers under Advanced");
    }
    words.push_str(". Press Debug to begin.");
    said.set(Some(words));
    dom::focus("[data-testid=debug-button]");
}

fn servers(value: &Value) -> Vec<Found> {
    let all = value.get("servers").and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .map(|server| Found {
            name: member(server, "name"),
            url: member(server, "url"),
            headers: member(server, "headers"),
        })
        .collect()
}

fn member(value: &Value, name: &str) -> String {
    value
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
