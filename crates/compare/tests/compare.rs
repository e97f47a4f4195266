//! What a comparison says of whole recordings: nothing of a session and itself, the right thing of two, the same
//! thing the other way round, and something of anything.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use authscope_compare::{Comparison, Mark, PairDetail, Subject, Volatile, compare, pair};
use authscope_model::{Event, EventKind, Finding, Outcome, StepKind, Transcript};
use authscope_rules::diagnose;
use proptest::prelude::*;

/// A recording, written as what is different from a healthy flow.
fn recording(revision: &str, rest: &str) -> Transcript {
    let text = format!("//- flow {revision} server=https://mcp.example.com/mcp\n{rest}");
    authscope_testkit::fixture(&text).unwrap().transcript()
}

fn of(a: &Transcript, b: &Transcript) -> Comparison {
    let (found_a, found_b) = (diagnose(a), diagnose(b));
    compare(subject(a, &found_a), subject(b, &found_b))
}

const fn subject<'a>(transcript: &'a Transcript, findings: &'a [Finding]) -> Subject<'a> {
    Subject {
        transcript,
        findings,
    }
}

fn detail(a: &Transcript, b: &Transcript, kind: StepKind) -> PairDetail {
    let number = |t: &Transcript| t.first_of(kind).map_or(0, |step| step.id);
    pair(a, number(a), b, number(b)).unwrap()
}

fn change(transcript: &Transcript, kind: StepKind, edit: impl Fn(&mut String)) -> Transcript {
    let mut changed = transcript.clone();
    for step in changed
        .exchanges
        .iter_mut()
        .filter(|step| step.step == kind)
    {
        if let Outcome::Response(response) = &mut step.outcome {
            edit(&mut response.body.text);
        }
    }
    changed
}

#[test]
fn a_session_and_itself_are_equal() {
    for revision in ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] {
        let session = recording(revision, "");
        let comparison = of(&session, &session);
        assert!(!comparison.differs(), "{comparison:#?}");
        assert_eq!(comparison.first, None);
        assert!(
            comparison.sentence.starts_with("No difference: all "),
            "{}",
            comparison.sentence
        );
        assert!(comparison.settings.is_empty());
    }
}

#[test]
fn the_first_difference_is_named() {
    let before = recording("2025-11-25 registration=dcr", "");
    let after = change(&before, StepKind::AsMetadataRfc8414, |body| {
        let mut document: serde_json::Value = serde_json::from_str(body).unwrap();
        let gone = document
            .as_object_mut()
            .unwrap()
            .shift_remove("registration_endpoint");
        assert!(gone.is_some());
        *body = document.to_string();
    });
    let comparison = of(&before, &after);
    let step = before.first_of(StepKind::AsMetadataRfc8414).unwrap().id;
    assert_eq!(
        comparison.sentence,
        format!("First difference: step {step}, `registration_endpoint` is gone.")
    );
    let row = &comparison.rows[comparison.first.unwrap() as usize];
    assert_eq!((row.mark, row.differences), (Mark::Changed, 1));
    let entries = detail(&before, &after, StepKind::AsMetadataRfc8414);
    let entry = entries
        .parts
        .iter()
        .flat_map(|part| &part.entries)
        .find(|entry| entry.name == "registration_endpoint")
        .unwrap();
    assert_eq!((entry.mark, entry.b.clone()), (Mark::Removed, None));
}

#[test]
fn one_slash_is_a_difference_and_its_finding_is_new() {
    let before = recording("2025-11-25", "");
    let after = change(&before, StepKind::PrmFromChallenge, |body| {
        *body = body.replace(
            "https://mcp.example.com/mcp\"",
            "https://mcp.example.com/mcp/\"",
        );
    });
    let comparison = of(&before, &after);
    assert!(
        comparison.sentence.contains(
            "`resource` is https://mcp.example.com/mcp/ instead of https://mcp.example.com/mcp"
        ),
        "{}",
        comparison.sentence
    );
    let new: Vec<&str> = comparison
        .findings
        .iter()
        .filter(|finding| finding.mark == Mark::Added)
        .map(|finding| finding.rule.as_str())
        .collect();
    assert!(!new.is_empty(), "{comparison:#?}");
    let back = of(&after, &before);
    assert_eq!(back.found.removed as usize, new.len());
}

#[test]
fn values_of_every_run_do_not_count() {
    let before = recording("2025-11-25", "");
    let mut after = before.clone();
    for step in &mut after.exchanges {
        step.request.url = step.request.url.replace("state=", "state=x");
        if let Outcome::Response(response) = &mut step.outcome {
            response.headers.push(authscope_model::Header::new(
                "Date",
                "Tue, 28 Jul 2026 10:00:00 GMT",
            ));
        }
    }
    let comparison = of(&before, &after);
    assert!(!comparison.steps.differs(), "{comparison:#?}");
    assert!(comparison.rows.iter().any(|row| row.volatile > 0));
    assert!(
        comparison
            .sentence
            .ends_with("but for values that differ in every run.")
    );
    let dates = detail(&before, &after, StepKind::Probe);
    let entries: Vec<_> = dates.parts.iter().flat_map(|part| &part.entries).collect();
    assert!(
        entries
            .iter()
            .any(|entry| entry.volatile == Some(Volatile::Time))
    );
}

#[test]
fn header_names_have_no_case() {
    let before = recording("2025-11-25", "");
    let mut after = before.clone();
    for step in &mut after.exchanges {
        for header in &mut step.request.headers {
            header.name = header.name.to_ascii_uppercase();
        }
    }
    assert!(!of(&before, &after).steps.differs());
}

#[test]
fn a_move_to_another_revision_lines_steps_up_by_kind() {
    let comparison = of(&recording("2025-11-25", ""), &recording("2026-07-28", ""));
    for row in comparison
        .rows
        .iter()
        .filter(|row| row.a.is_some() && row.b.is_some())
    {
        assert_ne!(row.mark, Mark::Added);
    }
    let titles = |mark: Mark| -> Vec<&str> {
        let rows = comparison.rows.iter().filter(move |row| row.mark == mark);
        rows.map(|row| row.title.as_str()).collect()
    };
    assert_eq!(titles(Mark::Added), ["server/discover with the token"]);
    assert_eq!(
        titles(Mark::Removed),
        ["initialize with the token", "notifications/initialized"]
    );
    assert_eq!(comparison.settings.len(), 1);
    assert_eq!(comparison.settings[0].name, "revision");
    assert_eq!(comparison.a.revision, "2025-11-25");
}

#[test]
fn another_server_is_compared_without_its_address() {
    let text = |host: &str| format!("//- flow 2025-11-25 server=https://{host}/mcp\n");
    let of_host = |host: &str| {
        authscope_testkit::fixture(&text(host))
            .unwrap()
            .transcript()
    };
    let comparison = of(&of_host("mcp.example.com"), &of_host("staging.example.org"));
    assert!(!comparison.steps.differs(), "{:#?}", comparison.rows);
}

#[test]
fn a_thousand_steps_are_compared() {
    let healthy = recording("2025-11-25", "");
    let (mut a, mut b) = (healthy.clone(), healthy.clone());
    for (side, skip) in [(&mut a, 0), (&mut b, 3)] {
        let all = side.exchanges.clone();
        side.exchanges = all.into_iter().cycle().skip(skip).take(1_000).collect();
        for (at, step) in side.exchanges.iter_mut().enumerate() {
            step.id = u32::try_from(at).unwrap() + 1;
        }
    }
    let comparison = compare(subject(&a, &[]), subject(&b, &[]));
    assert_eq!((comparison.steps.removed, comparison.steps.added), (3, 3));
    assert_eq!(comparison.rows.len(), 1_003);
}

/// How a row is told, whichever side is first.
fn told(comparison: &Comparison, mirrored: bool) -> Vec<String> {
    let rows = comparison.rows.iter().map(|row| {
        let number =
            |step: &Option<authscope_compare::Step>| step.as_ref().map_or(0, |step| step.number);
        let (mark, a, b) = if mirrored {
            (row.mark.mirrored(), number(&row.b), number(&row.a))
        } else {
            (row.mark, number(&row.a), number(&row.b))
        };
        format!("{mark:?} {a} {b} {} {}", row.differences, row.volatile)
    });
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

/// One way to spoil a recording.
#[derive(Debug, Clone)]
enum Spoil {
    Drop(usize),
    Twice(usize),
    Swap(usize, usize),
    Kind(usize, StepKind),
    Status(usize, u16),
    Body(usize, String),
    Url(usize, String),
    Header(usize, String, String),
    Cut(usize, usize),
}

fn spoil() -> impl Strategy<Value = Spoil> {
    let at = 0_usize..20;
    let kinds = prop::sample::select(vec![
        StepKind::Token,
        StepKind::Probe,
        StepKind::Unknown,
        StepKind::McpToolsList,
    ]);
    let bodies = prop_oneof![
        Just("{\"a\":[{\"name\":\"x\"},{\"name\":\"x\"},3]}".to_owned()),
        Just("[".repeat(200)),
        Just("data: {\"id\":1}\n\ndata: x".to_owned()),
        Just("⟨code · 1 chars · #a".to_owned()),
        ".{0,40}",
    ];
    prop_oneof![
        at.clone().prop_map(Spoil::Drop),
        at.clone().prop_map(Spoil::Twice),
        (at.clone(), at.clone()).prop_map(|(x, y)| Spoil::Swap(x, y)),
        (at.clone(), kinds).prop_map(|(at, kind)| Spoil::Kind(at, kind)),
        (at.clone(), any::<u16>()).prop_map(|(at, status)| Spoil::Status(at, status)),
        (at.clone(), bodies).prop_map(|(at, body)| Spoil::Body(at, body)),
        (at.clone(), ".{0,60}").prop_map(|(at, url)| Spoil::Url(at, url)),
        (at.clone(), "[a-zA-Z-]{0,20}", ".{0,40}")
            .prop_map(|(at, name, value)| Spoil::Header(at, name, value)),
        (at, 0_usize..400).prop_map(|(at, length)| Spoil::Cut(at, length)),
    ]
}

fn spoiled(base: &Transcript, spoils: &[Spoil]) -> Transcript {
    let mut transcript = base.clone();
    for spoil in spoils {
        apply(&mut transcript, spoil);
    }
    // Numbers as a store would give them.
    let events: Vec<Event> = transcript
        .exchanges
        .iter()
        .enumerate()
        .map(|(at, exchange)| {
            let number = u32::try_from(at).unwrap() + 1;
            let mut exchange = exchange.clone();
            exchange.id = number;
            Event {
                seq: u64::from(number),
                at: 0,
                kind: EventKind::Exchange { exchange },
            }
        })
        .collect();
    let mut out = Transcript::from_events(&events);
    out.config.clone_from(&transcript.config);
    out
}

fn apply(transcript: &mut Transcript, spoil: &Spoil) {
    let steps = &mut transcript.exchanges;
    let count = steps.len();
    if count == 0 {
        return;
    }
    match spoil {
        Spoil::Drop(at) => drop(steps.remove(at % count)),
        Spoil::Twice(at) => {
            let step = steps[at % count].clone();
            steps.push(step);
        }
        Spoil::Swap(x, y) => steps.swap(x % count, y % count),
        Spoil::Kind(at, kind) => steps[at % count].step = *kind,
        Spoil::Url(at, url) => steps[at % count].request.url.clone_from(url),
        Spoil::Header(at, name, value) => {
            let header = authscope_model::Header::new(name.as_str(), value.as_str());
            steps[at % count].request.headers.push(header);
        }
        Spoil::Status(at, _) | Spoil::Body(at, _) | Spoil::Cut(at, _) => {
            let Outcome::Response(response) = &mut steps[at % count].outcome else {
                return;
            };
            match spoil {
                Spoil::Status(_, status) => response.status = *status,
                Spoil::Body(_, body) => response.body.text.clone_from(body),
                Spoil::Cut(_, length) => {
                    response.body.text = response.body.text.chars().take(*length).collect();
                }
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_recordings_are_compared(
        left in prop::collection::vec(spoil(), 0..8),
        right in prop::collection::vec(spoil(), 0..8),
    ) {
        let healthy = recording("2025-11-25", "");
        let (a, b) = (spoiled(&healthy, &left), spoiled(&healthy, &right));
        let (there, back) = (compare(subject(&a, &[]), subject(&b, &[])), compare(subject(&b, &[]), subject(&a, &[])));
        prop_assert_eq!(told(&there, false), told(&back, true));
        let own = compare(subject(&a, &[]), subject(&a, &[]));
        prop_assert!(!own.differs(), "{:?}", own.rows);
        // Every step is in exactly one row, and every row can be looked into.
        let numbers: Vec<u32> = there.rows.iter().filter_map(|row| row.a.as_ref()).map(|step| step.number).collect();
        prop_assert_eq!(numbers, a.lineage().map(|step| step.id).collect::<Vec<_>>());
        for row in &there.rows {
            let number = |step: &Option<authscope_compare::Step>| step.as_ref().map_or(0, |step| step.number);
            let detail = pair(&a, number(&row.a), &b, number(&row.b));
            prop_assert!(detail.is_some());
        }
        prop_assert!(!authscope_compare::text(&there).is_empty());
    }
}
