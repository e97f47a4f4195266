//! A comparison as text for a terminal.

use crate::comparison::{Comparison, FindingRow, Mark, Row, Side, Step};
use authscope_diagram::words;
use std::fmt::Write as _;

/// Longer labels are shortened in the middle.
const WIDTH: usize = 92;

/// Summary, steps with equal stretches folded, findings.
#[must_use]
pub fn text(comparison: &Comparison) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}\n", comparison.sentence);
    side(&mut out, "−", &comparison.a);
    side(&mut out, "+", &comparison.b);
    for setting in &comparison.settings {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "not set".into());
        let (a, b) = (value(&setting.a), value(&setting.b));
        let _ = writeln!(out, "  {}: {a} → {b}", setting.name);
    }
    let _ = writeln!(out);
    rows(&mut out, &comparison.rows);
    for finding in &comparison.findings {
        line(&mut out, finding);
    }
    out
}

fn side(out: &mut String, sign: &str, side: &Side) {
    let registration = side.registration.as_deref().unwrap_or("not registered");
    let steps = words::count(side.steps, "step", "steps");
    let left_out = match side.left_out {
        0 => String::new(),
        n => format!(
            " ({} of other branches left out)",
            words::count(n, "step", "steps")
        ),
    };
    let _ = writeln!(
        out,
        "{sign} {} · {} · {registration} · {steps}{left_out}",
        side.server_url, side.revision
    );
}

fn rows(out: &mut String, rows: &[Row]) {
    let mut equal = 0;
    for row in rows {
        if row.mark == Mark::Same {
            equal += 1;
            continue;
        }
        folded(out, &mut equal);
        let sign = row.mark.sign();
        match (&row.a, &row.b) {
            (Some(a), Some(b)) => {
                let _ = writeln!(out, "{sign} {:>3} {:>3}  {}", a.number, b.number, row.title);
                step(out, "−", a);
                step(out, "+", b);
            }
            (Some(a), None) => {
                let _ = writeln!(out, "{sign} {:>3}      {}", a.number, row.title);
                step(out, "−", a);
            }
            (None, Some(b)) => {
                let _ = writeln!(out, "{sign}     {:>3}  {}", b.number, row.title);
                step(out, "+", b);
            }
            (None, None) => {}
        }
    }
    folded(out, &mut equal);
}

fn step(out: &mut String, sign: &str, step: &Step) {
    let arrow = if step.response.is_empty() {
        ""
    } else {
        " → "
    };
    let label = words::middle(&format!("{}{arrow}{}", step.request, step.response), WIDTH);
    let _ = writeln!(out, "         {sign} {label}");
}

fn folded(out: &mut String, equal: &mut u32) {
    if *equal > 0 {
        let _ = writeln!(
            out,
            "=          {}",
            words::count(*equal, "equal step", "equal steps")
        );
    }
    *equal = 0;
}

fn line(out: &mut String, finding: &FindingRow) {
    let Some(side) = finding.b.as_ref().or(finding.a.as_ref()) else {
        return;
    };
    let word = match finding.mark {
        Mark::Added => "new",
        Mark::Removed => "gone",
        Mark::Changed => "another level",
        Mark::Same => "same",
    };
    let _ = writeln!(
        out,
        "\n{} {word} {}: {} [{}]",
        finding.mark.sign(),
        side.level.as_str(),
        side.message,
        finding.rule
    );
    if matches!(finding.mark, Mark::Added | Mark::Changed) {
        let _ = writeln!(
            out,
            "   Who  {}\n   Fix  {}",
            finding.party.title(),
            finding.fix
        );
    }
}
