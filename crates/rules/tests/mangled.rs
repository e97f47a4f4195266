//! Recordings that were cut, doubled and scribbled over never panic a rule, and every finding is complete.

use authscope_model::{Exchange, Outcome, Transcript};
use authscope_rules::{catalogue, diagnose, not_evaluated, page, verdict};
use authscope_testkit::{examples, fixture};
use proptest::prelude::*;

/// Every example of every page, as a transcript.
fn corpus() -> Vec<Transcript> {
    let pages = catalogue().iter().filter_map(|info| page(info.id));
    pages
        .flat_map(examples)
        .filter_map(|e| fixture(&e.text).ok())
        .map(|f| f.transcript())
        .collect()
}

fn cut(text: &mut String, at: usize) {
    let mut index = at.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    text.truncate(index);
}

/// One way to damage an exchange.
fn damage(exchange: &mut Exchange, how: u8, at: usize, junk: &str) {
    match how {
        0 => cut(&mut exchange.request.url, at),
        1 => exchange.request.url.insert_str(0, junk),
        2 => exchange.request.body.text = junk.to_owned(),
        3 => exchange.request.headers.clear(),
        4 => exchange.outcome = Outcome::Unseen,
        _ => damage_response(exchange, how, at, junk),
    }
}

fn damage_response(exchange: &mut Exchange, how: u8, at: usize, junk: &str) {
    let Outcome::Response(response) = &mut exchange.outcome else {
        return;
    };
    match how {
        5 => cut(&mut response.body.text, at),
        6 => response.body.text = junk.to_owned(),
        7 => response
            .headers
            .iter_mut()
            .for_each(|h| h.value = junk.to_owned()),
        8 => response
            .headers
            .iter_mut()
            .for_each(|h| cut(&mut h.value, at)),
        9 => response.status = u16::try_from(at % 700).unwrap_or_default(),
        _ => response.headers.clear(),
    }
}

fn is_complete(transcript: &Transcript) {
    let found = diagnose(transcript);
    for finding in &found {
        assert!(
            finding.message.ends_with(['.', '!', '?']),
            "{}: {}",
            finding.rule,
            finding.message
        );
        assert!(!finding.fix.is_empty(), "{} has no fix", finding.rule);
        assert!(
            !finding.references.is_empty(),
            "{} has no reference",
            finding.rule
        );
        assert!(
            finding.evidence.start <= finding.evidence.end,
            "{}",
            finding.rule
        );
    }
    let _ = verdict(transcript, &found);
    let _ = not_evaluated(transcript);
}

#[test]
fn findings_of_every_example_are_complete() {
    for transcript in corpus() {
        is_complete(&transcript);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn damage_never_panics(
        pick in 0usize..10_000,
        wounds in prop::collection::vec((0usize..40, 0u8..11, 0usize..300, ".{0,40}"), 1..5),
        gone in prop::option::of(0usize..12),
    ) {
        thread_local!(static CORPUS: Vec<Transcript> = corpus());
        let mut transcript = CORPUS.with(|c| c[pick % c.len()].clone());
        for (index, how, at, junk) in wounds {
            let count = transcript.exchanges.len();
            if count > 0 {
                damage(&mut transcript.exchanges[index % count], how, at, &junk);
            }
        }
        if let Some(gone) = gone && gone < transcript.exchanges.len() {
            transcript.exchanges.remove(gone);
        }
        is_complete(&transcript);
    }
}
