//! Coverage of the corpus of real failures and of the requirement rows: each entry has a rule or a reason.
//! The two tables in `docs/` are generated; `AUTHSCOPE_BLESS=1` writes them.

use authscope_rules::{RuleInfo, catalogue};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

const FAILURES: &str = include_str!("data/failures.txt");
const REQUIREMENTS: &str = include_str!("data/requirements.txt");
const FAILURES_NOT_COVERED: &str = include_str!("data/failures_not_covered.txt");
const REQUIREMENTS_NOT_COVERED: &str = include_str!("data/requirements_not_covered.txt");

fn reasons(list: &'static str) -> BTreeMap<&'static str, &'static str> {
    list.lines().filter_map(|l| l.split_once('|')).collect()
}

/// Rule ids by what they cover.
fn covered(
    of: fn(&RuleInfo) -> &'static [&'static str],
) -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for info in catalogue() {
        for entry in of(info) {
            found.entry(entry).or_default().push(info.id);
        }
    }
    found
}

fn known(list: &'static str) -> Vec<Vec<&'static str>> {
    list.lines().map(|l| l.split('|').collect()).collect()
}

fn answer(id: &str, rules: &BTreeMap<&str, Vec<&str>>, excused: &'static str) -> Option<String> {
    let by_rule = rules.get(id).map(|ids| {
        let quoted: Vec<String> = ids.iter().map(|i| format!("`{i}`")).collect();
        quoted.join(", ")
    });
    by_rule.or_else(|| {
        reasons(excused)
            .get(id)
            .map(|r| format!("not covered: {r}"))
    })
}

fn compare(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    if std::env::var_os("AUTHSCOPE_BLESS").is_some() {
        std::fs::write(&path, text).expect("docs can be written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "docs/{name} is not current; run the tests of authscope-rules with AUTHSCOPE_BLESS=1"
    );
}

#[test]
fn every_failure_of_the_corpus_has_a_rule_or_a_reason() {
    let rules = covered(|i| i.corpus);
    let entries = known(FAILURES);
    for id in rules.keys() {
        assert!(
            entries.iter().any(|e| e[0] == *id),
            "{id} is not in the corpus"
        );
    }
    let mut text = String::from(
        "# Coverage of known failures\n\nGenerated from the rules; each failure has a rule, or the reason why not.\n\n| id | certainty | failure | rules |\n|---|---|---|---|\n",
    );
    let mut missing = Vec::new();
    for entry in &entries {
        match answer(entry[0], &rules, FAILURES_NOT_COVERED) {
            Some(by) => writeln!(
                text,
                "| {} | {} | {} | {by} |",
                entry[0], entry[1], entry[2]
            )
            .unwrap(),
            None => missing.push(entry.join(" ")),
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    compare("coverage-failures.md", &text);
}

#[test]
fn every_must_has_a_rule_or_a_reason() {
    let rules = covered(|i| i.requirements);
    let rows = known(REQUIREMENTS);
    for id in rules.keys() {
        assert!(
            rows.iter().any(|r| r[0] == *id),
            "{id} is no requirement row"
        );
    }
    let mut text = String::from(
        "# Coverage of requirements\n\nGenerated from the rules. Revisions: A = 2025-03-26, B = 2025-06-18, C = 2025-11-25, D = 2026-07-28, x = extension. Levels: M = MUST, S = SHOULD, m = MAY.\n\n| id | revisions | binds | level | requirement | rules |\n|---|---|---|---|---|---|\n",
    );
    let mut missing = Vec::new();
    for row in &rows {
        let by = answer(row[0], &rules, REQUIREMENTS_NOT_COVERED);
        if by.is_none() && row[3].contains('M') {
            missing.push(row.join(" "));
        }
        let by = by.unwrap_or_else(|| "not a MUST; no rule".into());
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {by} |",
            row[0], row[1], row[2], row[3], row[4]
        )
        .unwrap();
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    compare("coverage-requirements.md", &text);
}

#[test]
fn nothing_is_excused_and_covered() {
    let lists = [
        (covered(|i| i.corpus), FAILURES_NOT_COVERED),
        (covered(|i| i.requirements), REQUIREMENTS_NOT_COVERED),
    ];
    for (rules, excused) in lists {
        for id in reasons(excused).keys() {
            assert!(
                !rules.contains_key(id),
                "{id} is covered; take it out of the list of exceptions"
            );
        }
    }
}

#[test]
fn the_catalogue_is_large_enough() {
    assert!(catalogue().len() >= 120, "{}", catalogue().len());
}
