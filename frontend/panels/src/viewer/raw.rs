//! The exact lines that were sent and received, with what the findings point at marked; bodies as text or as bytes.

use super::body::{Way, cut, hex_way, switched};
use super::known::Known;
use super::pieces::{EVIDENCE, Span};
use super::{Viewer, bytes, hex, text};
use authscope_model::exchange::Body;
use authscope_model::{Exchange, Header, Outcome};
use authscope_ui_kit::copy::Copy;
use authscope_ui_kit::part::part;
use leptos::prelude::*;
use std::sync::Arc;

/// A message with the names that findings have for its parts.
struct Message {
    title: &'static str,
    copied: &'static str,
    /// The request or status line.
    first: String,
    headers: Vec<Header>,
    body: Body,
    parts: [&'static str; 3],
}

/// The view of a step's wire text.
pub(super) fn view(viewer: Viewer, exchange: Exchange) -> AnyView {
    let request = exchange.request;
    let sent = Message {
        title: "Sent",
        copied: "request",
        first: request.request_line,
        headers: request.headers,
        body: request.body,
        parts: ["url", "request_header", "request_body"],
    };
    let received = match exchange.outcome {
        Outcome::Response(response) => message(
            viewer,
            Message {
                title: "Received",
                copied: "response",
                first: response.status_line,
                headers: response.headers,
                body: response.body,
                parts: ["status", "header", "body"],
            },
        ),
        Outcome::Failed(failure) => nothing(failure.message, ""),
        Outcome::Unseen => nothing("By your browser; not seen here.".into(), "hint"),
    };
    view! {
        {message(viewer, sent)}
        {received}
        <p class="hint">"Header lines in order, duplicates kept. Secrets were masked before this was stored."</p>
    }
    .into_any()
}

fn nothing(words: String, class: &'static str) -> AnyView {
    view! { <section class="block"><h3>"Received"</h3><p class=class>{words}</p></section> }
        .into_any()
}

fn message(viewer: Viewer, message: Message) -> AnyView {
    let copied = whole(&message);
    let (title, what) = (message.title, message.copied);
    let body = message.body.clone();
    let body_part = message.parts[2];
    view! {
        <section class="block" data-testid=format!("raw-{what}")>
            <h3>{title} <Copy what=what text=move || copied.clone()/></h3>
            {part(move || viewer.known.with(|known| head(&message, known)))}
            {content(viewer, &body, body_part)}
        </section>
    }
    .into_any()
}

fn whole(message: &Message) -> String {
    let headers: String = message
        .headers
        .iter()
        .map(|header| format!("{}: {}\n", header.name, header.value))
        .collect();
    let body = message.body.base64.as_ref().unwrap_or(&message.body.text);
    format!("{}\n{headers}\n{body}", message.first)
}

fn head(message: &Message, known: &Known) -> AnyView {
    let [first, header, _] = message.parts;
    let first_marked = first == "status" && known.about(first).next().is_some();
    let lines = message.headers.iter().enumerate().map(|(at, line)| {
        let spans = known.about(header).filter(|found| found.index == at);
        let spans = spans.map(|found| (found.range.clone(), EVIDENCE)).collect();
        view! { <span class="name">{line.name.clone()}</span> ": " {text::marked(&line.value, spans)} "\n" }
    });
    let lines = lines.collect_view();
    let first = message.first.clone();
    let first = if first_marked {
        view! { <mark>{first}</mark> }.into_any()
    } else {
        view! { <b>{text::styled(&first, Vec::new())}</b> }.into_any()
    };
    view! { <pre class="mono wrap wire head-lines">{first} "\n" {lines}</pre> }.into_any()
}

fn content(viewer: Viewer, body: &Body, part_name: &'static str) -> AnyView {
    if body.text.is_empty() && body.base64.is_none() {
        return view! { <p class="hint">"No body."</p> }.into_any();
    }
    if bytes::is_dropped(body) {
        return view! { <p class="hint">{body.text.clone()}</p> }.into_any();
    }
    if body.base64.is_some() {
        let shown = bytes::of(body).map(hex::view);
        return view! { {cut(body)} {shown} }.into_any();
    }
    let shown: Arc<str> = body.text.as_str().into();
    let spans = Memo::new(move |_| viewer.known.with(|known| evidence(known, part_name)));
    let way = Way::new("Text", move || {
        let shown = shown.clone();
        part(move || text::view(shown.clone(), spans.get())).into_any()
    });
    view! { {cut(body)} {switched(vec![way, hex_way(body)])} }.into_any()
}

fn evidence(known: &Known, part: &str) -> Vec<Span> {
    known
        .about(part)
        .map(|found| (found.range.clone(), EVIDENCE))
        .collect()
}
