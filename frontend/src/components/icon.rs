//! The icons of verdicts; the drawings are in the kit.

use authscope_diagram::Verdict;
use authscope_ui_kit::icon::icon;
use leptos::prelude::*;

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
