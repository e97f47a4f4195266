//! `authscope conformance-client`: the contract of the official MCP conformance suite.
//!
//! The server URL is the last argument; `MCP_CONFORMANCE_PROTOCOL_VERSION` names the revision and
//! `MCP_CONFORMANCE_CONTEXT` (JSON) brings credentials. The flow is the same as everywhere; a scenario's
//! name is not even read: what the context holds and what the servers advertise decide.

use crate::options::TIME_LIMIT;
use crate::run::{self, Browser};
use anyhow::Context as _;
use authscope_model::config::{Dpop, Grant, SessionConfig, ToolCall};
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{RegistrationChoice, RevisionChoice};
use authscope_net::NetSettings;
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;

/// The client document URL that the suite's authorization servers know.
const CLIENT_METADATA_URL: &str = "https://conformance-test.local/client-metadata.json";

/// Speaks the contract of the official MCP conformance suite.
#[derive(Debug, Clone, Args)]
pub(crate) struct ConformanceArgs {
    /// URL of the MCP server
    url: String,
}

/// Runs the command.
pub(crate) async fn run(args: ConformanceArgs) -> anyhow::Result<ExitCode> {
    let config = config(&args.url, &Environment::read()?);
    let outcome = run::run(
        config,
        NetSettings::default(),
        Browser::None,
        TIME_LIMIT,
        |_| {},
    )
    .await?;
    let Status::Finished(ending, message) = &outcome.transcript.status else {
        anyhow::bail!("the run did not end");
    };
    let good = matches!(ending, Ending::Complete | Ending::NoAuthorization);
    tell(message);
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[expect(clippy::print_stderr, reason = "the suite keeps what its client says")]
fn tell(message: &str) {
    eprintln!("{message}");
}

/// What the suite puts into the environment.
struct Environment {
    revision: RevisionChoice,
    context: Value,
}

impl Environment {
    fn read() -> anyhow::Result<Self> {
        let version =
            std::env::var("MCP_CONFORMANCE_PROTOCOL_VERSION").unwrap_or_else(|_| "auto".into());
        let revision = RevisionChoice::parse(&version).with_context(|| {
            format!("MCP_CONFORMANCE_PROTOCOL_VERSION: {version:?} is not a revision known here")
        })?;
        let context = match std::env::var("MCP_CONFORMANCE_CONTEXT") {
            Ok(text) => {
                serde_json::from_str(&text).context("read MCP_CONFORMANCE_CONTEXT as JSON")?
            }
            Err(_) => Value::Null,
        };
        Ok(Self { revision, context })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.context
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    }
}

/// The configuration a person would enter for what the context offers.
fn config(url: &str, environment: &Environment) -> SessionConfig {
    let mut config = SessionConfig::new(url);
    config.revision = environment.revision;
    config.client_metadata_url = Some(CLIENT_METADATA_URL.into());
    config.call_tool = Some(ToolCall {
        name: "test-tool".into(),
        arguments: json!({}),
    });
    config.client_id = environment.text("client_id");
    config.client_secret = environment.text("client_secret");
    config.private_key = environment.text("private_key_pem");
    config.signing_alg = environment.text("signing_algorithm");
    if config.client_id.is_some() {
        config.registration = RegistrationChoice::Preregistered;
    }
    config.grant = grant(environment);
    config.dpop = Dpop::WhenAdvertised;
    config
}

fn grant(environment: &Environment) -> Grant {
    if let Some(assertion) = environment.text("valid_jwt") {
        return Grant::JwtBearer { assertion };
    }
    if let (Some(subject_token), Some(idp_token_endpoint)) = (
        environment.text("idp_id_token"),
        environment.text("idp_token_endpoint"),
    ) {
        return Grant::IdentityAssertion {
            idp_token_endpoint,
            idp_issuer: environment.text("idp_issuer"),
            idp_client_id: environment.text("idp_client_id"),
            subject_token,
            subject_token_type: None,
        };
    }
    Grant::AuthorizationCode
}
