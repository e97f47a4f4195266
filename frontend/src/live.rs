//! Keeps a session up to date: its history first, then the event stream, for as long as the page lives.
//!
//! At most one stream is open. A lost one is opened again from the last event known; because events carry
//! numbers and the fold ignores known ones, nothing is missed and nothing doubled.

use crate::api;
use crate::dom;
use crate::share::Together;
use crate::state::{Link, Load, Session};
use crate::wire;
use authscope_model::Event;
use leptos::prelude::*;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// Longest pause between two attempts.
const LONGEST: u64 = 15_000;
/// Attempts in vain after which the stream counts as held back.
const HELD_BACK: u32 = 4;
/// Events that come within this time are shown together.
const BATCH: u64 = 8;

struct Stream {
    source: EventSource,
    // Kept as long as the source may call them.
    _on: Vec<Closure<dyn FnMut(web_sys::Event)>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.set_onmessage(None);
    }
}

struct Inner {
    session: Session,
    together: Together,
    stream: RefCell<Option<Stream>>,
    queue: RefCell<Vec<Event>>,
    failures: RefCell<u32>,
    stopped: RefCell<bool>,
}

/// A handle on the stream.
#[derive(Clone)]
pub(crate) struct Live(Rc<Inner>);

impl Live {
    /// Loads the session and stays connected until [`Live::stop`].
    pub(crate) fn start(session: Session, together: Together) -> Self {
        let live = Self(Rc::new(Inner {
            session,
            together,
            stream: RefCell::new(None),
            queue: RefCell::new(Vec::new()),
            failures: RefCell::new(0),
            stopped: RefCell::new(false),
        }));
        live.load();
        live
    }

    /// Ends it.
    pub(crate) fn stop(&self) {
        *self.0.stopped.borrow_mut() = true;
        self.close();
    }

    /// Connects again at once: the network came back.
    pub(crate) fn hurry(&self) {
        let lost = matches!(
            self.0.session.link.get_untracked(),
            Link::Lost(_) | Link::Restarting | Link::HeldBack
        );
        if lost && !*self.0.stopped.borrow() {
            *self.0.failures.borrow_mut() = 0;
            self.load();
        }
    }

    fn close(&self) {
        self.0.stream.borrow_mut().take();
    }

    /// Reads the history, then opens the stream. Also the way back after a loss.
    fn load(&self) {
        self.close();
        let live = self.clone();
        authscope_ui_kit::part::spawn(async move {
            let session = live.0.session;
            let path = format!("api/sessions/{}", session.id());
            let history = api::history(&path).await;
            if *live.0.stopped.borrow() {
                return;
            }
            match history {
                Ok(history) => {
                    session.take(history);
                    session.load.set(Load::Ready);
                    live.0.together.ask_again(session);
                    live.open();
                    live.held_back();
                }
                Err(error) if error.is_missing() => live.missing(&error),
                Err(error) => live.again(&error),
            }
        });
    }

    fn missing(&self, error: &api::ApiError) {
        let session = self.0.session;
        if session.load.get_untracked() == Load::Ready {
            let words = match error {
                api::ApiError::Problem(problem) => format!("{}. {}", problem.title, problem.detail),
                other => other.words(),
            };
            self.end(words);
        } else if let api::ApiError::Problem(problem) = error {
            session.load.set(Load::Missing(problem.clone()));
        }
    }

    /// Tries again later, each time a little later.
    fn again(&self, error: &api::ApiError) {
        let session = self.0.session;
        if session.load.get_untracked() == Load::Ready {
            self.lost();
        } else {
            session.load.set(Load::Unreachable(error.words()));
        }
        let failures = {
            let mut failures = self.0.failures.borrow_mut();
            *failures = failures.saturating_add(1);
            *failures
        };
        let pause = (500_u64 << failures.min(5)).min(LONGEST);
        // Not all viewers at the same moment.
        let jitter = (js_sys::Math::random() * 400.0) as u64;
        let live = self.clone();
        dom::later(pause + jitter, move || {
            if !*live.0.stopped.borrow() {
                live.load();
            }
        });
    }

    /// The last state: why there will be no more events.
    fn end(&self, words: String) {
        self.0.session.link.set(Link::Gone(words));
        // Whatever this browser could do, it no longer can.
        self.0.together.right.set(None);
        self.close();
    }

    /// The history comes and the stream never does: something in between keeps it.
    fn held_back(&self) {
        if *self.0.failures.borrow() >= HELD_BACK {
            self.0.session.link.set(Link::HeldBack);
        }
    }

    fn lost(&self) {
        let link = self.0.session.link;
        if !matches!(link.get_untracked(), Link::Lost(_) | Link::HeldBack) {
            link.set(Link::Lost(dom::now()));
        }
    }

    fn open(&self) {
        let session = self.0.session;
        let path = format!(
            "api/sessions/{}/events?after={}",
            session.id(),
            session.last_seq()
        );
        let Ok(source) = EventSource::new(&dom::absolute(&path)) else {
            return self.lost();
        };
        let live = self.clone();
        let opened = closure(move |_| {
            *live.0.failures.borrow_mut() = 0;
            live.0.session.link.set(Link::Live);
        });
        let live = self.clone();
        let failed = closure(move |_| live.failed());
        let live = self.clone();
        let message = closure(move |event| live.message(&event));
        let live = self.clone();
        let bye = closure(move |_| {
            live.0.session.link.set(Link::Restarting);
            live.close();
            let again = live.clone();
            dom::later(600, move || again.hurry());
        });
        let live = self.clone();
        let gone = closure(move |event| live.end(text(&event).unwrap_or_default()));
        let live = self.clone();
        let presence = closure(move |event| {
            if let Some(value) = json(&event) {
                live.0.together.heard(live.0.session, &value);
            }
        });
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        source.set_onmessage(Some(message.as_ref().unchecked_ref()));
        for (name, heard) in [("bye", &bye), ("gone", &gone), ("presence", &presence)] {
            let _ = source.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        }
        *self.0.stream.borrow_mut() = Some(Stream {
            source,
            _on: vec![opened, failed, message, bye, gone, presence],
        });
    }

    /// The browser tries again by itself unless it was given another answer than a stream.
    fn failed(&self) {
        self.lost();
        let closed = self
            .0
            .stream
            .borrow()
            .as_ref()
            .is_none_or(|stream| stream.source.ready_state() == EventSource::CLOSED);
        if closed {
            self.again(&api::ApiError::Unreachable);
        }
    }

    fn message(&self, event: &web_sys::Event) {
        let Some(event) = json(event).and_then(|value| wire::event(&value)) else {
            return;
        };
        let first = {
            let mut queue = self.0.queue.borrow_mut();
            queue.push(event);
            queue.len() == 1
        };
        if first {
            let live = self.clone();
            dom::later(BATCH, move || {
                let events = std::mem::take(&mut *live.0.queue.borrow_mut());
                if !*live.0.stopped.borrow() {
                    live.0.session.take(events);
                }
            });
        }
    }
}

fn text(event: &web_sys::Event) -> Option<String> {
    event.dyn_ref::<MessageEvent>()?.data().as_string()
}

fn json(event: &web_sys::Event) -> Option<Value> {
    serde_json::from_str(&text(event)?).ok()
}

fn closure(action: impl FnMut(web_sys::Event) + 'static) -> Closure<dyn FnMut(web_sys::Event)> {
    Closure::new(action)
}
