//! Healthy targets: the flow comes to its end, nothing is complained about, and the recording is what happened.

use crate::support::{config_on, for_each, headless, lab, origins};
use authscope_lab::{RunningLab, TargetInfo};
use authscope_model::event::{Decision, Ending};
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
            config_on(&lab, &target),
            target,
        )
    })
    .await;
    println!("{count} healthy targets");
}

/// The negative probes find nothing that is accepted and must not be, nor the other way round.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_wrong_with_a_healthy_target_under_the_negative_probes() {
    let (lab, instance) = (lab().await, headless().await);
    for_each(healthy(&lab), |target| {
        let instance = Arc::clone(&instance);
        let config = SessionConfig {
            probe: true,
            refresh: true,
            ..config_on(&lab, &target)
        };
        async move {
            let transcript = instance
                .finish(config)
                .await
                .map_err(|error| format!("{}: {error:#}", target.id))?;
            match complaints(&transcript).first() {
                Some(first) => Err(format!(
                    "{}: {}\n{}",
                    target.id,
                    finding_line(first),
                    story(&transcript)
                )),
                None => Ok(()),
            }
        }
    })
    .await;
}

/// The revision is found out instead of given.
#[tokio::test]
async fn nothing_is_wrong_when_the_revision_is_found_out() {
    let (lab, instance) = (lab().await, headless().await);
    for_each(healthy(&lab), |target| {
        let config = SessionConfig {
            revision: RevisionChoice::Auto,
            ..config_on(&lab, &target)
        };
        run(Arc::clone(&lab), Arc::clone(&instance), config, target)
    })
    .await;
}

/// Without any metadata, the default endpoints are what the revision is recognised by, and the recording says so.
#[tokio::test]
async fn default_endpoints_tell_the_first_revision() {
    let (lab, instance) = (lab().await, headless().await);
    let target = lab.target("revision-2025-03-26-default-endpoints").unwrap();
    let config = SessionConfig::new(target.mcp_url.clone());
    let transcript = instance.finish(config).await.unwrap();
    let decided = transcript
        .decisions
        .iter()
        .find(|d| matches!(d.decision, Decision::Revision { revision } if revision.as_str() == "2025-03-26"));
    let because = &decided.unwrap().because;
    assert!(because.contains("registration endpoint"), "{because}");
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
