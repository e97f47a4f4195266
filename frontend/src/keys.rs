//! Keyboard shortcuts: which key means what. They are off while typing, and can be switched off.

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
    Fold(bool),
    Run,
    Step,
    Stop,
    SignIn,
    Link,
    Help,
}

/// What a key press asks for, if anything. `letters`: whether single letters count.
pub(crate) fn ask(event: &KeyboardEvent, letters: bool) -> Option<Ask> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
        return None;
    }
    let key = event.key();
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
        "Home" if focus == Focus::Step => Some(Ask::FirstStep),
        "End" if focus == Focus::Step => Some(Ask::LastStep),
        "Enter" if focus == Focus::Step => Some(Ask::Open),
        _ if letters => letter(&key, focus),
        _ => None,
    }
}

fn letter(key: &str, focus: Focus) -> Option<Ask> {
    Some(match key {
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
        "o" => Ask::SignIn,
        "l" => Ask::Link,
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
