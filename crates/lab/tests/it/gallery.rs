//! The whole gallery: every healthy target works to the end, every fault shows, and only where it says.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use authscope_lab::{How, Lab, LabConfig, RunningLab, Shows, TargetInfo, faults, presets};
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::notes::{Note, difference};
use crate::probes::serve_documents;
use crate::walk::Walk;

/// Walks through every target at once, in three stages.
async fn walk_all(lab: &RunningLab) -> BTreeMap<String, Vec<Note>> {
    let (document, liar) = serve_documents().await;
    let (document, liar) = (&document, &liar);
    let walked: Vec<Walk> = stream::iter(lab.targets().to_vec())
        .map(|target: TargetInfo| async move {
            let mut walk = Walk::new(&target);
            walk.prepare(document).await;
            walk.sign_in().await;
            walk.refresh().await;
            walk.probe(liar).await;
            walk.step_up().await;
            walk
        })
        .buffer_unordered(24)
        .collect()
        .await;
    lab.advance(4_000);
    stream::iter(walked)
        .map(|mut walk| async move {
            walk.probe_expired().await;
            (walk.target.id, walk.notes.list)
        })
        .buffer_unordered(24)
        .collect()
        .await
}

fn status<'n>(notes: &'n [Note], step: &str) -> Option<&'n str> {
    let note = notes.iter().find(|note| note.step == step)?;
    note.facts.first()?.strip_prefix("status ")
}

fn check_healthy(id: &str, notes: &[Note]) {
    let expect = |step: &str, wanted: &str| {
        assert_eq!(
            status(notes, step),
            Some(wanted),
            "{id}: {step}: {notes:#?}"
        )
    };
    expect("handshake without token", "401");
    expect("authorization", "302");
    expect("token", "200");
    expect("handshake", "200");
    expect("tools/list", "200");
    for note in notes.iter().filter(|note| note.step.starts_with("probe: ")) {
        let step = note.step;
        let harmless = [
            "probe: well-known resource metadata",
            "probe: bearer in lower case",
            "probe: authorization",
            "probe: fresh token",
            "probe: code the first time",
            "probe: another loopback port",
            "probe: registration read back",
        ];
        let accepted = status(notes, step) == Some("200")
            || note
                .facts
                .iter()
                .any(|fact| fact.starts_with("location code="));
        assert!(
            !accepted || harmless.contains(&step),
            "{id}: {step} was accepted"
        );
    }
    let last = notes
        .iter()
        .rfind(|note| note.step.starts_with("tool call"));
    let last = last.unwrap_or_else(|| panic!("{id}: no tool call: {notes:#?}"));
    assert_eq!(
        last.facts.first().unwrap(),
        "status 200",
        "{id}: the tool works after step-up"
    );
}

/// Healthy targets that faults are variations of.
const LIKELY_BASES: [&str; 7] = [
    "healthy",
    "client-documents-only",
    "registration-only",
    "registration-gives-secret",
    "path-scoped-issuer",
    "event-stream",
    "revision-2026-07-28",
];

/// How far two targets are apart: first by what their authorization servers offer, then by everything.
fn distance(lines: &[String]) -> (usize, usize) {
    (
        lines
            .iter()
            .filter(|line| line.starts_with("RFC 8414 metadata"))
            .count(),
        lines.len(),
    )
}

/// Which stage a difference falls into.
fn shows(line: &str) -> Shows {
    if line.starts_with("browser: ") || line.contains("access-control-") {
        Shows::Browser
    } else if line.starts_with("probe: ") {
        Shows::Probe
    } else if line.starts_with("refresh") || line.starts_with("handshake after refresh") {
        Shows::Refresh
    } else if line.contains("the tool")
        || line.contains("more scope")
        || line.starts_with("tool call")
    {
        Shows::StepUp
    } else {
        Shows::Flow
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_target_shows_what_it_says() {
    let lab = Lab::start(LabConfig::default()).await.unwrap();
    let notes = walk_all(&lab).await;
    let bases: Vec<&str> = presets()
        .iter()
        .filter(|preset| preset.healthy)
        .map(|preset| preset.id)
        .collect();
    for id in &bases {
        let signs = matches!(
            lab.target(id).unwrap().how,
            How::SecretJwt | How::KeyJwt | How::ClientCredentialsKey
        );
        // The walk does not sign; the ring `lab` of the whole product does.
        if !signs {
            check_healthy(id, &notes[*id]);
        }
    }
    let mut catalogue = String::new();
    let mut problems = Vec::new();
    // Faults of other grants do not show in a walk by code.
    for fault in faults().filter(|fault| fault.how == How::Code) {
        let revision = |id: &str| lab.target(id).map(|target| target.revision);
        let alike = |base: &str| {
            revision(base) == revision(fault.id)
                && base.contains("stream") == fault.id.starts_with("stream-")
        };
        let bases = LIKELY_BASES.into_iter().filter(|base| alike(base));
        let differences = bases.map(|base| (base, difference(&notes[base], &notes[fault.id])));
        let (base, lines) = differences
            .min_by_key(|(_, lines)| distance(lines))
            .unwrap();
        let telling: Vec<&String> = lines
            .iter()
            .filter(|line| shows(line) == fault.shows)
            .collect();
        if telling.is_empty() {
            problems.push(format!(
                "{} does not show in {:?}: {lines:#?}",
                fault.id, fault.shows
            ));
        }
        writeln!(
            catalogue,
            "## {} (against {base}, shows in {:?})",
            fault.id, fault.shows
        )
        .unwrap();
        for line in telling.iter().take(5) {
            writeln!(catalogue, "{}", line.chars().take(180).collect::<String>()).unwrap();
        }
        writeln!(catalogue, "{} in all\n", lines.len()).unwrap();
    }
    lab.shutdown().await;
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    insta::assert_snapshot!("faults", catalogue);
}

/// Faults that no rule can see: a client that reads no further than the answer does not notice.
const UNSEEN: [&str; 1] = ["stream-never-ends"];

#[test]
fn the_catalogue_is_well_formed() {
    let mut ids: Vec<&str> = presets().iter().map(|preset| preset.id).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids are unique");
    let kebab = |id: &str| {
        !id.is_empty()
            && id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    for preset in presets() {
        assert!(kebab(preset.id), "{}", preset.id);
        assert!(
            preset.summary.ends_with('.') && !preset.title.ends_with('.'),
            "{}",
            preset.id
        );
    }
    for fault in faults() {
        let unseen = UNSEEN.contains(&fault.id);
        assert!(
            fault.rules.is_empty() == unseen && fault.rules.iter().all(|rule| kebab(rule)),
            "{}",
            fault.id
        );
    }
    assert!(faults().count() >= 100);
}
