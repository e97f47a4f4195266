//! One row of the diagram.

use super::list::{click, hue};
use super::turn::TurnCard;
use crate::components::{VerdictIcon, icon, live, part, press, prose};
use crate::share;
use crate::state::{Picked, Session, Slot, session};
use authscope_diagram::{Head, Line, LineStyle, Row, RowKind, StepRow, Verdict, words};
use leptos::prelude::*;
use std::sync::Arc;

/// A row; it draws itself again when its content changes.
pub(crate) fn row_view(slot: &Slot) -> AnyView {
    let session = session();
    let (row, picked) = (slot.row.clone(), slot.picked.clone());
    let class = {
        let row = row.clone();
        live(move || {
            let row = row.read();
            let when = |on: bool, class: &'static str| if on { class } else { "" };
            format!(
                "row {} {}{}{}{}",
                kind(&row.kind),
                row.verdict.id(),
                when(row.superseded, " old"),
                depth(session, &row),
                when(picked.get() == Picked::Yes, " selected"),
            )
        })
    };
    let picked = slot.picked.clone();
    let content = part(move || row.with(|row| content(session, row, &picked)));
    view! { <li id=slot.id.clone() class=class>{content}</li> }.into_any()
}

/// How many groups the row is in. Which group is around which never changes.
fn depth(session: Session, row: &Row) -> &'static str {
    let Some(id) = &row.group else {
        return "";
    };
    let groups = session.groups.read_untracked();
    match groups.iter().find(|group| group.id == *id) {
        Some(group) if group.parent.is_some() => " inner deep",
        _ => " inner",
    }
}

fn kind(kind: &RowKind) -> &'static str {
    match kind {
        RowKind::Step(step) if step.response.is_none() => "is-step single",
        RowKind::Step(_) => "is-step",
        RowKind::Group { .. } => "is-group",
        RowKind::Finding { .. } | RowKind::Stop { .. } => "is-note is-finding",
        RowKind::Note { .. } => "is-note",
        RowKind::Decision { .. } => "is-note is-decision",
        RowKind::Turn { ended: None, .. } => "is-turn",
        RowKind::Turn { .. } => "is-note is-notch",
        RowKind::Next { .. } => "is-note is-next",
        RowKind::End { .. } => "is-note is-end",
    }
}

fn content(session: Session, row: &Arc<Row>, picked: &ArcRwSignal<Picked>) -> AnyView {
    match &row.kind {
        RowKind::Step(step) => step_row(session, row, step, picked),
        RowKind::Group { group } => group_row(session, group),
        RowKind::Finding { text, rule, .. } => {
            let step = row.step;
            let rule = rule.clone();
            view! {
                <button type="button" class="note" on:click=press(move |_| click(session, step))>
                    <VerdictIcon verdict=row.verdict/>
                    <span class="text">{prose(text)} <code class="rule">{rule}</code></span>
                </button>
            }
            .into_any()
        }
        RowKind::Note { text, .. } => note(row.verdict, text, None),
        RowKind::End { text } => note(row.verdict, text, None),
        RowKind::Decision {
            about,
            choice,
            because,
        } => view! {
            <p class="note" title=because.clone()>
                <span class="topic">{*about}</span>
                <span class="choice mono">{choice.clone()}</span>
                <span class="because">{prose(because)}</span>
            </p>
        }
        .into_any(),
        RowKind::Turn {
            turn,
            since,
            ended: None,
        } => view! { <TurnCard turn=turn.clone() since=*since/> }.into_any(),
        RowKind::Turn {
            ended: Some((millis, how)),
            ..
        } => {
            let took = words::duration(millis.saturating_mul(1_000));
            view! {
                <p class="note">
                    <span class="topic">{icon("person")} {took}</span>
                    <span class="choice">"of your time: " {prose(how)}</span>
                </p>
            }
            .into_any()
        }
        RowKind::Stop {
            reason,
            clause,
            continued,
        } => {
            let tail = if *continued {
                "The flow went on deliberately."
            } else {
                ""
            };
            let text = format!("A conforming client stops here: {reason} {tail}");
            note(row.verdict, &text, Some(clause.clone()))
        }
        RowKind::Next { preview, step } => view! {
            <p class="note">
                <VerdictIcon verdict=Verdict::Waiting/>
                <span><b>"Next: "</b>{step.title()}</span>
                <span class="mono because">{preview.clone()}</span>
            </p>
        }
        .into_any(),
    }
}

fn note(verdict: Verdict, text: &str, code: Option<String>) -> AnyView {
    let code = code.map(|code| view! { <code>{code}</code> });
    view! { <p class="note"><VerdictIcon verdict/> <span>{prose(text)}</span> {code}</p> }
        .into_any()
}

fn group_row(session: Session, id: &str) -> AnyView {
    let id = id.to_owned();
    let found = {
        let id = id.clone();
        Memo::new(move |_| session.groups.get().iter().find(|g| g.id == id).cloned())
    };
    let folded = move || found.get().is_some_and(|group| session.is_folded(&group));
    let title = part(move || found.get().map(|group| group.title));
    let mark = part(move || {
        found
            .get()
            .map(|group| view! { <VerdictIcon verdict=group.verdict/> })
    });
    // A retry beside the run it left.
    let number = id
        .strip_prefix("branch-")
        .filter(|n| n.parse::<u32>().is_ok() && !session.is_local());
    let beside = number.map(|n| {
        view! { <a class="twin" href=format!("compare/{}@{n}", session.id())>"Side by side"</a> }
    });
    let turn = {
        let id = id.clone();
        press(move |_| session.fold(&id, !untrack(folded)))
    };
    view! {
        <button
            type="button"
            class="group"
            data-group=id
            aria-expanded=live(move || if folded() { "false" } else { "true" })
            on:click=turn
        >
            <span class="chevron" class:closed=live(folded)>{icon("fold")}</span>
            <span>{title}</span>
            {mark}
        </button>
        {beside}
    }
    .into_any()
}

fn step_row(
    session: Session,
    row: &Arc<Row>,
    step: &StepRow,
    picked: &ArcRwSignal<Picked>,
) -> AnyView {
    let number = row.step;
    let verdict = row.verdict;
    let named = row.clone();
    // While a flow runs the total changes with every step; then names are kept as they are.
    let name = Memo::new(
        move |before: Option<&String>| match (session.total.get(), before) {
            (None, Some(name)) => name.clone(),
            _ => named.name(session.steps.get_untracked()),
        },
    );
    let (current, stop) = (picked.clone(), picked.clone());
    let current = live(move || (current.get() == Picked::Yes).then_some("step"));
    // One stop of the Tab key: the selected step, else the first.
    let stop = live(move || match stop.get() {
        Picked::No => "-1",
        _ => "0",
    });
    let time = step.micros.map(words::duration);
    let sender = step.from;
    let chips = view! {
        <span class="chips" aria-hidden="true">
            <i class=format!("p-{}", hue(step.from))>{step.from.initials()}</i> "→" <i class=format!("p-{}", hue(step.to))>{step.to.initials()}</i>
        </span>
    };
    let lines = view! {
        {line(&step.request, sender, verdict)}
        {step.response.as_ref().map(|response| line(response, step.to, verdict))}
        {(step.response.is_none() && !step.status.is_empty()).then(|| view! {
            <span class="line lone" style:grid-column=format!("{} / -1", left(&step.request))>
                <span class="label">{step.status.clone()}</span>
            </span>
        })}
    };
    view! {
        <a
            class="step"
            href=format!("sessions/{}/step/{number}", session.id())
            draggable="false"
            data-testid=format!("row-{number}")
            aria-current=current
            tabindex=stop
            on:click=press(move |event| {
                let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key());
                if plain && event.button() == 0 {
                    event.prevent_default();
                    click(session, number);
                }
            })
        >
            // What is drawn is shortened and spread; the name has it in full and in order.
            <span class="offscreen">{part(move || name.get())}</span>
            <span class="number" aria-hidden="true">{number}</span>
            {chips}
            <span class="lines" aria-hidden="true">{lines}</span>
            <span class="end">
                <span class="verdict" aria-hidden="true"><VerdictIcon verdict/>{verdict.word()}</span>
                <span class="time">
                    <span aria-hidden="true">{time}{step.extra.then_some(" · extra")}</span>
                    {share::marker(number)}
                </span>
            </span>
        </a>
    }
    .into_any()
}

/// The grid has two columns per lifeline; a lifeline stands on the line between its two.
const fn grid_line(lane: usize) -> usize {
    2 * lane + 2
}

fn left(line: &Line) -> usize {
    grid_line(line.from.min(line.to))
}

fn line(line: &Line, sender: authscope_model::Participant, verdict: Verdict) -> AnyView {
    let (from, to) = (grid_line(line.from), grid_line(line.to));
    let (start, end) = (from.min(to), from.max(to));
    // A message to oneself is a short stub.
    let end = if start == end { start + 1 } else { end };
    let direction = if line.to >= line.from {
        "right"
    } else {
        "left"
    };
    let style = match line.style {
        LineStyle::Solid => "solid",
        LineStyle::Dashed => "dashed",
    };
    let refused = line.style == LineStyle::Dashed
        && verdict == Verdict::Fail
        && line.label.starts_with(['4', '5']);
    let head = match line.head {
        Head::Arrow if refused => "arrow bad",
        Head::Arrow => "arrow",
        Head::Cross => "lost",
        Head::Open => "open",
    };
    let label = match line.style {
        LineStyle::Solid => view! { <span class="label">{line.label.clone()}</span> }.into_any(),
        LineStyle::Dashed => status_label(&line.label, verdict),
    };
    view! {
        <span class=format!("line {style}") title=line.full.clone() style:grid-column=format!("{start} / -1")>
            {label}
        </span>
        <i
            class=format!("shaft {style} {direction} {head} p-{}", hue(sender))
            style:grid-column=format!("{start} / {end}")
        ></i>
    }
    .into_any()
}

/// The status code stands out, what the response carries does not. A 401 that is as it should be is not red.
fn status_label(label: &str, verdict: Verdict) -> AnyView {
    let (status, rest) = label.split_once(" · ").map_or((label, ""), |(s, r)| (s, r));
    let class = match status.as_bytes().first() {
        Some(b'2') => "code ok",
        Some(b'4' | b'5') if verdict == Verdict::Fail => "code bad",
        _ => "code",
    };
    view! {
        <span class="label"><span class=class>{status.to_owned()}</span> <span class="gist">{rest.to_owned()}</span></span>
    }
    .into_any()
}
