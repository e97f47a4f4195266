//! The dry run of the authorization URL: what only a browser would have shown is found before a person is sent there, and
//! a correct server gives no finding, before and after the sign-in.

use crate::support::{config, for_each, lab, single};
use authscope_lab::{How, TargetInfo};
use authscope_model::event::{Ending, Turn};
use authscope_model::transcript::Status;
use authscope_model::{Exchange, Finding, Level, SessionConfig, StepKind, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::transcripts::story;
use std::sync::Arc;

fn asked(target: &TargetInfo) -> SessionConfig {
    let mut config = config(target);
    config.dry_run = true;
    config
}

/// A session that waits for the sign-in, or that ended without one.
async fn before_sign_in(instance: &Instance, target: &TargetInfo) -> (String, Transcript) {
    let id = instance.run(asked(target)).await.unwrap();
    let rests = |t: &Transcript| matches!(t.status, Status::YourTurn(_)) || t.is_finished();
    let transcript = instance.wait(&id, "the sign-in", rests).await.unwrap();
    (id, transcript)
}

/// Whether a person is sent to a browser at all; other grants have no authorization URL to try.
fn signs_in(target: &TargetInfo) -> bool {
    matches!(
        target.how,
        How::Code | How::Dpop | How::SecretJwt | How::KeyJwt
    )
}

fn dry_runs(transcript: &Transcript) -> Vec<&Exchange> {
    let all = transcript.exchanges.iter();
    all.filter(|e| e.step == StepKind::DryRun).collect()
}

fn told(findings: &[Finding]) -> String {
    let lines = findings
        .iter()
        .map(|f| format!("{}: {}\n", f.rule, f.message));
    lines.collect()
}

/// Everything but hints.
fn complaints(transcript: &Transcript) -> Vec<Finding> {
    let mut findings = authscope_rules::diagnose(transcript);
    findings.retain(|finding| finding.level > Level::Hint);
    findings
}

#[tokio::test]
async fn what_a_browser_would_show_is_found_before_anybody_signs_in() {
    for (id, rule) in [
        ("registered-client-forgotten", "client-unknown"),
        (
            "registered-redirect-uri-not-allowed",
            "redirect-uri-refused-after-registration",
        ),
        ("authorize-not-found", "authorization-endpoint-dead"),
        ("resource-not-registered", "resource-refused"),
    ] {
        let (_lab, target) = single(id, &[]).await;
        let instance = Instance::start(Options::with_a_person()).await.unwrap();
        let (_, transcript) = before_sign_in(&instance, &target).await;
        let waits = matches!(transcript.status, Status::YourTurn(Turn::Authorize { .. }));
        assert!(waits, "{id}: {}", story(&transcript));
        let findings = authscope_rules::diagnose(&transcript);
        let first = findings.first().map(|f| f.rule.as_str());
        assert_eq!(first, Some(rule), "{id}: {}", told(&findings));
    }
}

#[tokio::test]
async fn an_error_page_is_evidence_of_the_dry_run() {
    let (_lab, target) = single("registered-client-forgotten", &[]).await;
    let instance = Instance::start(Options::with_a_person()).await.unwrap();
    let (_, transcript) = before_sign_in(&instance, &target).await;
    let dry = dry_runs(&transcript);
    assert!(dry.iter().all(|e| e.extra), "marked as not a client's own");
    assert!(
        dry.iter().all(|e| e.request.header("cookie").is_none()),
        "without cookies"
    );
    let findings = authscope_rules::diagnose(&transcript);
    let first = findings.first().unwrap();
    assert_eq!(first.rule, "client-unknown", "{}", told(&findings));
    assert_eq!(first.step, StepKind::DryRun);
}

#[tokio::test]
async fn a_correct_server_stays_silent_and_the_sign_in_works() {
    let lab = lab().await;
    let instance = Arc::new(Instance::start(Options::with_a_person()).await.unwrap());
    let healthy: Vec<TargetInfo> = lab
        .targets()
        .iter()
        .filter(|t| t.healthy && signs_in(t))
        .cloned()
        .collect();
    let checked = for_each(healthy, |target| {
        let instance = Arc::clone(&instance);
        async move {
            let (id, before) = before_sign_in(&instance, &target).await;
            let findings = complaints(&before);
            if !findings.is_empty() {
                return Err(format!("{}: {}", target.id, told(&findings)));
            }
            if !matches!(before.status, Status::YourTurn(Turn::Authorize { .. })) {
                return Ok(());
            }
            let pushed = before
                .exchanges
                .iter()
                .any(|e| e.step == StepKind::PushedAuthorization);
            if dry_runs(&before).is_empty() != pushed {
                return Err(format!("{}: {}", target.id, story(&before)));
            }
            complete(&instance, &id, &target.id).await
        }
    })
    .await;
    assert!(checked > 5, "{checked}");
}

/// Signs in; the flow has to end well.
async fn complete(instance: &Instance, id: &str, target: &str) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{target}: {error}");
    let url = instance.engine.authorization_url(id).await;
    let url = url.ok_or_else(|| failed(&"no authorization URL"))?;
    let person = Person::new("ana", "any", Consent::Allow).map_err(|e| failed(&e))?;
    let back = person.sign_in(&url, &instance.redirect_uri()).await;
    open_page(&back.map_err(|e| failed(&e))?)
        .await
        .map_err(|e| failed(&e))?;
    let end = instance.wait(id, "the end", Transcript::is_finished).await;
    let end = end.map_err(|e| failed(&e))?;
    let findings = complaints(&end);
    match end.status {
        Status::Finished(Ending::Complete, _) if findings.is_empty() => Ok(()),
        _ => Err(format!("{target}: {}{}", told(&findings), story(&end))),
    }
}
