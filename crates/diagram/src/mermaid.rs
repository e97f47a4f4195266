//! The diagram as Mermaid source, for issue trackers and documents.

use crate::diagram::{Diagram, Head, Line, LineStyle, Row, RowKind};
use crate::words;
use authscope_model::Participant;
use std::fmt::Write;

const NOTE_CHARS: usize = 160;

/// Writes the diagram as a Mermaid `sequenceDiagram`.
#[must_use]
pub fn mermaid(diagram: &Diagram) -> String {
    let mut out = String::from("sequenceDiagram\n");
    for lane in &diagram.lanes {
        let title = match &lane.host {
            Some(host) => format!("{}<br/>{}", lane.participant.title(), escape(host)),
            None => lane.participant.title().to_owned(),
        };
        line(
            &mut out,
            1,
            &format!("participant {} as {title}", id(lane.participant)),
        );
    }
    let mut open: Vec<&str> = Vec::new();
    for row in &diagram.rows {
        close_left_groups(&mut out, diagram, &mut open, row);
        write_row(&mut out, diagram, &mut open, row);
    }
    while open.pop().is_some() {
        line(&mut out, open.len() + 1, "end");
    }
    out
}

fn close_left_groups<'a>(
    out: &mut String,
    diagram: &'a Diagram,
    open: &mut Vec<&'a str>,
    row: &'a Row,
) {
    while let Some(innermost) = open.last() {
        if within(diagram, row.group.as_deref(), innermost) {
            return;
        }
        open.pop();
        line(out, open.len() + 1, "end");
    }
}

/// Whether `group` is `outer` or lies in it.
fn within(diagram: &Diagram, group: Option<&str>, outer: &str) -> bool {
    let mut current = group;
    // Parents come before their children in the list, so this ends.
    while let Some(id) = current {
        if id == outer {
            return true;
        }
        current = diagram.group(id).and_then(|g| g.parent.as_deref());
    }
    false
}

fn write_row<'a>(out: &mut String, diagram: &'a Diagram, open: &mut Vec<&'a str>, row: &'a Row) {
    let depth = open.len() + 1;
    match &row.kind {
        RowKind::Group { group } => {
            let title = diagram.group(group).map_or("", |g| g.title.as_str());
            line(out, depth, &format!("opt {}", escape(title)));
            open.push(group);
        }
        RowKind::Step(step) => {
            arrow(out, depth, diagram, &step.request, Some(row.step));
            if let Some(response) = &step.response {
                arrow(out, depth, diagram, response, None);
            } else if !step.status.is_empty() {
                note(out, depth, diagram, &step.status);
            }
        }
        RowKind::Finding { text, level, .. } => {
            note(out, depth, diagram, &format!("{}: {text}", level.as_str()));
        }
        RowKind::Note { text, .. } | RowKind::End { text } => note(out, depth, diagram, text),
        RowKind::Decision { about, choice, .. } => {
            note(out, depth, diagram, &format!("{about}: {choice}"));
        }
        RowKind::Turn { ended, .. } => {
            let text = ended.as_ref().map_or("Your turn", |(_, how)| how.as_str());
            note(out, depth, diagram, text);
        }
        RowKind::Stop { reason, .. } => {
            note(
                out,
                depth,
                diagram,
                &format!("A conforming client stops here: {reason}"),
            );
        }
        RowKind::Next { preview, .. } => note(out, depth, diagram, &format!("Next: {preview}")),
    }
}

fn arrow(out: &mut String, depth: usize, diagram: &Diagram, drawn: &Line, number: Option<u32>) {
    let (Some(from), Some(to)) = (diagram.lanes.get(drawn.from), diagram.lanes.get(drawn.to))
    else {
        return;
    };
    let shaft = match (drawn.style, drawn.head) {
        (LineStyle::Solid, Head::Arrow) => "->>",
        (LineStyle::Solid, Head::Cross) => "-x",
        (LineStyle::Solid, Head::Open) => "-)",
        (LineStyle::Dashed, Head::Arrow) => "-->>",
        (LineStyle::Dashed, Head::Cross) => "--x",
        (LineStyle::Dashed, Head::Open) => "--)",
    };
    let number = number.map(|n| format!("{n} ")).unwrap_or_default();
    let text = format!(
        "{}{shaft}{}: {number}{}",
        id(from.participant),
        id(to.participant),
        escape(&drawn.label)
    );
    line(out, depth, &text);
}

fn note(out: &mut String, depth: usize, diagram: &Diagram, text: &str) {
    let (Some(first), Some(last)) = (diagram.lanes.get(1), diagram.lanes.last()) else {
        return;
    };
    let text = escape(&words::middle(text, NOTE_CHARS));
    let over = format!(
        "Note over {},{}: {text}",
        id(first.participant),
        id(last.participant)
    );
    line(out, depth, &over);
}

fn line(out: &mut String, depth: usize, text: &str) {
    // Writing into a String cannot fail.
    let _ = writeln!(out, "{:indent$}{text}", "", indent = depth * 4);
}

const fn id(participant: Participant) -> &'static str {
    match participant {
        Participant::You => "you",
        Participant::Client => "client",
        Participant::McpServer => "mcp",
        Participant::AuthorizationServer => "authz",
        Participant::IdentityProvider => "idp",
        Participant::Other => "other",
    }
}

/// Text from a target becomes data: Mermaid's own signs are written as entities.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '#' => out.push_str("#35;"),
            ';' => out.push_str("#59;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '%' => out.push_str("#37;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}
