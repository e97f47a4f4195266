//! Options that several commands share, and how they become a session's configuration.

use anyhow::{Context as _, bail};
use authscope_model::config::{Dpop, Grant, Pair, SessionConfig, ToolCall};
use authscope_model::{RegistrationChoice, RevisionChoice};
use authscope_net::{GuardMode, NetSettings};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::time::Duration;

/// How requests go out.
#[derive(Debug, Clone, Args)]
pub(crate) struct NetOptions {
    /// Certificates to trust beside the public ones (PEM file)
    #[arg(long, value_name = "FILE", env = "AUTHSCOPE_CACERT")]
    pub(crate) cacert: Option<PathBuf>,
    /// Connect to ADDR instead of resolving HOST; may be repeated
    #[arg(long, value_name = "HOST:PORT:ADDR")]
    pub(crate) resolve: Vec<authscope_net::Override>,
    /// Limit for one request, in seconds
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 30,
        env = "AUTHSCOPE_TIMEOUT"
    )]
    pub(crate) timeout: u64,
    /// Bytes of an answer that are kept, such as 1MiB; what is longer is cut and marked
    #[arg(
        long,
        value_name = "BYTES",
        default_value = "1MiB",
        value_parser = crate::limits::bytes,
        env = "AUTHSCOPE_BODY_CAP"
    )]
    pub(crate) body_cap: usize,
}

/// How long a run without a browser may take, in seconds, unless told otherwise.
pub(crate) const TIME_LIMIT: u64 = 300;

impl NetOptions {
    pub(crate) fn settings(&self, guard: GuardMode) -> anyhow::Result<NetSettings> {
        let extra_roots = match &self.cacert {
            Some(path) => {
                std::fs::read(path).with_context(|| format!("read --cacert {}", path.display()))?
            }
            None => Vec::new(),
        };
        Ok(NetSettings {
            guard,
            extra_roots,
            resolve: self.resolve.clone(),
            timeout: Duration::from_secs(self.timeout.max(1)),
            body_cap: self.body_cap,
            ..NetSettings::default()
        })
    }
}

/// Ways of registration on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Registration {
    /// The spec's order: pre-registered, CIMD, DCR
    Auto,
    /// Client id metadata document
    Cimd,
    /// Dynamic client registration (RFC 7591)
    Dcr,
    /// A client id of your own
    Preregistered,
}

impl From<Registration> for RegistrationChoice {
    fn from(value: Registration) -> Self {
        match value {
            Registration::Auto => Self::Auto,
            Registration::Cimd => Self::Cimd,
            Registration::Dcr => Self::Dcr,
            Registration::Preregistered => Self::Preregistered,
        }
    }
}

/// Grants on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GrantOption {
    /// Authorization code with PKCE
    AuthorizationCode,
    /// Client credentials
    ClientCredentials,
    /// Device authorization (RFC 8628)
    DeviceCode,
    /// An assertion of yours (RFC 7523), a workload's JWT for example; needs --assertion-env
    JwtBearer,
    /// Enterprise-managed authorization: exchange at the identity provider first; needs --idp-token-endpoint and
    /// --subject-token-env
    IdentityAssertion,
}

/// What to run against a server.
#[derive(Debug, Clone, Args)]
pub(crate) struct TargetOptions {
    /// URL of the MCP server
    pub(crate) url: String,
    /// Spec revision: auto, 2025-03-26, 2025-06-18, 2025-11-25 or 2026-07-28
    #[arg(long, default_value = "auto", value_parser = revision)]
    pub(crate) spec: RevisionChoice,
    /// How the client gets its id
    #[arg(long, value_enum, default_value_t = Registration::Auto)]
    pub(crate) registration: Registration,
    /// Grant that obtains the token
    #[arg(long, value_enum, default_value_t = GrantOption::AuthorizationCode)]
    pub(crate) grant: GrantOption,
    /// Assertion for --grant jwt-bearer, from an environment variable
    #[arg(long, value_name = "NAME")]
    pub(crate) assertion_env: Option<String>,
    /// Token endpoint of the identity provider, for --grant identity-assertion
    #[arg(long, value_name = "URL")]
    pub(crate) idp_token_endpoint: Option<String>,
    /// Your client id there
    #[arg(long, value_name = "ID")]
    pub(crate) idp_client_id: Option<String>,
    /// What the identity provider gave the person (an id token), from an environment variable
    #[arg(long, value_name = "NAME")]
    pub(crate) subject_token_env: Option<String>,
    /// Its type, when it is no id token
    #[arg(long, value_name = "URN")]
    pub(crate) subject_token_type: Option<String>,
    /// Pre-registered client id
    #[arg(long)]
    pub(crate) client_id: Option<String>,
    /// Its secret (visible to other users of this machine; prefer --client-secret-env)
    #[arg(long, conflicts_with = "client_secret_env")]
    pub(crate) client_secret: Option<String>,
    /// Environment variable that holds the secret
    #[arg(long, value_name = "NAME")]
    pub(crate) client_secret_env: Option<String>,
    /// URL of a client id metadata document of your own
    #[arg(long, value_name = "URL")]
    pub(crate) client_metadata_url: Option<String>,
    /// Redirect URI
    #[arg(long, value_name = "URI")]
    pub(crate) redirect_uri: Option<String>,
    /// Scopes, space separated; empty: omit the parameter
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// Value of `resource`
    #[arg(long)]
    pub(crate) resource: Option<String>,
    /// Issuer to use when the metadata lists several
    #[arg(long, value_name = "ISSUER")]
    pub(crate) authorization_server: Option<String>,
    /// Token endpoint authentication method
    #[arg(long, value_name = "METHOD")]
    pub(crate) token_endpoint_auth_method: Option<String>,
    /// Private key for private_key_jwt (PEM or JWK file)
    #[arg(long, value_name = "FILE")]
    pub(crate) private_key: Option<PathBuf>,
    /// Its algorithm
    #[arg(long, value_name = "ALG")]
    pub(crate) signing_alg: Option<String>,
    /// Extra header on requests to the MCP server; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) header: Vec<Pair>,
    /// Extra parameter of the authorization request; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) authorize_param: Vec<Pair>,
    /// `prompt` of the authorization request, such as consent or login
    #[arg(long)]
    pub(crate) prompt: Option<String>,
    /// `login_hint` of the authorization request
    #[arg(long, value_name = "HINT")]
    pub(crate) login_hint: Option<String>,
    /// Push the authorization request wherever that is offered (RFC 9126), not only where it is required
    #[arg(long)]
    pub(crate) push: bool,
    /// Members laid over the client metadata, JSON; a null takes a member away
    #[arg(long, value_name = "JSON", value_parser = members)]
    pub(crate) client_metadata: Option<Map<String, Value>>,
    /// Read the document at --client-metadata-url first and check it as an authorization server does
    #[arg(long, requires = "client_metadata_url")]
    pub(crate) check_document: bool,
    /// Delete the registered client at the end, where the server offers it (RFC 7592)
    #[arg(long)]
    pub(crate) clean_up: bool,
    /// Initial access token for dynamic registration, from an environment variable
    #[arg(long, value_name = "NAME")]
    pub(crate) initial_access_token_env: Option<String>,
    /// Sender-constrained tokens (RFC 9449)
    #[arg(long)]
    pub(crate) dpop: bool,
    /// Tool to call after tools/list
    #[arg(long, value_name = "NAME")]
    pub(crate) call_tool: Option<String>,
    /// Its arguments, JSON
    #[arg(
        long,
        value_name = "JSON",
        default_value = "{}",
        requires = "call_tool"
    )]
    pub(crate) tool_arguments: String,
    /// List resources and prompts as well
    #[arg(long)]
    pub(crate) list_everything: bool,
    /// Refresh the token at the end
    #[arg(long)]
    pub(crate) refresh: bool,
    /// Run the active probes at the end: requests that must be refused, one after the other. They
    /// send made-up, changed and reused credentials, put the token into a URL once, register a client with a bad
    /// redirect URI, and use up codes and old refresh tokens; a correct server may end the session for that.
    /// `authscope explain --probes` lists each with its side effects. Only for servers you may test
    #[arg(long)]
    pub(crate) probe: bool,
    /// Request the authorization URL once before a browser is sent there, without cookies, and read each
    /// redirect: errors that only a browser would show become findings. The server may log an attempt; one that
    /// consents without asking issues a code that nobody redeems
    #[arg(long)]
    pub(crate) dry_run_authorization: bool,
    /// Fetch the authorization server's keys at the end and verify JWT signatures
    #[arg(long)]
    pub(crate) verify_token: bool,
    /// Go on where a conforming client stops
    #[arg(long)]
    pub(crate) keep_going: bool,
}

fn revision(text: &str) -> Result<RevisionChoice, String> {
    RevisionChoice::parse(text)
        .ok_or_else(|| "expected auto, 2025-03-26, 2025-06-18, 2025-11-25 or 2026-07-28".into())
}

fn header(text: &str) -> Result<Pair, String> {
    pair(text, ':').ok_or_else(|| format!("expected NAME: VALUE, got {text:?}"))
}

fn parameter(text: &str) -> Result<Pair, String> {
    pair(text, '=').ok_or_else(|| format!("expected NAME=VALUE, got {text:?}"))
}

fn pair(text: &str, separator: char) -> Option<Pair> {
    let (name, value) = text.split_once(separator)?;
    let name = name.trim().to_owned();
    (!name.is_empty()).then(|| Pair {
        name,
        value: value.trim().to_owned(),
    })
}

fn members(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| {
        format!("expected a JSON object such as {{\"client_name\": \"My client\"}} ({error})")
    })
}

fn from_env(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("read the environment variable {name}"))
}

/// The value of the environment variable that an option names, for a grant that cannot do without.
fn needed(name: Option<&str>, option: &str) -> anyhow::Result<String> {
    let name = name.with_context(|| format!("this grant needs {option}"))?;
    Ok(from_env(name)?.trim().to_owned())
}

impl TargetOptions {
    /// The session's configuration.
    pub(crate) fn config(&self) -> anyhow::Result<SessionConfig> {
        if self.registration == Registration::Preregistered && self.client_id.is_none() {
            bail!("--registration preregistered needs --client-id");
        }
        let mut config = SessionConfig::new(self.url.clone());
        config.revision = self.spec;
        config.registration = self.registration.into();
        config.grant = self.grant()?;
        config.client_id.clone_from(&self.client_id);
        config.client_secret = match &self.client_secret_env {
            Some(name) => Some(from_env(name)?),
            None => self.client_secret.clone(),
        };
        config
            .client_metadata_url
            .clone_from(&self.client_metadata_url);
        config.redirect_uri.clone_from(&self.redirect_uri);
        config.scope.clone_from(&self.scope);
        config.resource.clone_from(&self.resource);
        config
            .authorization_server
            .clone_from(&self.authorization_server);
        config
            .token_endpoint_auth_method
            .clone_from(&self.token_endpoint_auth_method);
        if let Some(path) = &self.private_key {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("read --private-key {}", path.display()))?;
            config.private_key = Some(text);
        }
        config.signing_alg.clone_from(&self.signing_alg);
        config.headers.clone_from(&self.header);
        config.authorize_params = self.authorize_params();
        config.client_metadata = self.client_metadata.clone().unwrap_or_default();
        config.push = self.push;
        config.check_document = self.check_document;
        config.clean_up = self.clean_up;
        config.list_everything = self.list_everything;
        config.initial_access_token = self
            .initial_access_token_env
            .as_deref()
            .map(from_env)
            .transpose()?;
        config.dpop = if self.dpop { Dpop::On } else { Dpop::Off };
        config.call_tool = self.tool()?;
        config.refresh = self.refresh;
        config.probe = self.probe;
        config.dry_run = self.dry_run_authorization;
        config.verify_token = self.verify_token;
        config.keep_going = self.keep_going;
        Ok(config)
    }

    /// That the client document is of no use to a server where the target is, and the ways out.
    pub(crate) fn document_warning(&self) -> Option<String> {
        let document = self.client_metadata_url.as_ref()?;
        let other = matches!(
            self.registration,
            Registration::Dcr | Registration::Preregistered
        );
        if other || self.client_id.is_some() {
            return None;
        }
        authscope_protocol::reach::document_unreachable(document, &self.url)
    }

    fn authorize_params(&self) -> Vec<Pair> {
        let named = [("prompt", &self.prompt), ("login_hint", &self.login_hint)];
        let given = named.into_iter().filter_map(|(name, value)| {
            Some(Pair {
                name: name.to_owned(),
                value: value.clone()?,
            })
        });
        given.chain(self.authorize_param.iter().cloned()).collect()
    }

    fn grant(&self) -> anyhow::Result<Grant> {
        Ok(match self.grant {
            GrantOption::AuthorizationCode => Grant::AuthorizationCode,
            GrantOption::ClientCredentials => Grant::ClientCredentials,
            GrantOption::DeviceCode => Grant::DeviceCode,
            GrantOption::JwtBearer => Grant::JwtBearer {
                assertion: needed(self.assertion_env.as_deref(), "--assertion-env")?,
            },
            GrantOption::IdentityAssertion => Grant::IdentityAssertion {
                idp_token_endpoint: self
                    .idp_token_endpoint
                    .clone()
                    .context("--grant identity-assertion needs --idp-token-endpoint")?,
                idp_issuer: None,
                idp_client_id: self.idp_client_id.clone(),
                subject_token: needed(self.subject_token_env.as_deref(), "--subject-token-env")?,
                subject_token_type: self.subject_token_type.clone(),
            },
        })
    }

    fn tool(&self) -> anyhow::Result<Option<ToolCall>> {
        let Some(name) = self.call_tool.clone() else {
            return Ok(None);
        };
        let arguments = serde_json::from_str(&self.tool_arguments).with_context(|| {
            format!(
                "read --tool-arguments: expected JSON, got {:?}",
                self.tool_arguments
            )
        })?;
        Ok(Some(ToolCall { name, arguments }))
    }
}
