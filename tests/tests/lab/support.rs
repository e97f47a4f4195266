//! What the tests of this ring share: how a lab target is run, and what is said when it went wrong.

use authscope_lab::{
    CLIENT_KEY, Fault, How, IDP_CLIENT, Lab, LabConfig, RunningLab, Shows, TargetInfo, preset,
};
use authscope_model::config::{Dpop, Grant, ToolCall};
use authscope_model::{RevisionChoice, SessionConfig};
use authscope_net::NetSettings;
use authscope_tests::instance::{Instance, Options};
use serde_json::json;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Runs at the same time.
const AT_ONCE: usize = 8;

/// A lab with every target.
pub(crate) async fn lab() -> Arc<RunningLab> {
    Arc::new(Lab::start(LabConfig::default()).await.unwrap())
}

/// A lab with one target at the root of its origins.
pub(crate) async fn single(preset: &str, faults: &[&str]) -> (RunningLab, TargetInfo) {
    let lab = Lab::start_single(LabConfig::default(), preset, faults)
        .await
        .unwrap();
    let target = lab.target(preset).unwrap().clone();
    (lab, target)
}

/// A healthy target that shows its page for consent to programs too.
pub(crate) async fn asking_programs() -> (RunningLab, TargetInfo) {
    let config = LabConfig {
        asks_programs: true,
        ..LabConfig::default()
    };
    let lab = Lab::start_single(config, "healthy", &[]).await.unwrap();
    let target = lab.target("healthy").unwrap().clone();
    (lab, target)
}

/// A headless instance that does not wait long for servers that hang.
pub(crate) async fn headless() -> Arc<Instance> {
    let options = Options::headless();
    let net = NetSettings {
        timeout: Duration::from_secs(8),
        ..options.net
    };
    Arc::new(Instance::start(Options { net, ..options }).await.unwrap())
}

/// What a person would set for a target: its revision, and a client where none can register itself.
pub(crate) fn config(target: &TargetInfo) -> SessionConfig {
    let mut config = SessionConfig::new(target.mcp_url.clone());
    config.revision = RevisionChoice::parse(target.revision).unwrap();
    if let Some((id, secret)) = preset(&target.id).and_then(|preset| preset.client) {
        config.client_id = Some(id.into());
        config.client_secret = (!secret.is_empty()).then(|| secret.into());
    }
    config
}

/// The same, with the way the token is meant to be obtained.
pub(crate) fn config_on(lab: &RunningLab, target: &TargetInfo) -> SessionConfig {
    let mut config = config(target);
    choose(&mut config, lab, target);
    config
}

fn choose(config: &mut SessionConfig, lab: &RunningLab, target: &TargetInfo) {
    match target.how {
        How::Code => {}
        How::Dpop => config.dpop = Dpop::On,
        How::SecretJwt => config.token_endpoint_auth_method = Some("client_secret_jwt".into()),
        How::KeyJwt => config.token_endpoint_auth_method = Some("private_key_jwt".into()),
        How::ClientCredentials => config.grant = Grant::ClientCredentials,
        How::ClientCredentialsKey => {
            config.grant = Grant::ClientCredentials;
            config.private_key = Some(CLIENT_KEY.into());
            config.signing_alg = Some("ES256".into());
        }
        How::Device => config.grant = Grant::DeviceCode,
        How::IdentityAssertion => {
            config.grant = Grant::IdentityAssertion {
                idp_token_endpoint: format!("{}/idp/token", target.issuer),
                idp_issuer: None,
                idp_client_id: Some(IDP_CLIENT.into()),
                subject_token: lab.id_token(&target.id),
                subject_token_type: None,
            }
        }
        How::Workload => {
            config.grant = Grant::JwtBearer {
                assertion: lab.workload_token(&target.id),
            }
        }
    }
}

/// The same, with what brings a fault out.
pub(crate) fn config_for(lab: &RunningLab, target: &TargetInfo, fault: &Fault) -> SessionConfig {
    let mut config = config_on(lab, target);
    config.verify_token = true;
    match fault.shows {
        Shows::Flow => {}
        Shows::Refresh => {
            config.refresh = true;
            // Whether a replaced refresh token still works is seen by a probe only.
            config.probe = fault.rules.contains(&"refresh-token-reuse-accepted");
        }
        // Nobody but a clean-up asks the server to manage what it registered.
        Shows::Probe if fault.rules.contains(&"registration-management-refused") => {
            config.clean_up = true;
        }
        Shows::Probe | Shows::Browser => config.probe = true,
        Shows::StepUp => {
            config.call_tool = Some(ToolCall {
                name: "admin_report".into(),
                arguments: json!({}),
            });
        }
    }
    config
}

/// The origins of a target's two servers.
pub(crate) fn origins(target: &TargetInfo) -> Vec<String> {
    let origin = |url: &str| {
        let host = url.split('/').nth(2).unwrap_or_default();
        format!("http://{host}")
    };
    vec![origin(&target.mcp_url), origin(&target.issuer)]
}

/// Runs a check for every item, a few at a time, and fails with all complaints together.
pub(crate) async fn for_each<T, F>(items: Vec<T>, check: impl Fn(T) -> F) -> usize
where
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    let count = items.len();
    for item in items {
        let (slots, work) = (Arc::clone(&slots), check(item));
        tasks.spawn(async move {
            let _slot = slots.acquire_owned().await.unwrap();
            work.await
        });
    }
    let mut complaints: Vec<String> = tasks
        .join_all()
        .await
        .into_iter()
        .filter_map(Result::err)
        .collect();
    complaints.sort();
    assert!(
        complaints.is_empty(),
        "{} of {count} went wrong:\n\n{}",
        complaints.len(),
        complaints.join("\n\n")
    );
    count
}
