//! The icons: drawn here, 16 × 16, one stroke, in the colour of their text.

use authscope_diagram::Verdict;
use leptos::prelude::*;

/// Path of an icon.
const fn path(name: &str) -> &'static str {
    match name.as_bytes() {
        b"check" => "M3 8.5l3.2 3.2L13 4.8",
        b"cross" => "M4 4l8 8M12 4l-8 8",
        b"warning" => "M8 2.2l6.3 11.3H1.7zM8 6.4v3.4M8 11.6v.4",
        b"info" => "M8 14A6 6 0 108 2a6 6 0 000 12zM8 7.4v3.8M8 5v.3",
        b"ring" => {
            "M8 13.2A5.2 5.2 0 108 2.8a5.2 5.2 0 000 10.4zM8 9.2a1.2 1.2 0 100-2.4 1.2 1.2 0 000 2.4z"
        }
        b"spin" => "M8 2.6a5.4 5.4 0 105.4 5.4",
        b"dash" => "M3.5 8h9",
        b"square" => "M4 4h8v8H4z",
        b"play" => "M5 3.2l7.5 4.8L5 12.8z",
        b"step" => "M4 3.2l6 4.8-6 4.8zM12.4 3.4v9.2",
        b"retry" => "M12.8 8A4.8 4.8 0 118 3.2h4M9.6 1l2.4 2.2-2.4 2.2",
        b"copy" => "M5.5 5.5h7.8v7.8H5.5zM10.5 5.3V2.7H2.7v7.8h2.6",
        b"link" => {
            "M6.8 9.2a2.6 2.6 0 003.7 0l2-2a2.6 2.6 0 00-3.7-3.7l-.6.6M9.2 6.8a2.6 2.6 0 00-3.7 0l-2 2a2.6 2.6 0 003.7 3.7l.6-.6"
        }
        b"out" => "M6.5 3.5h-3v9h9v-3M9 3.2h3.8V7M12.6 3.4L7.4 8.6",
        b"down" => "M8 2.8v10M3.8 8.8L8 13l4.2-4.2",
        b"fold" => "M4 6l4 4 4-4",
        b"theme" => "M8 2.2a5.8 5.8 0 100 11.6zM8 2.2a5.8 5.8 0 010 11.6",
        b"keys" => "M1.8 4.2h12.4v7.6H1.8zM4.2 6.6h.3M6.8 6.6h.3M9.4 6.6h.3M11.7 6.6h.3M5 9.4h6",
        b"person" => {
            "M8 8a2.7 2.7 0 100-5.4A2.7 2.7 0 008 8zM2.8 13.6c.5-2.6 2.5-4 5.2-4s4.7 1.4 5.2 4"
        }
        b"plus" => "M8 3v10M3 8h10",
        _ => "M8 8h.1",
    }
}

/// An icon by its name.
pub(crate) fn icon(name: &'static str) -> AnyView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=path(name)></path>
        </svg>
    }
    .into_any()
}

/// Name of the icon of a verdict; each has a shape of its own.
pub(crate) const fn of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "check",
        Verdict::Fail => "cross",
        Verdict::Warning => "warning",
        Verdict::Info => "info",
        Verdict::Waiting => "ring",
        Verdict::Running => "spin",
        Verdict::Skipped => "dash",
        Verdict::Interrupted => "square",
    }
}

/// The icon of a verdict in its colour.
#[component]
pub(crate) fn VerdictIcon(verdict: Verdict) -> impl IntoView {
    view! { <span class=format!("mark {}", verdict.id())>{icon(of(verdict))}</span> }
}
