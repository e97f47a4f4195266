//! Healthy targets: the flow comes to its end, nothing is complained about, and the recording is what happened.

use crate::support::{config, for_each, headless, lab, origins};
use authscope_lab::{RunningLab, TargetInfo};
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{RevisionChoice, SessionConfig, Transcript};
use authscope_tests::instance::Instance;
use authscope_tests::transcripts::{complaints, finding_line, story};
use authscope_tests::wire;
use std::sync::Arc;

/// Every preset that is meant to be healthy.
fn healthy(lab: &RunningLab) -> Vec<TargetInfo> {
    let healthy: Vec<TargetInfo> = lab
        .targets()
        .iter()
        .filter(|target| target.healthy)
        .cloned()
        .collect();
    assert!(healthy.len() >= 20, "there are {}", healthy.len());
    healthy
}

#[tokio::test]
async fn nothing_is_wrong_with_a_healthy_target() {
    let (lab, instance) = (lab().await, headless().await);
    let count = for_each(healthy(&lab), |target| {
        run(
            Arc::clone(&lab),
            Arc::clone(&instance),
            config(&target),
            target,
        )
    })
    .await;
    println!("{count} healthy targets");
}

/// Without any metadata there is nothing to recognise the revision by, and default endpoints are not guessed.
const NOTHING_TO_GO_BY: &str = "revision-2025-03-26-default-endpoints";

/// The revision is found out instead of given.
#[tokio::test]
async fn nothing_is_wrong_when_the_revision_is_found_out() {
    let (lab, instance) = (lab().await, headless().await);
    let mut targets = healthy(&lab);
    targets.retain(|target| target.id != NOTHING_TO_GO_BY);
    for_each(targets, |target| {
        let config = SessionConfig {
            revision: RevisionChoice::Auto,
            ..config(&target)
        };
        run(Arc::clone(&lab), Arc::clone(&instance), config, target)
    })
    .await;
}

#[tokio::test]
async fn default_endpoints_are_not_guessed() {
    let (lab, instance) = (lab().await, headless().await);
    let target = lab.target(NOTHING_TO_GO_BY).unwrap();
    let config = SessionConfig::new(target.mcp_url.clone());
    let transcript = instance.finish(config).await.unwrap();
    let Status::Finished(Ending::Blocked, message) = &transcript.status else {
        panic!("{}", story(&transcript));
    };
    assert!(message.contains("Nothing to go by"), "{message}");
    let asked: Vec<String> = lab
        .log(&target.id)
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    let guessed = ["/authorize", "/token", "/register"];
    assert!(
        !asked.iter().any(|path| guessed.contains(&path.as_str())),
        "{asked:?}"
    );
}

async fn run(
    lab: Arc<RunningLab>,
    instance: Arc<Instance>,
    config: SessionConfig,
    target: TargetInfo,
) -> Result<(), String> {
    let transcript = instance
        .finish(config)
        .await
        .map_err(|error| format!("{}: {error:#}", target.id))?;
    judge(&lab, &target, &transcript)
        .map_err(|what| format!("{}: {what}\n{}", target.id, story(&transcript)))
}

fn judge(lab: &RunningLab, target: &TargetInfo, transcript: &Transcript) -> Result<(), String> {
    if !matches!(transcript.status, Status::Finished(Ending::Complete, _)) {
        return Err("the flow is not complete".into());
    }
    if let Some(first) = complaints(transcript).first() {
        return Err(format!("a complaint: {}", finding_line(first)));
    }
    let origins = origins(target);
    let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
    let recorded = wire::recorded(transcript, &origins);
    match wire::difference(&recorded, &wire::logged(&lab.log(&target.id))) {
        Some(difference) => Err(format!("recording and log differ: {difference}")),
        None => Ok(()),
    }
}
