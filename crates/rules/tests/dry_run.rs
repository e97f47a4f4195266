//! What a dry run of the authorization URL proves, and when it no longer counts.

use authscope_model::{Finding, Level, StepKind};
use authscope_rules::diagnose;
use authscope_testkit::fixture;

/// What is found, hints left out.
fn found(text: &str) -> Vec<Finding> {
    let transcript = fixture(text).expect("a fixture").transcript();
    let mut findings = diagnose(&transcript);
    findings.retain(|finding| finding.level > Level::Hint);
    findings
}

/// A flow whose dry run was answered like this, and nobody has signed in yet.
fn waiting(answer: &str) -> String {
    format!("//- flow 2025-11-25\n//- call dry_run\n{answer}\n//- call authorize\n//- stop\n")
}

const SCOPE: &str = "//- reply 302\nlocation: http://127.0.0.1:8700/oauth/callback?error=invalid_scope&error_description=unknown%20scope&state=x\n";

#[test]
fn an_error_sent_to_the_redirect_uri_is_found_before_the_sign_in() {
    let findings = found(&waiting(SCOPE));
    let first = findings.first().unwrap();
    assert_eq!(first.rule, "scope-refused", "{findings:?}");
    let dry = fixture(&waiting(SCOPE)).unwrap().transcript();
    let dry = dry
        .exchanges
        .iter()
        .find(|e| e.step == StepKind::DryRun)
        .unwrap()
        .id;
    assert!(first.related.iter().any(|e| e.exchange == dry), "{first:?}");
}

#[test]
fn once_the_browser_came_back_only_what_it_met_counts() {
    let overtaken = format!("//- flow 2025-11-25\n//- call dry_run\n{SCOPE}");
    assert_eq!(found(&overtaken), []);
}

#[test]
fn what_only_asks_for_a_person_or_a_browser_is_no_finding() {
    for answer in [
        "//- reply 200\ncontent-type: text/html\n\n<title>Sign in to authscope</title>",
        "//- reply 302\nlocation: http://127.0.0.1:8700/oauth/callback?error=login_required&state=x\n",
        "//- reply 302\nlocation: http://127.0.0.1:8700/oauth/callback?error=access_denied&state=x\n",
        "//- reply 403\ncontent-type: text/html\n\n<title>Just a moment...</title>",
        "//- reply 401\ncontent-type: text/html\n\n<title>Sign in</title>",
    ] {
        let rules: Vec<String> = found(&waiting(answer))
            .into_iter()
            .map(|f| f.rule)
            .collect();
        let about_it = rules.iter().filter(|rule| *rule != "flow-blocked");
        assert_eq!(about_it.count(), 0, "{answer}: {rules:?}");
    }
}
