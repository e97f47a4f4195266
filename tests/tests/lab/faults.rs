//! Faulty targets: exactly the rules that the fault declares, of the party it declares, the cause first.

use crate::support::{config_for, for_each, headless, lab};
use authscope_lab::{Fault, RunningLab, Shows, TargetInfo};
use authscope_model::{Finding, Party, Transcript};
use authscope_rules::{diagnose, info};
use authscope_tests::instance::Instance;
use authscope_tests::transcripts::story;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Faults that every version has to name: the first ones the lab had.
const ALWAYS: [&str; 10] = [
    "challenge-without-resource-metadata",
    "resource-metadata-url-not-found",
    "registered-redirect-uri-slash",
    "pkce-verification-failed",
    "pkce-support-not-advertised",
    "scope-near-miss",
    "prm-resource-other-host",
    "issuer-extra-slash",
    "token-audience-mismatch",
    "token-response-html",
];

/// Faulty targets: those whose rules all exist, and those that wait for a rule.
fn faulty(lab: &RunningLab) -> (Vec<TargetInfo>, Vec<TargetInfo>) {
    let only = std::env::var("AUTHSCOPE_LAB_ONLY").unwrap_or_default();
    let faulty = lab.targets().iter().filter(|target| !target.healthy);
    faulty
        .filter(|target| !matches!(fault(target).shows, Shows::Browser))
        .filter(|target| target.id.contains(&only))
        .cloned()
        .partition(|target| fault(target).rules.iter().all(|rule| info(rule).is_some()))
}

fn fault(target: &TargetInfo) -> &'static Fault {
    target.faults[0]
}

#[tokio::test]
async fn each_fault_fires_its_rules_and_no_others() {
    let (lab, instance) = (lab().await, headless().await);
    let (judged, waiting) = faulty(&lab);
    println!(
        "{} faults judged, {} wait for a rule",
        judged.len(),
        waiting.len()
    );
    for_each(judged, |target| run(Arc::clone(&instance), target)).await;
}

/// A rule that is renamed must not take its fault out of the test above unseen.
#[tokio::test]
async fn the_first_faults_all_have_their_rules() {
    let lab = lab().await;
    let (judged, _) = faulty(&lab);
    let missing: Vec<&str> = ALWAYS
        .into_iter()
        .filter(|id| !judged.iter().any(|target| target.id == *id))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

async fn run(instance: Arc<Instance>, target: TargetInfo) -> Result<(), String> {
    let fault = fault(&target);
    let transcript = instance
        .finish(config_for(&target, fault))
        .await
        .map_err(|error| format!("{}: {error:#}", target.id))?;
    judge(fault, &transcript)
        .map_err(|what| format!("{}: {what}\n{}", target.id, story(&transcript)))
}

fn judge(fault: &Fault, transcript: &Transcript) -> Result<(), String> {
    let findings = diagnose(transcript);
    let declared: BTreeSet<&str> = fault.rules.iter().copied().collect();
    let roots: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding.explained_by.is_none())
        .map(|finding| finding.rule.as_str())
        .collect();
    if roots != declared {
        return Err(format!("declared {declared:?}, fired {roots:?}"));
    }
    let Some(first) = findings.first() else {
        return Err("nothing was found".into());
    };
    if !declared.contains(first.rule.as_str()) {
        return Err(format!("{} comes first", first.rule));
    }
    let of_its_party = |finding: &&Finding| {
        declared.contains(finding.rule.as_str()) && finding.party == party(fault)
    };
    if !findings.iter().any(|finding| of_its_party(&finding)) {
        return Err(format!(
            "{} blames {:?}, the fault is of {:?}",
            first.rule, first.party, fault.party
        ));
    }
    Ok(())
}

fn party(fault: &Fault) -> Party {
    match fault.party {
        authscope_lab::Party::McpServer => Party::McpServer,
        authscope_lab::Party::AuthorizationServer => Party::AuthorizationServer,
        authscope_lab::Party::Client => Party::Client,
    }
}
