//! The diagram of recorded sessions, as text, Mermaid, SVG and row by row.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use authscope_diagram::{
    Diagram, Options, RowKind, Verdict, layout, layout_again, mermaid, svg, text,
};
use authscope_model::event::{Ending, EventKind};
use authscope_model::{
    Event, Evidence, Finding, Level, Part, Party, Recording, StepKind, Transcript,
};
use std::sync::Arc;

fn recording(name: &str) -> Recording {
    let path = format!(
        "{}/tests/recordings/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    Recording::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn finding(exchange: u32, rule: &str, level: Level, explained_by: Option<&str>) -> Finding {
    Finding {
        rule: rule.into(),
        level,
        confidence: authscope_model::finding::Confidence::Certain,
        party: Party::AuthorizationServer,
        step: StepKind::Token,
        message: "the registered redirect_uri has a trailing slash that the sent one has not"
            .into(),
        expected: None,
        received: None,
        evidence: Evidence {
            exchange,
            part: Part::Whole,
            start: 0,
            end: 0,
            excerpt: String::new(),
        },
        related: Vec::new(),
        fix: "return the redirect URI as sent".into(),
        snippets: Vec::new(),
        table: None,
        references: Vec::new(),
        explained_by: explained_by.map(Into::into),
        clients: None,
    }
}

fn drawn(name: &str, findings: &[Finding]) -> Diagram {
    layout(&recording(name).transcript(), findings, &Options::default())
}

/// Row by row, as assistive technology and the eye would have it.
fn listing(diagram: &Diagram) -> String {
    let rows = diagram.rows.iter().map(|row| {
        let name = match &row.kind {
            RowKind::Group { group } => {
                let group = diagram.group(group).unwrap();
                format!("{} (folded: {})", group.title, group.folded)
            }
            _ => row.name(diagram.steps),
        };
        let old = if row.superseded { " superseded" } else { "" };
        let group = row.group.as_deref().unwrap_or("-");
        format!("{} [{group}] {}{old}: {name}", row.id, row.verdict.word())
    });
    let phases = diagram.phases.iter().map(|state| {
        let verdict = state.verdict.map_or("to come", Verdict::word);
        format!("{}: {verdict}, {} steps", state.phase.title(), state.steps)
    });
    rows.chain(phases).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_healthy_flow() {
    let diagram = drawn("healthy", &[]);
    insta::assert_snapshot!("healthy_text", text(&diagram));
    insta::assert_snapshot!("healthy_mermaid", mermaid(&diagram));
    insta::assert_snapshot!("healthy_svg", svg(&diagram).replace("><", ">\n<"));
    insta::assert_snapshot!("healthy_rows", listing(&diagram));
}

#[test]
fn a_flow_that_waits_for_the_person() {
    insta::assert_snapshot!(listing(&drawn("your-turn", &[])));
}

#[test]
fn a_failure_and_a_retry_as_a_branch() {
    let cause = finding(8, "dcr-redirect-uri-altered", Level::Failure, None);
    let consequence = finding(
        11,
        "token-invalid-grant",
        Level::Failure,
        Some("dcr-redirect-uri-altered"),
    );
    let diagram = drawn("retry", &[cause, consequence]);
    insta::assert_snapshot!("retry_rows", listing(&diagram));
    insta::assert_snapshot!("retry_mermaid", mermaid(&diagram));
}

#[test]
fn a_target_that_cannot_be_reached() {
    let diagram = drawn("unreachable", &[]);
    insta::assert_snapshot!("unreachable_text", text(&diagram));
    insta::assert_snapshot!("unreachable_mermaid", mermaid(&diagram));
}

#[test]
fn a_step_up_and_the_next_step_in_step_mode() {
    insta::assert_snapshot!(listing(&drawn("step-up", &[])));
}

#[test]
fn a_ladder_with_a_finding_never_folds() {
    let ladder = |findings: &[Finding]| {
        let diagram = drawn("healthy", findings);
        let group = diagram.groups.first().unwrap().clone();
        (group.folded, group.verdict)
    };
    assert_eq!(ladder(&[]), (true, Verdict::Pass));
    let failure = finding(4, "as-metadata-issuer", Level::Failure, None);
    assert_eq!(ladder(&[failure]), (false, Verdict::Fail));
    let warning = finding(5, "as-metadata-content-type", Level::Warning, None);
    assert_eq!(ladder(&[warning]), (false, Verdict::Warning));
}

/// What came earlier keeps its id and place while a session grows, or the reader loses the place.
#[test]
fn row_ids_are_unique_and_stay() {
    for name in ["healthy", "retry", "step-up"] {
        let events = recording(name).events;
        let mut before: Vec<String> = Vec::new();
        for end in 1..=events.len() {
            let transcript = Transcript::from_events(&events[..end]);
            let diagram = layout(&transcript, &[], &Options::default());
            let mut ids: Vec<String> = diagram.rows.iter().map(|row| row.id.clone()).collect();
            let steps: Vec<&String> = before.iter().filter(|id| id.starts_with("step-")).collect();
            assert!(
                steps.iter().all(|id| ids.contains(id)),
                "{name} at {end}: a step is gone"
            );
            before.clone_from(&ids);
            ids.sort();
            ids.dedup();
            assert_eq!(
                ids.len(),
                before.len(),
                "{name} at {end}: ids are not unique"
            );
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let mut events = recording("unreachable").events;
    let nasty = "</text><script>alert(1)</script>; end\u{1b}[31m #quot;\n\u{0}";
    let seq = u64::try_from(events.len()).unwrap() + 1;
    events.push(Event {
        seq,
        at: 0,
        kind: EventKind::Finished {
            ending: Ending::Blocked,
            message: nasty.into(),
        },
    });
    let diagram = layout(&Transcript::from_events(&events), &[], &Options::default());
    let (picture, source, plain) = (svg(&diagram), mermaid(&diagram), text(&diagram));
    assert!(!picture.contains("<script"), "{picture}");
    assert!(!picture.contains('\u{0}') && !picture.contains('\u{1b}'));
    assert!(
        !source.contains(">; end") && !source.contains("<script"),
        "{source}"
    );
    assert_eq!(
        source.lines().count(),
        9,
        "no line break of the target's: {source}"
    );
    assert!(!plain.contains('\u{1b}'), "{plain}");
}

/// Numbers of the steps that a filter shows of a recording.
fn shown(name: &str, only: &str, text: &str) -> Vec<u32> {
    let transcript = recording(name).transcript();
    let diagram = layout(&transcript, &[], &Options::default());
    let filter = authscope_diagram::Filter::parse(only, text);
    let steps = diagram
        .rows
        .iter()
        .filter(|row| matches!(row.kind, RowKind::Step(_)));
    steps
        .filter(|row| filter.takes(row, transcript.exchange(row.step)))
        .map(|row| row.step)
        .collect()
}

#[test]
fn a_filter_shows_what_fits_all_its_kinds_and_one_of_each() {
    assert_eq!(shown("retry", "", "").len(), 19);
    assert_eq!(shown("retry", "is-fail", ""), [11]);
    assert_eq!(shown("retry", "in-token", ""), [11, 15, 16]);
    assert_eq!(shown("retry", "is-fail,is-pass,in-token", ""), [11, 15, 16]);
    assert_eq!(shown("retry", "is-fail,with-mcp", ""), Vec::<u32>::new());
}

#[test]
fn a_text_is_looked_for_in_everything_that_was_recorded() {
    // In a status, a header, a body and a URL.
    assert_eq!(shown("retry", "", "INVALID_GRANT"), [11]);
    assert!(shown("retry", "", "www-authenticate").contains(&1));
    assert!(shown("retry", "", "grant_type=authorization_code").contains(&15));
    assert!(shown("retry", "with-mcp", "protected-resource").contains(&4));
    assert!(shown("retry", "", "nowhere to be found").is_empty());
}

#[test]
fn a_session_that_grows_is_drawn_as_if_at_once() {
    for name in ["healthy", "retry", "step-up", "unreachable", "your-turn"] {
        let mut kept = authscope_diagram::Kept::default();
        let mut transcript = Transcript::default();
        let mut moved = Transcript::default();
        // A finding comes later than its step, and changes what was drawn.
        let late = [
            finding(2, "prm-resource-mismatch", Level::Warning, None),
            finding(2, "prm-resource-mismatch", Level::Failure, None),
        ];
        for event in &recording(name).events {
            transcript.apply(event);
            moved.absorb(event.clone());
            assert_eq!(moved, transcript, "{name}");
            for findings in [&late[..0], &late[..]] {
                let options = Options::default();
                let grown = layout_again(&transcript, findings, &options, &mut kept);
                assert_eq!(grown, layout(&transcript, findings, &options), "{name}");
            }
        }
        let narrow = Options {
            label_chars: 30,
            ..Options::default()
        };
        let again = layout_again(&transcript, &[], &narrow, &mut kept);
        assert_eq!(again, layout(&transcript, &[], &narrow), "{name}");
    }
}

/// A row that is the same one need not even be compared: that keeps a long session fast.
#[test]
fn one_more_event_draws_only_what_it_changes() {
    let events = recording("retry").events;
    let (last, before) = events.split_last().unwrap();
    let mut kept = authscope_diagram::Kept::default();
    let mut transcript = Transcript::from_events(before);
    let options = Options::default();
    let old = layout_again(&transcript, &[], &options, &mut kept).rows;
    transcript.apply(last);
    let new = layout_again(&transcript, &[], &options, &mut kept).rows;
    let drawn = new
        .iter()
        .filter(|row| !old.iter().any(|old| Arc::ptr_eq(old, row)));
    let drawn: Vec<&str> = drawn.map(|row| row.id.as_str()).collect();
    assert!(new.len() > 10 && drawn.len() <= 1, "{drawn:?}");
}
