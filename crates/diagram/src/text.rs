//! The diagram as plain text, for terminals and logs.

use crate::Verdict;
use crate::diagram::{Diagram, Head, Line, LineStyle, RowKind, StepRow};
use crate::words;

/// Columns from one lifeline to the next.
const STEP: usize = 16;
/// Columns before the first lifeline, where the step's number stands.
const LEFT: usize = 8;
const MARGIN: &str = "    ";

/// Writes the diagram as text.
#[must_use]
pub fn text(diagram: &Diagram) -> String {
    let mut out = String::new();
    heading(&mut out, diagram);
    for row in &diagram.rows {
        match &row.kind {
            RowKind::Step(step) => step_lines(&mut out, diagram, row.step, row.verdict, step),
            RowKind::Group { group } => {
                let title = diagram.group(group).map_or("", |g| g.title.as_str());
                push(&mut out, &format!("{MARGIN}[{title}]"));
            }
            kind => push(&mut out, &format!("{MARGIN}{}", remark(kind, row.verdict))),
        }
    }
    out
}

/// Lifeline names in two lines, so that long ones do not run into each other.
fn heading(out: &mut String, diagram: &Diagram) {
    let mut names = String::new();
    let mut hosts = String::new();
    for (at, lane) in diagram.lanes.iter().enumerate() {
        put(
            &mut names,
            column(at).saturating_sub(3),
            &words::middle(short(lane), STEP - 1),
        );
        if let Some(host) = &lane.host {
            put(
                &mut hosts,
                column(at).saturating_sub(3),
                &words::middle(host, STEP - 1),
            );
        }
    }
    push(out, &names);
    push(out, &hosts);
}

const fn short(lane: &crate::Lane) -> &'static str {
    match lane.participant {
        authscope_model::Participant::AuthorizationServer => "Auth. server",
        authscope_model::Participant::IdentityProvider => "Identity prov.",
        other => other.title(),
    }
}

const fn column(lane: usize) -> usize {
    LEFT + lane * STEP
}

fn step_lines(out: &mut String, diagram: &Diagram, number: u32, verdict: Verdict, step: &StepRow) {
    let took = step.micros.map(words::duration).unwrap_or_default();
    let tail = format!("{}  {took}", verdict.word());
    let request = drawn(diagram, Some(number), &step.request);
    match &step.response {
        Some(response) => {
            push(out, &format!("{request}{}", step.request.label));
            let answer = drawn(diagram, None, response);
            push(
                out,
                &format!("{answer}{}  ({})", response.label, tail.trim_end()),
            );
        }
        None => {
            let status = match step.status.as_str() {
                "" => String::new(),
                status => format!("  {status}"),
            };
            push(
                out,
                &format!(
                    "{request}{}{status}  ({})",
                    step.request.label,
                    tail.trim_end()
                ),
            );
        }
    }
}

/// One line of lifelines with an arrow across.
fn drawn(diagram: &Diagram, number: Option<u32>, line: &Line) -> String {
    let last = diagram.lanes.len().saturating_sub(1);
    let width = column(last) + 4;
    let mut cells: Vec<char> = vec![' '; width];
    let mut set = |at: usize, letter: char| {
        if let Some(cell) = cells.get_mut(at) {
            *cell = letter;
        }
    };
    for lane in 0..diagram.lanes.len() {
        set(column(lane), '│');
    }
    if let Some(number) = number {
        for (at, digit) in number.to_string().chars().enumerate() {
            set(1 + at, digit);
        }
    }
    let (left, right) = (line.from.min(line.to), line.from.max(line.to));
    let shaft = match line.style {
        LineStyle::Solid => '─',
        LineStyle::Dashed => '┄',
    };
    for at in column(left) + 1..column(right) {
        set(at, shaft);
    }
    let rightwards = line.to >= line.from;
    let head = match (line.head, rightwards) {
        (Head::Arrow, true) => '▶',
        (Head::Arrow, false) => '◀',
        (Head::Cross, _) => '×',
        (Head::Open, _) => '…',
    };
    let tip = match (rightwards, left == right) {
        (_, true) => column(left) + 1,
        (true, _) => column(right) - 1,
        (false, _) => column(left) + 1,
    };
    set(tip, head);
    cells.into_iter().collect()
}

fn remark(kind: &RowKind, verdict: Verdict) -> String {
    match kind {
        RowKind::Finding { rule, text, .. } => format!("{} {rule}: {text}", sign(verdict)),
        RowKind::Note { text, .. } => format!("{} {text}", sign(verdict)),
        RowKind::Decision {
            about,
            choice,
            because,
        } => format!("· {about}: {choice} ({because})"),
        RowKind::Turn { ended: None, .. } => "● Your turn".into(),
        RowKind::Turn {
            ended: Some((millis, how)),
            ..
        } => format!(
            "· {how} (after {})",
            words::duration(millis.saturating_mul(1_000))
        ),
        RowKind::Stop { reason, clause, .. } => {
            format!("× A conforming client stops here: {reason} ({clause})")
        }
        RowKind::Next { preview, .. } => format!("● Next: {preview}"),
        RowKind::End { text } => format!("{} {text}", sign(verdict)),
        RowKind::Step(_) | RowKind::Group { .. } => String::new(),
    }
}

const fn sign(verdict: Verdict) -> char {
    match verdict {
        Verdict::Pass => '✓',
        Verdict::Fail => '×',
        Verdict::Warning => '!',
        Verdict::Waiting | Verdict::Running => '●',
        Verdict::Interrupted => '■',
        Verdict::Info | Verdict::Skipped => '·',
    }
}

fn put(line: &mut String, at: usize, text: &str) {
    let have = line.chars().count();
    line.extend(std::iter::repeat_n(' ', at.saturating_sub(have)));
    line.push_str(text);
}

/// Control characters of a target must not reach a terminal.
fn push(out: &mut String, line: &str) {
    let clean: String = line
        .trim_end()
        .chars()
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect();
    out.push_str(&clean);
    out.push('\n');
}
