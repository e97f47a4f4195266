//! The bug report: what failed, where, why, the fix, the evidence, the versions. Ready for an issue tracker.

use crate::escape::{block, code, markdown};
use crate::export::Told;
use authscope_diagram::words;
use authscope_model::finding::Table;
use authscope_model::{Exchange, Finding, Outcome};
use std::fmt::Write as _;

/// Mermaid of more rows than this is refused by the trackers that draw it.
const MOST_ROWS: usize = 120;

/// Writes the report. Every value of the target is inert: no markup, no HTML, no mention.
pub(crate) fn report(told: &Told<'_>) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail, here and below.
    let _ = writeln!(
        out,
        "# MCP authorization: {}\n",
        markdown(&told.verdict.sentence)
    );
    for (name, value) in told.facts() {
        let _ = writeln!(out, "- **{name}**: {}", code(&value));
    }
    out.push('\n');
    if told.findings.is_empty() {
        out.push_str("No findings.\n\n");
    }
    for (at, finding) in told.causes().enumerate() {
        let _ = writeln!(out, "## {}. {}\n", at + 1, markdown(&finding.message));
        out.push_str(&details(told, finding));
    }
    let consequences: Vec<String> = told.consequences().map(consequence).collect();
    if !consequences.is_empty() {
        let _ = writeln!(
            out,
            "## Follows from the above\n\n{}",
            consequences.concat()
        );
    }
    out.push_str(&flow(told));
    let _ = writeln!(
        out,
        "---\nSecrets were masked before they were recorded; `\u{27e8}kind \u{b7} length chars \u{b7} #hash\u{27e9}` stands for each, equal hashes for equal values."
    );
    out
}

fn details(told: &Told<'_>, finding: &Finding) -> String {
    let mut out = String::new();
    let step = finding.evidence.exchange;
    let _ = writeln!(
        out,
        "- **Level**: {} ({})",
        finding.level.as_str(),
        code(&finding.rule)
    );
    let _ = writeln!(out, "- **Who must change it**: {}", finding.party.title());
    let _ = writeln!(
        out,
        "- **Where**: step {step}, {}",
        markdown(finding.step.title())
    );
    if let Some(expected) = &finding.expected {
        let _ = writeln!(out, "- **Expected**: {}", code(expected));
    }
    if let Some(received) = &finding.received {
        let _ = writeln!(out, "- **Received**: {}", code(received));
    }
    let why: Vec<String> = finding
        .references
        .iter()
        .map(|reference| format!("[{}]({})", markdown(&reference.title), reference.url))
        .collect();
    if !why.is_empty() {
        let _ = writeln!(out, "- **Why**: {}", why.join(", "));
    }
    let _ = writeln!(out, "- **Fix**: {}\n", markdown(&finding.fix));
    if let Some(table) = &finding.table {
        out.push_str(&side_by_side(table));
    }
    for snippet in &finding.snippets {
        let _ = writeln!(out, "{}", block(language(&snippet.kind), &snippet.text));
    }
    if let Some(exchange) = told.transcript.exchange(step) {
        let _ = writeln!(
            out,
            "<details><summary>Evidence: request and response of step {step}</summary>\n\n{}\n</details>\n",
            block("http", &crate::copy::both(exchange))
        );
    }
    out
}

fn side_by_side(table: &Table) -> String {
    let mut out = format!("{}\n\n| |", markdown(&table.title));
    for column in &table.columns {
        let _ = write!(out, " {} |", markdown(column));
    }
    let _ = writeln!(
        out,
        " |\n|---{}|",
        "|---".repeat(table.columns.len().saturating_add(1))
    );
    for row in &table.rows {
        let cells: Vec<String> = row.cells.iter().map(|c| markdown(c)).collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            code(&row.name),
            cells.join(" | "),
            markdown(&row.note)
        );
    }
    out.push('\n');
    out
}

fn language(kind: &str) -> &'static str {
    match kind {
        "json" => "json",
        "express" => "js",
        "fastmcp" => "python",
        "axum" => "rust",
        "nginx" => "nginx",
        "header" => "http",
        _ => "",
    }
}

fn consequence(finding: &Finding) -> String {
    format!(
        "- {} (step {}, {}; {})\n",
        markdown(&finding.message),
        finding.evidence.exchange,
        finding.level.as_str(),
        code(&finding.rule)
    )
}

fn flow(told: &Told<'_>) -> String {
    let mut out = String::from("## The flow\n\n");
    if told.diagram.rows.len() <= MOST_ROWS {
        let _ = writeln!(
            out,
            "{}",
            block("mermaid", &authscope_diagram::mermaid(&told.diagram))
        );
    }
    out.push_str("| # | Step | Request | Answer | Time |\n|---|---|---|---|---|\n");
    for exchange in &told.transcript.exchanges {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            exchange.id,
            markdown(exchange.step.title()),
            code(&format!(
                "{} {}",
                exchange.request.method,
                words::middle(&exchange.request.url, 90)
            )),
            markdown(&answer(exchange)),
            words::duration(exchange.timing.total_us),
        );
    }
    out.push('\n');
    out
}

/// Status, or what happened instead.
pub(crate) fn answer(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Outcome::Response(response) => response.status.to_string(),
        Outcome::Failed(failure) => failure.message.clone(),
        Outcome::Unseen => "in the browser".into(),
    }
}
