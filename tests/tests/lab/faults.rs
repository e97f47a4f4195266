//! Faulty targets: exactly the rules that the fault declares, of the party it declares, the cause first.

use crate::support::{config_for, for_each, headless, lab};
use authscope_lab::{Fault, RunningLab, Shows, TargetInfo};
use authscope_model::{Finding, Party, Transcript};
use authscope_rules::{diagnose, info};
use authscope_tests::instance::Instance;
use authscope_tests::transcripts::story;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Faults whose rules exist, and how many others wait for theirs.
fn judged(lab: &RunningLab) -> (Vec<TargetInfo>, usize) {
    let only = std::env::var("AUTHSCOPE_LAB_ONLY").ok();
    let faulty = lab.targets().iter().filter(|target| !target.healthy);
    let shown = faulty.filter(|target| !matches!(fault(target).shows, Shows::Browser));
    let (ready, waiting): (Vec<&TargetInfo>, Vec<&TargetInfo>) =
        shown.partition(|target| fault(target).rules.iter().all(|rule| info(rule).is_some()));
    let ready = ready
        .into_iter()
        .filter(|target| only.as_ref().is_none_or(|only| target.id.contains(only)))
        .cloned()
        .collect();
    (ready, waiting.len())
}

fn fault(target: &TargetInfo) -> &'static Fault {
    target.faults[0]
}

#[tokio::test]
async fn each_fault_fires_its_rules_and_no_others() {
    let (lab, instance) = (lab().await, headless().await);
    let (targets, waiting) = judged(&lab);
    let count = for_each(targets, |target| run(Arc::clone(&instance), target)).await;
    println!("{count} faults judged, {waiting} wait for a rule");
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
