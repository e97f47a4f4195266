//! Keyboard shortcuts: which key means what. They are off while typing, and letters can be switched off.

use crate::dom;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    NextStep,
    PreviousStep,
    FirstStep,
    LastStep,
    NextFinding,
    PreviousFinding,
    Open,
    Back,
    Tab(usize),
    /// The tab so many places further.
    Turn(isize),
    Fold(bool),
    Run,
    Step,
    Stop,
    Filter,
    CopyCurl,
    CopyMarkdown,
    Link,
    /// Whatever the control with this `data-testid` does, when it is there.
    Press(&'static str),
    Present,
    Share,
    Help,
}

thread_local! {
    /// When `c` was pressed, the first half of `c c`, `c m` and `c l` (ms of the event's clock).
    static COPY_AT: Cell<f64> = const { Cell::new(f64::MIN) };
}

/// How long the second half of a pair may take, in milliseconds.
const PAIR_WITHIN: f64 = 1_500.0;

/// What a key press asks for, if anything. Letters count unless they were switched off (`tools.js`).
pub(crate) fn ask(event: &KeyboardEvent) -> Option<Ask> {
    if event.is_composing() {
        return None;
    }
    // A dialog has the keyboard to itself, Escape too.
    if dom::find("dialog[open]").is_some() {
        return None;
    }
    let key = event.key();
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return (key == "m" && event.ctrl_key()).then_some(Ask::Present);
    }
    if key == "Escape" {
        return Some(Ask::Back);
    }
    let focus = Focus::of(event);
    if focus == Focus::Typing {
        return None;
    }
    match key.as_str() {
        // In the diagram the arrows move between steps; elsewhere they scroll.
        "ArrowDown" if focus == Focus::Step => Some(Ask::NextStep),
        "ArrowUp" if focus == Focus::Step => Some(Ask::PreviousStep),
        "ArrowRight" if focus == Focus::Step => Some(Ask::Turn(1)),
        "ArrowLeft" if focus == Focus::Step => Some(Ask::Turn(-1)),
        "Home" if focus == Focus::Step => Some(Ask::FirstStep),
        "End" if focus == Focus::Step => Some(Ask::LastStep),
        "Enter" if focus == Focus::Step => Some(Ask::Open),
        _ if dom::remembered("shortcuts").as_deref() == Some("off") => None,
        _ => letter(&key, focus, event.time_stamp()),
    }
}

fn letter(key: &str, focus: Focus, at: f64) -> Option<Ask> {
    let copies = at - COPY_AT.replace(f64::MIN) < PAIR_WITHIN;
    Some(match key {
        "c" if copies => Ask::CopyCurl,
        "m" if copies => Ask::CopyMarkdown,
        "c" => {
            COPY_AT.set(at);
            return None;
        }
        "j" => Ask::NextStep,
        "k" => Ask::PreviousStep,
        "g" => Ask::FirstStep,
        "G" => Ask::LastStep,
        "n" => Ask::NextFinding,
        "p" => Ask::PreviousFinding,
        "Enter" if focus == Focus::Page => Ask::Open,
        "[" => Ask::Fold(true),
        "]" => Ask::Fold(false),
        "r" => Ask::Run,
        "s" => Ask::Step,
        "x" => Ask::Stop,
        "/" => Ask::Filter,
        "o" => Ask::Press("authorize-link"),
        "e" => Ask::Press("resend"),
        "b" => Ask::Press("breakpoints"),
        "P" => Ask::Press("pin"),
        "d" => Ask::Press("compare"),
        "l" => Ask::Link,
        "S" => Ask::Share,
        "?" => Ask::Help,
        "1" | "2" | "3" | "4" | "5" | "6" => Ask::Tab(key.parse::<usize>().ok()?.checked_sub(1)?),
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// A field that takes letters.
    Typing,
    /// A step of the diagram.
    Step,
    /// Another control, where Enter has a meaning of its own.
    Control,
    /// Nothing.
    Page,
}

impl Focus {
    fn of(event: &KeyboardEvent) -> Self {
        let target = event
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let Some(target) = target else {
            return Self::Page;
        };
        let within = |selector| target.closest(selector).is_ok_and(|found| found.is_some());
        if within(
            "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]",
        ) {
            Self::Typing
        } else if within("a.step") {
            Self::Step
        } else if within("a, button, summary, input, [tabindex]") {
            Self::Control
        } else {
            Self::Page
        }
    }
}
