//! Faulty targets: exactly the rules that the fault declares, of the party it declares, the cause first.

use crate::support::{config_for, for_each, headless, lab};
use authscope_lab::{Fault, RunningLab, Shows, TargetInfo, faults};
use authscope_model::{Finding, Party, Transcript};
use authscope_rules::{Area, diagnose, info};
use authscope_tests::instance::Instance;
use authscope_tests::transcripts::story;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Faulty targets; `AUTHSCOPE_LAB_ONLY` names a part of their ids.
fn faulty(lab: &RunningLab) -> Vec<TargetInfo> {
    let only = std::env::var("AUTHSCOPE_LAB_ONLY").unwrap_or_default();
    let faulty = lab.targets().iter().filter(|target| !target.healthy);
    faulty
        .filter(|target| !needs_browser(fault(target)))
        .filter(|target| target.id.contains(&only))
        .cloned()
        .collect()
}

/// Faults that only a browser brings out; what a preflight shows is asked by a probe too.
fn needs_browser(fault: &Fault) -> bool {
    let preflight = |rule: &&str| info(rule).is_some_and(|info| info.area == Area::Cors);
    fault.shows == Shows::Browser && !fault.rules.iter().all(preflight)
}

fn fault(target: &TargetInfo) -> &'static Fault {
    target.faults[0]
}

/// On several threads: one target pours out megabytes, and the clocks of the others run on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_fault_fires_its_rules_and_no_others() {
    let (lab, instance) = (lab().await, headless().await);
    let count = for_each(faulty(&lab), |target| {
        run(Arc::clone(&lab), Arc::clone(&instance), target)
    })
    .await;
    println!("{count} faults judged");
}

/// A fault whose rule was renamed must not pass unseen.
#[test]
fn every_rule_that_a_fault_declares_exists() {
    let unknown: Vec<String> = faults()
        .flat_map(|fault| fault.rules.iter().map(move |rule| (fault.id, rule)))
        .filter(|(_, rule)| info(rule).is_none())
        .map(|(fault, rule)| format!("{fault} declares {rule}"))
        .collect();
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

async fn run(
    lab: Arc<RunningLab>,
    instance: Arc<Instance>,
    target: TargetInfo,
) -> Result<(), String> {
    let fault = fault(&target);
    let transcript = instance
        .finish(config_for(&lab, &target, fault))
        .await
        .map_err(|error| format!("{}: {error:#}", target.id))?;
    if let Some(folder) = std::env::var_os("AUTHSCOPE_LAB_STORIES") {
        let path = std::path::Path::new(&folder).join(format!("{}.txt", target.id));
        std::fs::write(path, story(&transcript)).map_err(|error| error.to_string())?;
    }
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
    // A fault that nothing here can see declares no rule.
    let Some(first) = findings.first().filter(|_| !declared.is_empty()) else {
        return Ok(());
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
