//! The diagram of recorded sessions, as text, Mermaid, SVG and row by row.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail the test")]

use authscope_diagram::{Diagram, Options, RowKind, Verdict, layout, mermaid, svg, text};
use authscope_model::event::{Ending, EventKind};
use authscope_model::{
    Event, Evidence, Finding, Level, Part, Party, Recording, StepKind, Transcript,
};

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
