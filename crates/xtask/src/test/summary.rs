//! The closing lines of a test run: a table of the rings, why the ones that did not pass did not, and the count.

use std::time::Duration;

use super::counts::Counts;
use crate::progress::elapsed;

/// How one ring went.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) verdict: Verdict,
    pub(super) time: Duration,
}

/// The verdict on a ring.
pub(super) enum Verdict {
    /// It passed, with that many tests where it has tests.
    Passed(Option<Counts>),
    /// It failed, with the reason.
    Failed(String),
}

/// The table and the closing line, which stands alone.
pub(super) fn table(lines: &[Line], total: Duration) -> String {
    let mut text = format!("\n{:<16} {:<8} {:>14}   tests\n", "ring", "verdict", "time");
    for line in lines {
        let (word, tests) = cells(&line.verdict);
        text.push_str(&format!(
            "{:<16} {word:<8} {:>14}   {tests}\n",
            line.name,
            elapsed(line.time)
        ));
    }
    text.push_str(&format!(
        "{:<16} {:<8} {:>14}\n\n",
        "all",
        "",
        elapsed(total)
    ));
    for line in lines {
        if let Verdict::Failed(why) = &line.verdict {
            text.push_str(&format!("{}: {why}\n", line.name));
        }
    }
    text.push_str(&closing(lines));
    text
}

fn cells(verdict: &Verdict) -> (&'static str, String) {
    match verdict {
        Verdict::Passed(None) => ("passed", String::new()),
        Verdict::Passed(Some(counts)) => ("passed", numbers(counts)),
        Verdict::Failed(_) => ("FAILED", String::new()),
    }
}

fn numbers(counts: &Counts) -> String {
    let more = [
        (counts.skipped, "skipped"),
        (counts.unsteady, "at the second go only"),
    ];
    let more: Vec<String> = more
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{number} {words}"))
        .collect();
    if more.is_empty() {
        return counts.passed.to_string();
    }
    format!("{} ({})", counts.passed, more.join(", "))
}

fn closing(lines: &[Line]) -> String {
    let failed = lines
        .iter()
        .filter(|line| matches!(line.verdict, Verdict::Failed(_)))
        .count();
    format!("rings: {} passed, {failed} failed\n", lines.len() - failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, verdict: Verdict) -> Line {
        Line {
            name: name.into(),
            verdict,
            time: Duration::from_millis(1500),
        }
    }

    #[test]
    fn reasons_come_before_the_closing_line() {
        let counts = Counts {
            passed: 12,
            failed: 0,
            skipped: 1,
            unsteady: 2,
        };
        let lines = [
            line("unit", Verdict::Passed(Some(counts))),
            line(
                "docs",
                Verdict::Failed("`cargo doc` ended with exit status: 101".into()),
            ),
        ];
        let text = table(&lines, Duration::from_secs(5));
        assert!(
            text.contains("12 (1 skipped, 2 at the second go only)"),
            "{text}"
        );
        let end = "docs: `cargo doc` ended with exit status: 101\nrings: 1 passed, 1 failed\n";
        assert!(text.ends_with(end), "{text}");
    }
}
