//! One viewer per kind of body. Whatever it is, it is shown as text or as data, never as markup.

use super::table::{self, Line};
use super::{glossary, json};
use crate::components::{Copy, live, part, press};
use authscope_model::exchange::{Body, Cut};
use leptos::prelude::*;

/// A body with its media type.
pub(crate) fn view(body: &Body, media_type: &str) -> AnyView {
    if body.length == 0 && body.text.is_empty() && body.base64.is_none() {
        return view! { <section class="block"><h3>"Body"</h3><p class="hint">"No body."</p></section> }.into_any();
    }
    let text = body.text.clone();
    let cut = body
        .cut
        .map(|cut| view! { <p class="hint warn">{cut_words(cut)}</p> });
    let size = format!("{} bytes", body.length);
    view! {
        <section class="block">
            <h3>"Body " <span class="size">{size}</span> <Copy what="body" text=move || text.clone()/></h3>
            {cut}
            {content(body, media_type)}
        </section>
    }
    .into_any()
}

const fn cut_words(cut: Cut) -> &'static str {
    match cut {
        Cut::Framing => {
            "Cut: the framing of the body was broken (see its headers); this is what came before."
        }
        Cut::Cap => "Cut: the limit on body bytes was reached, the rest was not read.",
        Cut::Timeout => "Cut: the time limit was reached while the body was still coming.",
        Cut::ConnectionLost => "Cut: the connection ended before the body did.",
        Cut::StreamAnswered => "The stream was closed by authscope once its answer had been read.",
    }
}

fn content(body: &Body, media_type: &str) -> AnyView {
    if let Some(binary) = &body.base64 {
        return view! {
            <p class="hint">"Not text. As base64:"</p>
            <pre class="mono wrap">{binary.clone()}</pre>
        }
        .into_any();
    }
    let text = &body.text;
    if media_type == "text/event-stream" {
        return events(text);
    }
    if media_type == "application/x-www-form-urlencoded" {
        return form(text);
    }
    if let Some(value) = body.json() {
        let note = (!media_type.contains("json")).then(|| {
            let words = format!("This is JSON, but the media type is {media_type:?}.");
            view! { <p class="hint">{words}</p> }
        });
        return view! { {note} <Switched value text=text.clone()/> }.into_any();
    }
    let note = match media_type {
        "text/html" => "HTML, shown as text.",
        _ => "",
    };
    view! { <p class="hint">{note}</p> <pre class="mono wrap">{table::masked(text)}</pre> }
        .into_any()
}

/// JSON as a tree, or as the text that came.
#[component]
fn Switched(value: serde_json::Value, text: String) -> impl IntoView {
    let as_text = RwSignal::new(false);
    view! {
        <div class="switch-row" role="group" aria-label="View of the body">
            <button type="button" class:on=live(move || !as_text.get()) aria-pressed=live(move || (!as_text.get()).to_string()) on:click=press(move |_| as_text.set(false))>"Tree"</button>
            <button type="button" class:on=live(move || as_text.get()) aria-pressed=live(move || as_text.get().to_string()) on:click=press(move |_| as_text.set(true))>"As received"</button>
        </div>
        {part(move || if as_text.get() {
            view! { <pre class="mono wrap">{table::masked(&text)}</pre> }.into_any()
        } else {
            json::tree(&value)
        })}
    }
}

fn form(text: &str) -> AnyView {
    let lines = authscope_protocol::form::parse(text)
        .iter()
        .map(|(name, value)| Line::new(name, value, glossary::parameter(name)))
        .collect();
    view! {
        {table::view("Form parameters", lines)}
        <details><summary>"As sent"</summary><pre class="mono wrap">{table::masked(text)}</pre></details>
    }
    .into_any()
}

/// An event stream: each event with its data.
fn events(text: &str) -> AnyView {
    let events: Vec<_> = authscope_protocol::sse::events(text)
        .into_iter()
        .map(|event| {
            let value = serde_json::from_str::<serde_json::Value>(&event.data).ok();
            let data = match value {
                Some(value) => json::tree(&value),
                None => {
                    view! { <pre class="mono wrap">{table::masked(&event.data)}</pre> }.into_any()
                }
            };
            view! { <li><p class="hint">"Event"</p>{data}</li> }
        })
        .collect();
    view! {
        <p class="hint">"An event stream (" <code>"text/event-stream"</code> ")."</p>
        <ol class="events">{events}</ol>
        <details><summary>"As received"</summary><pre class="mono wrap">{table::masked(text)}</pre></details>
    }
    .into_any()
}
