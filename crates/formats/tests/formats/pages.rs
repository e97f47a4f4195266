//! The bug report and the page: complete, linked, and inert.

use crate::{healthy, recording};
use authscope_formats::export::{Format, export};

const FAULT: &str = "//- flow 2025-11-25\n//- call token\n//- reply 400\ncontent-type: application/json\n\n{\"error\":\"invalid_grant\",\"error_description\":\"<script>alert(1)</script> @everyone `x` ``` [a](javascript:alert(1))\"}\n//- stop\n//- end blocked The token request was refused.\n";

#[test]
fn the_report_says_what_where_who_why_fix_evidence_versions() {
    let text = export(Format::Markdown, &recording(FAULT));
    for part in [
        "# MCP authorization: ",
        "**MCP server**",
        "**Spec revision**: `2025-11-25`",
        "**Judged by**: `authscope ",
        "## 1. ",
        "**Who must change it**",
        "**Where**: step ",
        "**Why**: [",
        "**Fix**",
        "<details><summary>Evidence",
        "```mermaid\nsequenceDiagram",
        "| # | Step | Request |",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
}

#[test]
fn values_of_the_target_stay_text_in_the_report() {
    let text = export(Format::Markdown, &recording(FAULT));
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => {
                let outside = without_code(line);
                assert!(
                    !outside.contains("<script")
                        && !outside.contains("@everyone")
                        && !outside.replace("\\]", "").contains("](javascript"),
                    "{line}"
                );
            }
        }
    }
    assert_eq!(fence, None, "a block was left open");
}

#[test]
fn the_page_loads_nothing_and_its_links_jump() {
    let page = export(Format::Html, &recording(FAULT));
    assert!(
        !page.contains("<script")
            && !page.contains(" src=\"http")
            && !page.contains("<link")
            && !page.contains("@import")
    );
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    let targets: Vec<&str> = page
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(
        targets.iter().filter(|t| t.starts_with("step-")).count() > 5,
        "{targets:?}"
    );
    for target in targets {
        assert_eq!(
            page.matches(&format!("id=\"{target}\"")).count(),
            1,
            "{target}"
        );
    }
}

#[test]
fn a_healthy_flow_reads_well_too() {
    let recording = healthy("2025-11-25");
    assert!(export(Format::Markdown, &recording).contains("No findings."));
    assert!(export(Format::Html, &recording).contains("<p>None.</p>"));
    assert!(export(Format::Mermaid, &recording).starts_with("sequenceDiagram\n"));
    assert!(export(Format::Svg, &recording).starts_with("<svg "));
}

/// A line of Markdown without its code spans: a run of backticks up to the next run of the same length.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let (before, tail) = rest.split_at(start);
        out.push_str(before);
        if before.ends_with('\\') {
            rest = &tail[1..];
            continue;
        }
        let fence: String = tail.chars().take_while(|c| *c == '`').collect();
        let body = &tail[fence.len()..];
        let mut from = 0;
        let end = loop {
            let Some(at) = body[from..].find(&fence).map(|at| at + from) else {
                break None;
            };
            let run = body[at..].chars().take_while(|c| *c == '`').count();
            if run == fence.len() {
                break Some(at + run);
            }
            from = at + run;
        };
        match end {
            Some(end) => rest = &body[end..],
            None => return out + tail,
        }
    }
    out + rest
}
