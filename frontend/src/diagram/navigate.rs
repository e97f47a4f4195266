//! Moving about in the diagram: selection, focus, and what is brought into view.

use crate::dom;
use crate::inspector::Tab;
use crate::state::Session;
use authscope_diagram::Filter;
use leptos::prelude::*;

/// How a selected row is brought into view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reveal {
    /// It is where the pointer is.
    Not,
    /// As little as possible.
    Near,
    /// In the middle: the reader comes from elsewhere.
    Centre,
}

/// Selects a step.
pub(crate) fn select(session: Session, step: u32, reveal: Reveal) {
    session.unfold_around(step);
    // A step that the filter hides cannot be shown otherwise.
    if !session.filter.read_untracked().is_empty() && !session.shown_steps().contains(&step) {
        session.filter.set(Filter::default());
    }
    session.selected.set(Some(step));
    if reveal == Reveal::Not {
        return;
    }
    // After the rows of an opened group are there.
    dom::later(0, move || {
        if let Some(row) = dom::by_id(&format!("step-{step}")) {
            dom::reveal(&row, reveal == Reveal::Centre);
        }
    });
}

/// Selects and focuses a step.
pub(crate) fn go(session: Session, step: u32) {
    select(session, step, Reveal::Near);
    dom::later(0, move || dom::focus(&format!("#step-{step} a.step")));
}

/// The step so many places further down.
pub(crate) fn by(session: Session, places: isize) {
    let steps = session.shown_steps();
    let selected = session.selected.get_untracked();
    let at = selected.and_then(|step| steps.iter().position(|s| *s == step));
    let next = match at {
        Some(at) => at
            .saturating_add_signed(places)
            .min(steps.len().saturating_sub(1)),
        None if places > 0 => 0,
        None => steps.len().saturating_sub(1),
    };
    if let Some(step) = steps.get(next) {
        go(session, *step);
    }
}

/// The first or last step.
pub(crate) fn end(session: Session, last: bool) {
    let steps = session.shown_steps();
    let step = if last { steps.last() } else { steps.first() };
    if let Some(step) = step {
        go(session, *step);
    }
}

/// The step of the next or previous finding.
pub(crate) fn finding(session: Session, tab: RwSignal<Tab>, places: isize) {
    let mut steps: Vec<u32> = session
        .findings
        .get_untracked()
        .iter()
        .map(|finding| finding.evidence.exchange)
        .collect();
    steps.sort_unstable();
    steps.dedup();
    let selected = session.selected.get_untracked();
    let next = if places > 0 {
        steps
            .iter()
            .find(|step| selected.is_none_or(|s| **step > s))
            .or(steps.first())
    } else {
        steps
            .iter()
            .rfind(|step| selected.is_none_or(|s| **step < s))
            .or(steps.last())
    };
    if let Some(step) = next {
        tab.set(Tab::Explain);
        go(session, *step);
    }
}

/// Back to the diagram; from there, nothing is selected any more.
pub(crate) fn back(session: Session) {
    let Some(step) = session.selected.get_untracked() else {
        return;
    };
    let in_diagram = dom::find(".diagram :focus").is_some();
    if in_diagram {
        session.selected.set(None);
    } else {
        dom::focus(&format!("#step-{step} a.step"));
    }
    // Where the inspector lies over the diagram, Escape closes it.
    if dom::media("(max-width: 899px)") {
        session.selected.set(None);
    }
}

/// Folds or opens the group around the selected step.
pub(crate) fn fold(session: Session, folded: bool) {
    let Some(step) = session.selected.get_untracked() else {
        return;
    };
    if !folded {
        return session.unfold_around(step);
    }
    let group = session.group_of(step);
    if let Some(group) = group {
        session.fold(&group, true);
        dom::focus(&format!("[data-group='{group}']"));
    }
}
