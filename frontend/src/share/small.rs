//! The few buttons and marks of this part, each of one type of view: every type weighs on the first load.

use crate::components::{icon, live, part, press};
use leptos::prelude::*;

/// A button.
pub(super) struct Action {
    pub(super) class: &'static str,
    pub(super) testid: &'static str,
    pub(super) title: &'static str,
    /// Its picture; with one, its words are left out where there is no room.
    pub(super) glyph: Option<&'static str>,
    pub(super) words: Box<dyn Fn() -> &'static str + Send>,
    /// Of a button that stays pressed.
    pub(super) pressed: Option<Box<dyn Fn() -> bool + Send>>,
    pub(super) act: Box<dyn FnMut()>,
}

impl Default for Action {
    fn default() -> Self {
        Self {
            class: "",
            testid: "",
            title: "",
            glyph: None,
            words: Box::new(|| ""),
            pressed: None,
            act: Box::new(|| ()),
        }
    }
}

pub(super) fn action(action: Action) -> AnyView {
    let Action {
        class,
        testid,
        title,
        glyph,
        words,
        pressed,
        mut act,
    } = action;
    let pressed = live(move || {
        let pressed = pressed.as_ref()?;
        Some(if pressed() { "true" } else { "false" })
    });
    let label = (!title.is_empty()).then_some(title);
    // A button without a picture is named by its words.
    let name = label.filter(|_| glyph.is_some());
    let wide = if glyph.is_some() { "wide-only" } else { "" };
    view! {
        <button
            type="button"
            class=class
            data-testid=testid
            title=label
            aria-label=name
            aria-pressed=pressed
            on:click=press(move |_| act())
        >
            {glyph.map(icon)} <span class=wide>{part(words)}</span>
        </button>
    }
    .into_any()
}

/// A number with a picture, and words where there is room.
pub(super) fn chip(
    name: &'static str,
    glyph: &'static str,
    title: &str,
    count: u64,
    words: &'static str,
) -> AnyView {
    let title = title.to_owned();
    view! {
        <span class=name title=title data-testid=name>
            {icon(glyph)} {count.to_string()} <span class="wide-only">{words}</span>
        </span>
    }
    .into_any()
}
