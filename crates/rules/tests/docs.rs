//! The index of the rules in `docs/rules.md`: generated from the catalogue, `AUTHSCOPE_BLESS=1` writes it.

use authscope_model::Revision;
use authscope_model::revision::Keyword;
use authscope_rules::{Area, RuleInfo, catalogue, references_of};
use std::fmt::Write as _;
use std::path::Path;

fn keyword(keyword: Option<Keyword>) -> &'static str {
    match keyword {
        Some(Keyword::Must) => "MUST",
        Some(Keyword::Should) => "SHOULD",
        Some(Keyword::May) => "MAY",
        Some(Keyword::Practice) => "practice",
        None => "–",
    }
}

/// One keyword where every revision has the same, else each of them.
fn strengths(rule: &RuleInfo) -> String {
    let each: Vec<&str> = Revision::ALL
        .into_iter()
        .map(|revision| keyword(rule.keywords.of(revision)))
        .collect();
    match each.as_slice() {
        [first, rest @ ..] if rest.iter().all(|other| other == first) => (*first).to_owned(),
        each => each.join(" / "),
    }
}

fn file(rule: &RuleInfo) -> String {
    format!(
        "../crates/rules/src/areas/{}/{}.md",
        rule.area.as_str(),
        rule.id.replace('-', "_")
    )
}

fn index() -> String {
    let revisions: Vec<&str> = Revision::ALL
        .iter()
        .map(|revision| revision.as_str())
        .collect();
    let mut text = format!(
        "# Rules\n\nGenerated from the catalogue. Each rule has a page: what it checks, why it matters, how it looks on the \
         wire, how to fix it. The same pages are in the web UI under `/rules` and on the command line: `authscope explain \
         ID`. Where a rule's strength depends on the revision, it stands for {}, in this order.\n",
        revisions.join(" / ")
    );
    for area in Area::ALL {
        let rules: Vec<_> = catalogue()
            .iter()
            .filter(|rule| rule.area == area)
            .collect();
        if rules.is_empty() {
            continue;
        }
        let _ = write!(
            text,
            "\n## {}\n\n| rule | what is wrong | who | strength | clause |\n|---|---|---|---|---|\n",
            area.title()
        );
        for rule in rules {
            let first = references_of(rule.references, Revision::DEFAULT);
            let clause = first.first().map_or_else(String::new, |reference| {
                format!("[{}]({})", reference.title, reference.url)
            });
            let _ = writeln!(
                text,
                "| [`{}`]({}) | {} | {} | {} | {clause} |",
                rule.id,
                file(rule),
                rule.summary.replace('|', "\\|"),
                rule.party.title(),
                strengths(rule)
            );
        }
    }
    text
}

#[test]
fn the_index_of_the_rules_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let text = index();
    let bless = ["AUTHSCOPE_BLESS", "UPDATE_GOLDEN"];
    if bless.iter().any(|name| std::env::var_os(name).is_some()) {
        std::fs::write(&path, &text).expect("docs can be written");
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "docs/rules.md is not current; run the tests of authscope-rules with AUTHSCOPE_BLESS=1"
    );
}

#[test]
fn the_index_links_to_files_that_exist() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for rule in catalogue() {
        let path = docs.join(file(rule));
        assert!(path.is_file(), "{}", path.display());
    }
}
