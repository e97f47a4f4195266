//! Bytes as offset, hex and characters, a stretch at a time.

use super::bytes::{Bytes, Class, ROW, classes, remarks, runs};
use super::text::size;
use super::window::Window;
use authscope_ui_kit::part::{part, press};
use leptos::prelude::*;
use std::sync::Arc;

/// Rows that come at a time.
const PAGE: usize = 256;

/// The bytes of a body.
pub(super) fn view(bytes: Bytes) -> AnyView {
    let classes: Arc<[Class]> = classes(&bytes.data).into();
    let data: Arc<[u8]> = bytes.data.into();
    let window = RwSignal::new(Window::new(data.len().div_ceil(ROW), PAGE));
    let width = if data.len() > 0xffff { 6 } else { 4 };
    let words = remarks(&data, &classes);
    let lines = part(move || {
        let window = window.get();
        let (bytes, kinds) = (data.chunks(ROW), classes.chunks(ROW));
        let rows = bytes
            .zip(kinds)
            .enumerate()
            .take(window.to)
            .skip(window.from);
        rows.map(|(at, (bytes, kinds))| row(at * ROW, width, bytes, kinds))
            .collect_view()
    });
    let inexact = (!bytes.exact).then(|| {
        view! { <p class="hint warn">"Not the bytes of the wire: masks stand in place of secrets, or � in place of what was not UTF-8."</p> }
    });
    view! {
        {inexact}
        {words.into_iter().map(|words| view! { <p class="hint">{words}</p> }).collect_view()}
        {part(move || before(window))}
        <div class="hex mono" role="region" aria-label="Bytes" tabindex="0" data-testid="hex">
            <div class="dump">{lines}</div>
        </div>
        {part(move || after(window))}
        {legend()}
    }
    .into_any()
}

fn row(offset: usize, width: usize, data: &[u8], kinds: &[Class]) -> AnyView {
    let runs = runs(data, kinds);
    let hex: Vec<AnyView> = runs
        .iter()
        .map(|run| piece(run.class, run.hex.clone()))
        .collect();
    let signs: Vec<AnyView> = runs
        .iter()
        .map(|run| piece(run.class, run.signs.clone()))
        .collect();
    view! {
        <div class="dump-row">
            <span class="offset">{format!("{offset:0width$x}")}</span> " "
            <span class="bytes">{hex}</span>
            <span class="signs">{signs}</span>
        </div>
    }
    .into_any()
}

fn piece(class: Class, text: String) -> AnyView {
    match class {
        Class::Seen | Class::Space => text.into_any(),
        _ => view! { <i class=class.id()>{text}</i> }.into_any(),
    }
}

fn before(window: RwSignal<Window>) -> Option<AnyView> {
    let from = window.get().from;
    let earlier = press(move |_| window.update(|window| *window = window.earlier()));
    (from > 0).then(|| {
        view! { <button type="button" class="more" on:click=earlier>{size(from * ROW)} " before"</button> }.into_any()
    })
}

fn after(window: RwSignal<Window>) -> Option<AnyView> {
    let now = window.get();
    let more = press(move |_| window.update(|window| *window = window.more()));
    let end = press(move |_| {
        window.update(|window| *window = window.around(window.total.saturating_sub(1)));
    });
    (now.left() > 0).then(|| {
        view! {
            <p class="pages">
                <button type="button" class="more" data-testid="hex-more" on:click=more>
                    "Show " {size(now.next() * ROW)} " more of " {size(now.left() * ROW)}
                </button>
                <button type="button" class="more" on:click=end>"The end"</button>
            </p>
        }
        .into_any()
    })
}

/// What the signs in the column of characters stand for.
fn legend() -> AnyView {
    let signs = [
        (Class::Control, ".", "control character"),
        (Class::Wide, "◦", "outside ASCII"),
        (Class::Bad, "×", "not UTF-8"),
        (Class::Blank, "·", "blank at an end"),
        (Class::Bom, "^", "byte order mark"),
    ];
    let one = |(class, sign, words): (Class, &'static str, &'static str)| {
        view! { <span><i class=format!("mono {}", class.id())>{sign}</i> " " {words}</span> }
    };
    view! { <p class="legend">{signs.map(one).collect_view()}</p> }.into_any()
}
