//! House rules of the whole catalogue, run as tests.

use authscope_model::Revision;
use authscope_rules::{Area, RuleInfo, catalogue, page, reference};
use std::collections::BTreeSet;

const HEADINGS: [&str; 5] = [
    "What it checks",
    "Why it matters",
    "How it looks on the wire",
    "How to fix",
    "References",
];

fn is_kebab(id: &str) -> bool {
    !id.is_empty()
        && id.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

#[test]
fn ids_are_unique_and_kebab_case() {
    let mut seen = BTreeSet::new();
    for info in catalogue() {
        assert!(is_kebab(info.id), "{}", info.id);
        assert!(seen.insert(info.id), "{} comes twice", info.id);
    }
}

/// A summary may begin with the name of a parameter or member.
fn begins_well(summary: &str) -> bool {
    const NAMES: [&str; 10] = [
        "bearer_methods_supported",
        "code_challenge_methods_supported",
        "initialize",
        "iss",
        "issuer",
        "offline_access",
        "resource",
        "resource_metadata",
        "scope",
        "state",
    ];
    let first = summary.split(' ').next().unwrap_or_default();
    summary.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit())
        || NAMES.contains(&first)
}

#[test]
fn summaries_are_one_sentence_without_a_full_stop() {
    for RuleInfo { id, summary, .. } in catalogue() {
        assert!(!summary.ends_with('.'), "{id}");
        assert!(!summary.contains(". "), "{id}");
        assert!(begins_well(summary), "{id}: {summary}");
        assert!(
            (20..=120).contains(&summary.chars().count()),
            "{id}: {}",
            summary.chars().count()
        );
    }
}

#[test]
fn every_rule_applies_somewhere() {
    for info in catalogue() {
        assert!(
            Revision::ALL
                .into_iter()
                .any(|r| info.keywords.of(r).is_some()),
            "{}",
            info.id
        );
    }
}

#[test]
fn pages_have_the_fixed_headings() {
    for info in catalogue() {
        let page = page(info.id).unwrap();
        assert!(page.starts_with(&format!("# {}\n", info.id)), "{}", info.id);
        let headings: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", info.id);
    }
}

#[test]
fn pages_list_the_references_of_their_rule() {
    for info in catalogue() {
        let page = page(info.id).unwrap();
        let listed: Vec<&str> = page
            .split("## References\n")
            .nth(1)
            .unwrap()
            .lines()
            .filter_map(|l| l.strip_prefix("- "))
            .collect();
        assert_eq!(listed, info.references, "{}", info.id);
    }
}

#[test]
fn references_resolve_to_a_section() {
    for info in catalogue() {
        assert!(!info.references.is_empty(), "{} has no reference", info.id);
        for id in info.references {
            let found =
                reference(id).unwrap_or_else(|| panic!("{}: {id} does not resolve", info.id));
            let (address, fragment) = found.url.split_once('#').unwrap_or_default();
            assert!(address.starts_with("https://"), "{}", found.url);
            assert!(
                !fragment.is_empty() && !fragment.contains(' '),
                "{}",
                found.url
            );
        }
    }
}

#[test]
fn rules_explain_rules_that_exist() {
    let ids: BTreeSet<&str> = catalogue().iter().map(|i| i.id).collect();
    let mut unknown = Vec::new();
    for info in catalogue() {
        for explained in info.explains {
            if !ids.contains(explained) || *explained == info.id {
                unknown.push(format!("{} explains {explained}", info.id));
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn areas_come_in_the_order_of_the_flow() {
    let order: Vec<Area> = catalogue().iter().map(|i| i.area).collect();
    let mut sorted = order.clone();
    sorted.sort();
    assert_eq!(order, sorted);
}
