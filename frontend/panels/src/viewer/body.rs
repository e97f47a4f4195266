//! One viewer per kind of body, with the text as it came and the bytes beside it.

use super::bytes;
use super::known::Complaint;
use super::pieces::EVIDENCE;
use super::tree::{self, Tree};
use super::window::Window;
use super::{hex, text};
use authscope_model::exchange::{Body, Cut};
use authscope_protocol::sse::{SseEvent, events};
use authscope_ui_kit::copy::Copy;
use authscope_ui_kit::glossary;
use authscope_ui_kit::part::{live, part, press};
use authscope_ui_kit::table;
use leptos::prelude::*;
use std::sync::Arc;

/// Events of a stream that come at a time.
const EVENTS: usize = 20;
/// Rows of a tree that need no search.
const FEW: usize = 12;

/// A way to look at a body.
pub(super) struct Way {
    pub(super) name: &'static str,
    pub(super) view: Box<dyn Fn() -> AnyView + Send>,
}

impl Way {
    pub(super) fn new(name: &'static str, view: impl Fn() -> AnyView + Send + 'static) -> Self {
        Self {
            name,
            view: Box::new(view),
        }
    }
}

/// A body with its media type. `findings` are those about it; `first` is another way to look at it, which comes before
/// the others.
pub(super) fn view(
    body: &Body,
    media_type: &str,
    findings: Signal<Vec<Complaint>>,
    first: Option<Way>,
) -> AnyView {
    if body.length == 0 && body.text.is_empty() && body.base64.is_none() {
        return view! { <section class="block"><h3>"Body"</h3><p class="hint">"No body."</p></section> }.into_any();
    }
    let copied = body.base64.clone().unwrap_or_else(|| body.text.clone());
    let what = if body.base64.is_some() {
        "body as base64"
    } else {
        "body"
    };
    view! {
        <section class="block body" data-testid="body">
            <h3>"Body " <span class="size">{kind(body, media_type)} {format!("{} bytes", body.length)}</span> <Copy what=what text=move || copied.clone()/></h3>
            {cut(body)}
            {content(body, media_type, findings, first)}
        </section>
    }
    .into_any()
}

fn kind(body: &Body, media_type: &str) -> String {
    let name = match media_type {
        _ if body.base64.is_some() => "not text",
        "" => "no media type",
        other => other,
    };
    format!("{name}, ")
}

/// That a body is not complete, and why.
pub(super) fn cut(body: &Body) -> AnyView {
    let words = body.cut.map(|cut| match cut {
        Cut::Framing => {
            "Cut: the framing of the body was broken (see its headers); this is what came before."
        }
        Cut::Cap => "Cut: the limit on body bytes was reached, the rest was not read.",
        Cut::Timeout => "Cut: the time limit was reached while the body was still coming.",
        Cut::ConnectionLost => "Cut: the connection ended before the body did.",
        Cut::StreamAnswered => "The stream was closed by authscope once its answer had been read.",
    });
    words
        .map(|words| view! { <p class="hint warn">{words}</p> })
        .into_any()
}

fn content(
    body: &Body,
    media_type: &str,
    findings: Signal<Vec<Complaint>>,
    first: Option<Way>,
) -> AnyView {
    if bytes::is_dropped(body) {
        return view! { <p class="hint">{body.text.clone()}</p> }.into_any();
    }
    let text: Arc<str> = body.text.as_str().into();
    let hex = hex_way(body);
    match media_type {
        _ if body.base64.is_some() => switched(vec![hex, read_anyway(body)]),
        "text/event-stream" => {
            let received = as_it_is("As received", &text);
            switched(vec![
                Way::new("Events", move || stream(&text)),
                received,
                hex,
            ])
        }
        "application/x-www-form-urlencoded" => {
            let sent = as_it_is("As sent", &text);
            switched(vec![Way::new("Parameters", move || form(&text)), sent, hex])
        }
        _ => match tree_of(&text, media_type) {
            Ok(tree) => {
                let tree = Way::new("Tree", move || {
                    tree::with_findings(tree.clone(), true, findings)
                });
                let received = as_it_is("As received", &text);
                let ways = first.into_iter().chain([tree, received, hex]).collect();
                noted(unnamed_json(media_type), switched(ways))
            }
            Err(at) => no_json(&text, media_type, at, hex),
        },
    }
}

/// The text of a body.
fn as_it_is(name: &'static str, text: &Arc<str>) -> Way {
    let text = text.clone();
    Way::new(name, move || text::view(text.clone(), Vec::new()))
}

/// What is not text, read as if it were.
fn read_anyway(body: &Body) -> Way {
    let data = bytes::of(body).map(|bytes| bytes.data).unwrap_or_default();
    as_it_is("As text", &String::from_utf8_lossy(&data).into())
}

/// The bytes of a body.
pub(super) fn hex_way(body: &Body) -> Way {
    let body = body.clone();
    Way::new("Hex", move || match bytes::of(&body) {
        Some(bytes) => hex::view(bytes),
        None => view! { <p class="hint">"The bytes were not kept."</p> }.into_any(),
    })
}

/// The tree of what is called JSON or looks like it; else the byte at which it stops being that.
fn tree_of(text: &str, media_type: &str) -> Result<Tree, usize> {
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    if media_type.contains("json") || begins.starts_with(['{', '[']) {
        Tree::new(text)
    } else {
        Err(0)
    }
}

fn unnamed_json(media_type: &str) -> Option<String> {
    (!media_type.contains("json"))
        .then(|| format!("This is JSON, but the media type is {media_type:?}."))
}

/// A text that is not JSON; where it is called that, with the place at which it stops being it.
fn no_json(text: &Arc<str>, media_type: &str, at: usize, hex: Way) -> AnyView {
    let says_json = media_type.contains("json");
    let note = match media_type {
        "text/html" => Some("HTML, shown as text: nothing of it is run or loaded.".to_owned()),
        _ if says_json => Some(format!(
            "Not JSON, whatever the media type says: it stops at byte {at}."
        )),
        _ => None,
    };
    // One character, so that something is there to be seen.
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    let end = at + next.filter(|_| says_json).map_or(0, char::len_utf8);
    let text = text.clone();
    let way = Way::new("Text", move || {
        text::view(text.clone(), vec![(at..end, EVIDENCE)])
    });
    noted(note, switched(vec![way, hex]))
}

fn noted(note: Option<String>, content: AnyView) -> AnyView {
    let note = note.map(|words| view! { <p class="hint">{words}</p> });
    view! { {note} {content} }.into_any()
}

/// Buttons for the ways to look at it, and the one that is chosen.
pub(super) fn switched(ways: Vec<Way>) -> AnyView {
    let chosen = RwSignal::new(0_usize);
    let names: Vec<&'static str> = ways.iter().map(|way| way.name).collect();
    let buttons = names.into_iter().enumerate().map(|(at, name)| {
        let is = move || chosen.get() == at;
        view! {
            <button
                type="button"
                class:on=live(is)
                aria-pressed=live(move || if is() { "true" } else { "false" })
                on:click=press(move |_| chosen.set(at))
            >
                {name}
            </button>
        }
    });
    let content = part(move || ways.get(chosen.get()).map(|way| (way.view)()));
    view! {
        <div class="switch-row" role="group" aria-label="View of the body">{buttons.collect_view()}</div>
        {content}
    }
    .into_any()
}

fn form(text: &str) -> AnyView {
    let pairs = authscope_protocol::form::parse(text);
    table::view(
        "Form parameters",
        table::explained(pairs, glossary::parameter),
    )
}

/// An event stream: each event with its data, a few at a time.
fn stream(text: &str) -> AnyView {
    let all: Arc<[SseEvent]> = events(text).into();
    let window = RwSignal::new(Window::new(all.len(), EVENTS));
    let count = all.len();
    let more = part(move || {
        let now = window.get();
        let act = press(move |_| window.update(|window| *window = window.more()));
        (now.left() > 0).then(|| view! {
            <button type="button" class="more" on:click=act>"Show " {now.next()} " more of " {now.left()} " events"</button>
        })
    });
    let shown = move |at: usize| all.get(at).map(|one| event(at, one));
    view! {
        <p class="hint">"A stream of " {count} {if count == 1 { " event." } else { " events." }}</p>
        <ol class="events">
            <For each=move || 0..window.get().to key=|at| *at children=shown/>
        </ol>
        {more}
    }
    .into_any()
}

fn event(at: usize, event: &SseEvent) -> AnyView {
    let id = event
        .id
        .as_ref()
        .map(|id| view! { " · id " <code>{id.clone()}</code> });
    let retry = event
        .retry
        .map(|millis| view! { " · retry after " {millis} " ms" });
    let torn = (!event.terminated)
        .then(|| view! { <span class="problem">" · not ended by an empty line"</span> });
    let name = event.event.clone().unwrap_or_else(|| "message".into());
    let data: Arc<str> = event.data.as_str().into();
    let content = match Tree::new(&data) {
        Ok(tree) => {
            let searched = tree.nodes.len() > FEW;
            tree::view(tree, searched)
        }
        Err(_) if data.is_empty() => view! { <p class="hint">"No data."</p> }.into_any(),
        Err(_) => text::view(data, Vec::new()),
    };
    view! {
        <li>
            <h4>{at + 1} ". " <code>{name}</code> <span class="size">{id} {retry} {torn}</span></h4>
            {content}
        </li>
    }
    .into_any()
}
