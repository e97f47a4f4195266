//! One recording of each path, kept in `tests/recordings`: a run of today has the same story, every file stays
//! readable, and the diagram and the findings of a file stay what they are.
//!
//! `UPDATE_GOLDEN=1 cargo nextest run -p authscope-tests --test lab recordings` rewrites them; a file whose story is
//! still the same stays as it is, for what the lab draws at random would differ.

use crate::support::config_on;
use authscope_diagram::{Options as Drawing, layout, text};
use authscope_lab::{Lab, LabConfig, RunningLab, TargetInfo};
use authscope_model::config::{RegistrationChoice, ToolCall};
use authscope_model::{Recording, RevisionChoice, SessionConfig, Transcript};
use authscope_rules::diagnose;
use authscope_tests::golden;
use authscope_tests::instance::{Instance, Options};
use authscope_tests::still::{BEGIN, Seeded, StillClock, file};
use authscope_tests::transcripts::finding_line;
use serde_json::json;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

/// Where the files are.
const FOLDER: &str = "tests/recordings";
/// First ports of labs (two each) and of instances while files are written: each path has its own, so that the
/// addresses in a file stay the same.
const LAB_PORT: u16 = 17_100;
const OWN_PORT: u16 = 17_000;

/// A path: its name, the lab target, further faults, and what is set beyond what the target asks for.
struct Run {
    name: &'static str,
    preset: &'static str,
    faults: &'static [&'static str],
    set: fn(&mut SessionConfig),
}

const fn path(name: &'static str, preset: &'static str, set: fn(&mut SessionConfig)) -> Run {
    Run {
        name,
        preset,
        faults: &[],
        set,
    }
}

/// A path that fails.
const fn failing(fault: &'static str) -> Run {
    path(fault, fault, |_| {})
}

fn secret(config: &mut SessionConfig, method: &str) {
    config.client_id = Some("lab-confidential".into());
    config.client_secret = Some("lab-secret".into());
    config.token_endpoint_auth_method = Some(method.into());
}

const RUNS: &[Run] = &[
    path("revision-2025-03-26", "revision-2025-03-26", |_| {}),
    path(
        "default-endpoints",
        "revision-2025-03-26-default-endpoints",
        |_| {},
    ),
    path("revision-2025-06-18", "revision-2025-06-18", |_| {}),
    path("revision-2025-11-25", "healthy", |_| {}),
    path("revision-2026-07-28", "revision-2026-07-28", |_| {}),
    path("revision-auto", "healthy", |c| {
        c.revision = RevisionChoice::Auto
    }),
    path("cimd", "client-documents-only", |c| {
        c.registration = RegistrationChoice::Cimd
    }),
    path("dcr", "registration-only", |c| {
        c.registration = RegistrationChoice::Dcr
    }),
    path("preregistered-none", "healthy", |c| {
        c.client_id = Some("lab-public".into())
    }),
    path("preregistered-basic", "healthy", |c| {
        secret(c, "client_secret_basic")
    }),
    path("preregistered-post", "healthy", |c| {
        secret(c, "client_secret_post")
    }),
    path("preregistered-secret-jwt", "client-secret-jwt", |_| {}),
    path("dcr-private-key-jwt", "private-key-jwt", |_| {}),
    path("par", "pushed-requests", |_| {}),
    path("step-up", "healthy", |c| {
        c.call_tool = Some(ToolCall {
            name: "admin_report".into(),
            arguments: json!({}),
        });
    }),
    path("refresh", "healthy", |c| c.refresh = true),
    path("probes", "healthy", |c| c.probe = true),
    path("client-credentials", "client-credentials", |_| {}),
    path("client-credentials-key", "client-credentials-key", |_| {}),
    path("identity-assertion", "identity-assertion", |_| {}),
    path("workload-identity", "workload-identity", |_| {}),
    path("dpop", "dpop", |_| {}),
    path("dpop-nonces", "dpop-nonces", |_| {}),
    path("device-authorization", "device-authorization", |_| {}),
    failing("challenge-without-resource-metadata"),
    failing("registered-redirect-uri-slash"),
    failing("issuer-extra-slash"),
    failing("pkce-verification-failed"),
    failing("token-response-html"),
    failing("token-audience-mismatch"),
    path("refresh-refused", "refresh-refused-at-once", |c| {
        c.refresh = true
    }),
    failing("dpop-proof-refused"),
    failing("device-authorization-refused"),
    failing("id-jag-audience-wrong"),
    failing("workload-assertion-refused"),
    failing("pushed-request-answer-without-uri"),
];

fn updating() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// A lab whose clock begins where that of the engine does.
async fn start(run: &Run, port: u16) -> (RunningLab, TargetInfo) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let lab = Lab::start_single(LabConfig::on(address), run.preset, run.faults)
        .await
        .unwrap();
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    lab.advance(i64::try_from(BEGIN).unwrap() - i64::try_from(now).unwrap());
    let target = lab.target(run.preset).unwrap().clone();
    (lab, target)
}

/// Runs a path; the recording as a file.
async fn record(run: &Run, number: u16) -> String {
    let (lab_port, port) = if updating() {
        (LAB_PORT + 2 * number, OWN_PORT + number)
    } else {
        (0, 0)
    };
    let (lab, target) = start(run, lab_port).await;
    let options = Options {
        port,
        sources: Some((
            Box::<StillClock>::default(),
            Box::new(Seeded::new(run.name)),
        )),
        ..Options::headless()
    };
    let instance = Instance::start(options).await.unwrap();
    let mut config = config_on(&lab, &target);
    (run.set)(&mut config);
    let id = instance.run(config).await.unwrap();
    instance
        .wait(&id, "the end of the run", Transcript::is_finished)
        .await
        .unwrap();
    let events = instance
        .engine
        .store()
        .events(&id, 0, usize::MAX)
        .await
        .unwrap();
    lab.shutdown().await;
    file(events).unwrap()
}

fn read(text: &str) -> Transcript {
    Recording::parse(text).unwrap().transcript()
}

/// What must be the same in every run: steps, statuses, decisions, findings, the end. No address, nothing random.
fn story(transcript: &Transcript) -> String {
    let mut out = String::new();
    for exchange in &transcript.exchanges {
        let status = exchange
            .status()
            .map_or_else(|| "-".into(), |s| s.to_string());
        let (from, to) = (exchange.from.title(), exchange.to.title());
        let title = exchange.step.title();
        writeln!(
            out,
            "{from} → {to}: {} {title}: {status}",
            exchange.request.method
        )
        .unwrap();
    }
    for finding in diagnose(transcript) {
        let cause = finding.explained_by.unwrap_or_default();
        let level = finding.level.as_str();
        writeln!(
            out,
            "{level} {} at {} {cause}",
            finding.rule, finding.evidence.exchange
        )
        .unwrap();
    }
    let status = format!("{:?}", transcript.status);
    writeln!(out, "{}", status.split('"').next().unwrap_or_default()).unwrap();
    out
}

/// The diagram and the findings, as a person reads them.
fn shown(transcript: &Transcript) -> String {
    let findings = diagnose(transcript);
    let mut out = text(&layout(transcript, &findings, &Drawing::default()));
    out.push_str("\nFindings\n");
    if findings.is_empty() {
        out.push_str("  none\n");
    }
    for finding in &findings {
        writeln!(out, "  {}", finding_line(finding)).unwrap();
    }
    out
}

fn stored(name: &str) -> Option<String> {
    std::fs::read_to_string(golden::root().join(format!("{FOLDER}/{name}.json"))).ok()
}

#[tokio::test]
async fn a_run_of_today_has_the_story_of_the_file() {
    let mut wrong = Vec::new();
    for (number, run) in (0_u16..).zip(RUNS) {
        let text = record(run, number).await;
        let now = story(&read(&text));
        let before = stored(run.name).map(|text| story(&read(&text)));
        if before.as_ref() == Some(&now) {
            continue;
        }
        if updating() {
            let place = format!("{FOLDER}/{}", run.name);
            golden::check(&format!("{place}.json"), &text).unwrap();
            golden::check(&format!("{place}.txt"), &shown(&read(&text))).unwrap();
        } else {
            let before = before.unwrap_or_else(|| "there is no file\n".into());
            wrong.push(format!("{}:\n--- file\n{before}--- run\n{now}", run.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "UPDATE_GOLDEN=1 rewrites them\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_file_is_readable_and_shows_what_it_showed() {
    let mut wrong = Vec::new();
    for run in RUNS {
        let Some(text) = stored(run.name) else {
            wrong.push(format!("{FOLDER}/{}.json is not there", run.name));
            continue;
        };
        let path = format!("{FOLDER}/{}.txt", run.name);
        if let Err(error) = golden::check(&path, &shown(&read(&text))) {
            wrong.push(error.to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A recording that nobody runs any more is still one: it stays readable for ever.
#[test]
fn old_files_are_readable_too() {
    let mut count = 0;
    for entry in std::fs::read_dir(golden::root().join(FOLDER)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "json") {
            let text = std::fs::read_to_string(&path).unwrap();
            let transcript = read(&text);
            assert!(!transcript.exchanges.is_empty(), "{}", path.display());
            count += 1;
        }
    }
    assert!(count >= RUNS.len(), "{count} files");
}

/// What healthy paths are kept for: nothing to complain of, and no secret in the file.
#[test]
fn files_hold_no_secret_of_the_lab() {
    for run in RUNS {
        let text = stored(run.name).unwrap_or_default();
        for secret in ["lab-secret", "lab_at_", "lab_rt_", "lab_dc_"] {
            assert!(!text.contains(secret), "{} holds {secret}", run.name);
        }
    }
}
