//! A text as it is, a stretch at a time, with masks, marks and what does not meet the eye set apart.

use super::pieces::{
    BLANK, BOM, EVIDENCE, HIDDEN, HIT, LOST, MASK, Span, hidden, masks, pieces, unseen,
};
use super::window::Window;
use authscope_ui_kit::part::{part, press};
use leptos::prelude::*;
use std::sync::Arc;

/// Bytes that come at a time.
const PAGE: usize = 32 * 1024;

/// A text in a box. Spans are byte ranges of it.
pub(super) fn view(text: Arc<str>, spans: Vec<Span>) -> AnyView {
    let first = spans
        .iter()
        .map(|(range, _)| range.start)
        .min()
        .unwrap_or_default();
    let window = RwSignal::new(Window::new(text.len(), PAGE).around(first));
    let shown = text.clone();
    let stretch = part(move || {
        let window = window.get();
        let (from, to) = (whole(&shown, window.from), whole(&shown, window.to));
        let inside = spans
            .iter()
            .filter(|(range, _)| range.start >= from && range.end <= to);
        let inside = inside.map(|(range, kind)| (range.start - from..range.end - from, *kind));
        marked(shown.get(from..to).unwrap_or_default(), inside.collect())
    });
    view! {
        {part(move || before(window))}
        <pre class="mono wrap text">{stretch}</pre>
        {part(move || after(window))}
    }
    .into_any()
}

fn before(window: RwSignal<Window>) -> Option<AnyView> {
    let from = window.get().from;
    let earlier = press(move |_| window.update(|window| *window = window.earlier()));
    (from > 0).then(|| {
        view! { <button type="button" class="more" on:click=earlier>{size(from)} " before"</button> }.into_any()
    })
}

fn after(window: RwSignal<Window>) -> Option<AnyView> {
    let now = window.get();
    let more = press(move |_| window.update(|window| *window = window.more()));
    (now.left() > 0).then(|| {
        view! {
            <button type="button" class="more" data-testid="text-more" on:click=more>
                "Show " {size(now.next())} " more of " {size(now.left())}
            </button>
        }
        .into_any()
    })
}

/// A number of bytes as people say it.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..2_048 => format!("{bytes} bytes"),
        2_048..1_048_576 => format!("{} KiB", bytes.div_ceil(1_024)),
        _ => {
            let tenths = bytes.saturating_mul(10) / 1_048_576;
            format!("{}.{} MiB", tenths / 10, tenths % 10)
        }
    }
}

/// The place itself or the nearest before it that is not within a character.
fn whole(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default()
}

/// A text with what does not meet the eye, masks and these spans set apart.
pub(super) fn marked(text: &str, mut spans: Vec<Span>) -> AnyView {
    spans.extend(unseen(text));
    styled(text, spans)
}

/// A text with masks, characters that leave no mark and these spans set apart.
pub(super) fn styled(text: &str, mut spans: Vec<Span>) -> AnyView {
    spans.extend(masks(text));
    spans.extend(hidden(text));
    let found = pieces(text, &spans);
    found
        .into_iter()
        .map(|(piece, kind)| one(piece, kind))
        .collect_view()
        .into_any()
}

fn one(piece: &str, kind: u8) -> AnyView {
    let is = |wanted: u8| kind & wanted != 0;
    if is(HIDDEN) {
        return code_of(piece);
    }
    let (class, title) = if is(MASK) {
        ("mask", "Masked before it was stored")
    } else if is(BOM) {
        ("bom", "A byte order mark")
    } else if is(LOST) {
        ("lost", "Bytes that are not UTF-8 were here")
    } else if is(BLANK) {
        ("blank", "White space at the end of a line")
    } else {
        ("", "")
    };
    let text = piece.to_owned();
    match (is(HIT | EVIDENCE), class) {
        (false, "") => text.into_any(),
        (true, "") => view! { <mark>{text}</mark> }.into_any(),
        (true, _) => view! { <mark class=class title=title>{text}</mark> }.into_any(),
        (false, _) => view! { <span class=class title=title>{text}</span> }.into_any(),
    }
}

/// A character that leaves no mark, with its number in front of it.
fn code_of(piece: &str) -> AnyView {
    let number = piece.chars().next().map_or(0, u32::from);
    let code = format!("U+{number:04X}");
    let text = piece.to_owned();
    view! { <span class="hidden-character" title="A character that leaves no mark" data-code=code>{text}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::{size, whole};

    #[test]
    fn sizes_are_in_words() {
        assert_eq!(size(12), "12 bytes");
        assert_eq!(size(32 * 1024), "32 KiB");
        assert_eq!(size(1_048_576 + 524_288), "1.5 MiB");
    }

    #[test]
    fn a_stretch_ends_between_characters() {
        assert_eq!((whole("aé", 2), whole("aé", 3), whole("aé", 9)), (1, 3, 3));
    }
}
