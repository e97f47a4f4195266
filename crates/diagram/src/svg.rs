//! The diagram as a picture that stands alone: no script, no external resource.

use crate::Verdict;
use crate::diagram::{Diagram, Head, Line, LineStyle, RowKind, StepRow};
use crate::words;
use std::fmt::Write;

const LANE: usize = 220;
const LEFT: usize = 150;
const TOP: usize = 70;
const STEP_HEIGHT: usize = 56;
const REMARK_HEIGHT: usize = 26;
const REMARK_CHARS: usize = 130;

const STYLE: &str = "text{font:12px system-ui,sans-serif;fill:#1b2430}\
.m{font-family:ui-monospace,monospace}.h{font-weight:600}.s{fill:#5b6776}\
line{stroke:#26313f;stroke-width:1.4}.l{stroke:#c9d1da}\
.d{stroke-dasharray:4 3}.pass{fill:#00734f}.fail{fill:#b3400a}.warn{fill:#8a5a00}\
.info,.skip{fill:#35618e}.wait,.run{fill:#6d3fa0}.stop{fill:#5b6776}";

/// Writes the diagram as SVG.
#[must_use]
pub fn svg(diagram: &Diagram) -> String {
    let width = LEFT + diagram.lanes.len() * LANE + 60;
    let tall = TOP
        + diagram
            .rows
            .iter()
            .map(|row| row_height(&row.kind))
            .sum::<usize>()
        + 20;
    let mut out = String::new();
    // Writing into a String cannot fail, here and below.
    let _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{tall}\" \
         viewBox=\"0 0 {width} {tall}\" role=\"img\">\
         <title>Sequence of {} of an MCP authorization flow</title>\
         <style>{STYLE}</style>\
         <rect width=\"{width}\" height=\"{tall}\" fill=\"#fff\"/>",
        words::count(diagram.steps, "step", "steps")
    );
    for (at, lane) in diagram.lanes.iter().enumerate() {
        let x = center(at);
        let _ = write!(
            out,
            "<line class=\"l\" x1=\"{x}\" y1=\"52\" x2=\"{x}\" y2=\"{tall}\"/>"
        );
        label(&mut out, x, 26, "h", "middle", lane.participant.title());
        if let Some(host) = &lane.host {
            label(&mut out, x, 43, "s m", "middle", &words::middle(host, 28));
        }
    }
    let mut y = TOP;
    for row in &diagram.rows {
        match &row.kind {
            RowKind::Step(step) => step_shape(&mut out, y, row.step, row.verdict, step),
            RowKind::Group { group } => {
                let title = diagram.group(group).map_or("", |g| g.title.as_str());
                label(&mut out, 16, y + 17, "h", "start", title);
            }
            kind => {
                let text = words::middle(&remark(kind), REMARK_CHARS);
                label(&mut out, LEFT, y + 17, row.verdict.id(), "start", &text);
            }
        }
        y += row_height(&row.kind);
    }
    out.push_str("</svg>\n");
    out
}

const fn row_height(kind: &RowKind) -> usize {
    match kind {
        RowKind::Step(_) => STEP_HEIGHT,
        _ => REMARK_HEIGHT,
    }
}

const fn center(lane: usize) -> usize {
    LEFT + lane * LANE
}

fn step_shape(out: &mut String, y: usize, number: u32, verdict: Verdict, step: &StepRow) {
    label(out, 16, y + 19, "h", "start", &number.to_string());
    label(out, 44, y + 19, verdict.id(), "start", verdict.word());
    if let Some(micros) = step.micros {
        label(out, 44, y + 44, "s", "start", &words::duration(micros));
    }
    arrow(out, y + 22, &step.request);
    match &step.response {
        Some(response) => arrow(out, y + 47, response),
        None => {
            let x = center(step.request.from.min(step.request.to)) + 8;
            label(out, x, y + 42, "s m", "start", &step.status);
        }
    }
}

fn arrow(out: &mut String, y: usize, line: &Line) {
    let (from, to) = (center(line.from), center(line.to));
    // A message to oneself is a short stub to the right.
    let to = if from == to { from + 40 } else { to };
    let class = match line.style {
        LineStyle::Solid => "",
        LineStyle::Dashed => " class=\"d\"",
    };
    let _ = write!(
        out,
        "<line{class} x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\"/>"
    );
    let back = if to > from { to - 7 } else { to + 7 };
    let (up, down) = (y - 4, y + 4);
    match line.head {
        Head::Arrow => {
            let _ = write!(
                out,
                "<path d=\"M{back} {up}L{to} {y}L{back} {down}z\" fill=\"#26313f\"/>"
            );
        }
        Head::Cross => {
            let _ = write!(
                out,
                "<path d=\"M{back} {up}L{to} {down}M{to} {up}L{back} {down}\" stroke=\"#b3400a\" stroke-width=\"2\"/>"
            );
        }
        Head::Open => {}
    }
    label(out, from.min(to) + 8, y - 5, "m", "start", &line.label);
}

fn remark(kind: &RowKind) -> String {
    match kind {
        RowKind::Finding { text, level, .. } => format!("{}: {text}", level.as_str()),
        RowKind::Note { text, .. } | RowKind::End { text } => text.clone(),
        RowKind::Decision { about, choice, .. } => format!("{about}: {choice}"),
        RowKind::Turn { ended: None, .. } => "Your turn".into(),
        RowKind::Turn {
            ended: Some((_, how)),
            ..
        } => how.clone(),
        RowKind::Stop { reason, .. } => format!("A conforming client stops here: {reason}"),
        RowKind::Next { preview, .. } => format!("Next: {preview}"),
        RowKind::Step(_) | RowKind::Group { .. } => String::new(),
    }
}

fn label(out: &mut String, x: usize, y: usize, class: &str, anchor: &str, text: &str) {
    let _ = write!(
        out,
        "<text x=\"{x}\" y=\"{y}\" class=\"{class}\" text-anchor=\"{anchor}\">"
    );
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            // Control characters are not allowed in XML at all.
            letter if letter.is_control() => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out.push_str("</text>");
}
