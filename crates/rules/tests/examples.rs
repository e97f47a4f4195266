//! The examples of every page, executed: the bad ones fire their rule as the root cause, with the evidence
//! the carets mark; the good ones fire nothing.

use authscope_model::{Evidence, Finding};
use authscope_rules::{catalogue, diagnose, page};
use authscope_testkit::{Annotation, Example, examples, fixture};

fn findings(text: &str) -> Result<(Vec<Finding>, Vec<Annotation>), String> {
    let fixture = fixture(text)?;
    Ok((diagnose(&fixture.transcript()), fixture.annotations))
}

fn list(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|f| {
        let under = f
            .explained_by
            .as_ref()
            .map(|r| format!(" (under {r})"))
            .unwrap_or_default();
        format!("  {} {}{under}: {}\n", f.level.as_str(), f.rule, f.message)
    });
    lines.collect()
}

fn is_marked(evidence: &Evidence, mark: &Annotation) -> bool {
    evidence.exchange == mark.exchange
        && evidence.part == mark.part
        && evidence.excerpt == mark.text
}

fn judge(id: &str, example: &Example) -> Result<(), String> {
    let (found, marks) = findings(&example.text)?;
    if !example.bad {
        return if found.is_empty() {
            Ok(())
        } else {
            Err(format!("the good example is not silent:\n{}", list(&found)))
        };
    }
    let first = found.first().ok_or("the bad example fires nothing")?;
    if first.rule != id {
        return Err(format!(
            "the bad example has another root cause:\n{}",
            list(&found)
        ));
    }
    for mark in &marks {
        let rule = mark.rule.as_deref().unwrap_or(id);
        let of_rule = || found.iter().filter(|f| f.rule == rule);
        if !of_rule().any(|f| is_marked(&f.evidence, mark)) {
            let seen: Vec<&Evidence> = of_rule().map(|f| &f.evidence).collect();
            return Err(format!("{rule} does not point at {mark:?} but at {seen:?}"));
        }
    }
    Ok(())
}

#[test]
fn examples_do_what_they_show() {
    let mut wrong = Vec::new();
    for info in catalogue() {
        let page = page(info.id).unwrap_or_default();
        for example in examples(page) {
            if let Err(error) = judge(info.id, &example) {
                let kind = if example.bad { "bad" } else { "good" };
                wrong.push(format!(
                    "{} ({kind} example, line {}): {error}",
                    info.id, example.line
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} examples are wrong\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn every_page_has_a_bad_and_a_good_example() {
    for info in catalogue() {
        let found = examples(page(info.id).unwrap());
        assert!(
            found.iter().any(|e| e.bad),
            "{} has no bad example",
            info.id
        );
        assert!(
            found.iter().any(|e| !e.bad),
            "{} has no good example",
            info.id
        );
    }
}
