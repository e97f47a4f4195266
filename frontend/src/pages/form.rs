//! What is filled in on the start page, and the configuration it makes.

use authscope_model::StepKind;
use authscope_model::api::{CreateSession, SaveTarget};
use authscope_model::config::{
    BreakAt, Breakpoint, Dpop, Grant, Pair, RegistrationChoice, RevisionChoice, SessionConfig,
    ToolCall,
};
use authscope_model::event::Mode;
use leptos::prelude::*;

/// The grant unless another one is chosen.
pub(crate) const CODE: &str = "authorization_code";

/// The fields, as signals.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) url: RwSignal<String>,
    pub(crate) revision: RwSignal<String>,
    pub(crate) registration: RwSignal<String>,
    pub(crate) grant: RwSignal<String>,
    pub(crate) assertion: RwSignal<String>,
    pub(crate) idp_token_endpoint: RwSignal<String>,
    pub(crate) idp_client_id: RwSignal<String>,
    pub(crate) subject_token: RwSignal<String>,
    pub(crate) subject_token_type: RwSignal<String>,
    pub(crate) dpop: RwSignal<String>,
    pub(crate) authorization_server: RwSignal<String>,
    pub(crate) client_id: RwSignal<String>,
    pub(crate) client_secret: RwSignal<String>,
    pub(crate) metadata_url: RwSignal<String>,
    pub(crate) redirect_uri: RwSignal<String>,
    pub(crate) scope: RwSignal<String>,
    pub(crate) omit_scope: RwSignal<bool>,
    pub(crate) resource: RwSignal<String>,
    pub(crate) headers: RwSignal<String>,
    pub(crate) authorize_params: RwSignal<String>,
    pub(crate) client_metadata: RwSignal<String>,
    pub(crate) auth_method: RwSignal<String>,
    pub(crate) dry_run: RwSignal<bool>,
    pub(crate) probe: RwSignal<bool>,
    /// The second confirmation of the active probes.
    pub(crate) probe_confirmed: RwSignal<bool>,
    pub(crate) private_key: RwSignal<String>,
    pub(crate) signing_alg: RwSignal<String>,
    pub(crate) initial_access_token: RwSignal<String>,
    pub(crate) application_type: RwSignal<String>,
    pub(crate) prompt: RwSignal<String>,
    pub(crate) login_hint: RwSignal<String>,
    pub(crate) tool: RwSignal<String>,
    pub(crate) tool_arguments: RwSignal<String>,
    pub(crate) push: RwSignal<bool>,
    pub(crate) check_document: RwSignal<bool>,
    pub(crate) list_everything: RwSignal<bool>,
    pub(crate) refresh: RwSignal<bool>,
    pub(crate) verify_token: RwSignal<bool>,
    pub(crate) keep_going: RwSignal<bool>,
    pub(crate) clean_up: RwSignal<bool>,
    pub(crate) stepwise: RwSignal<bool>,
    pub(crate) breakpoint: RwSignal<String>,
    pub(crate) save: RwSignal<bool>,
    pub(crate) save_as: RwSignal<String>,
}

impl Form {
    /// An empty form, but for what the address says.
    pub(crate) fn new(server: Option<String>, spec: Option<String>) -> Self {
        let spec = spec.filter(|spec| RevisionChoice::parse(spec).is_some());
        let text = || RwSignal::new(String::new());
        let off = || RwSignal::new(false);
        Self {
            url: RwSignal::new(server.unwrap_or_default()),
            revision: RwSignal::new(spec.unwrap_or_else(|| "auto".into())),
            registration: RwSignal::new("auto".into()),
            grant: RwSignal::new(CODE.into()),
            assertion: text(),
            idp_token_endpoint: text(),
            idp_client_id: text(),
            subject_token: text(),
            subject_token_type: text(),
            dpop: text(),
            authorization_server: text(),
            client_id: text(),
            client_secret: text(),
            metadata_url: text(),
            redirect_uri: text(),
            scope: text(),
            omit_scope: RwSignal::new(false),
            resource: text(),
            headers: text(),
            authorize_params: text(),
            client_metadata: text(),
            auth_method: text(),
            dry_run: off(),
            probe: off(),
            probe_confirmed: off(),
            private_key: text(),
            signing_alg: text(),
            initial_access_token: text(),
            application_type: text(),
            prompt: text(),
            login_hint: text(),
            tool: text(),
            tool_arguments: text(),
            push: off(),
            check_document: off(),
            list_everything: off(),
            refresh: off(),
            verify_token: off(),
            keep_going: off(),
            clean_up: off(),
            stepwise: off(),
            breakpoint: text(),
            save: off(),
            save_as: text(),
        }
    }

    /// The request that starts a session, or what to mend.
    pub(crate) fn request(self) -> Result<CreateSession, String> {
        let mut config = SessionConfig::new(checked_url(&self.url.get_untracked())?);
        config.revision = RevisionChoice::parse(&self.revision.get_untracked()).unwrap_or_default();
        config.registration = registration(&self.registration.get_untracked());
        config.grant = self.grant()?;
        config.dpop = match self.dpop.get_untracked().as_str() {
            "on" => Dpop::On,
            "when_advertised" => Dpop::WhenAdvertised,
            _ => Dpop::Off,
        };
        config.authorization_server = given(self.authorization_server);
        config.client_id = given(self.client_id);
        config.client_secret = given(self.client_secret);
        config.client_metadata_url = given(self.metadata_url);
        config.redirect_uri = given(self.redirect_uri);
        config.scope = if self.omit_scope.get_untracked() {
            Some(String::new())
        } else {
            given(self.scope)
        };
        config.resource = given(self.resource);
        config.token_endpoint_auth_method = given(self.auth_method);
        config.headers = pairs(&self.headers.get_untracked(), ':', "extra header")?;
        config.authorize_params = pairs(&self.authorize_params.get_untracked(), '=', "parameter")?;
        for (name, field) in [("prompt", self.prompt), ("login_hint", self.login_hint)] {
            config
                .authorize_params
                .extend(given(field).map(|value| Pair {
                    name: name.into(),
                    value,
                }));
        }
        config.client_metadata = members(&self.client_metadata.get_untracked())?;
        config.dry_run = self.dry_run.get_untracked();
        config.probe = self.probe.get_untracked();
        if config.probe && !self.probe_confirmed.get_untracked() {
            return Err("Active probes need a second confirmation: under Advanced, read what they may do and tick the box below it.".into());
        }
        if let Some(kind) = given(self.application_type) {
            let kind = serde_json::Value::String(kind);
            config
                .client_metadata
                .insert("application_type".into(), kind);
        }
        config.private_key = given(self.private_key);
        config.signing_alg = given(self.signing_alg);
        config.initial_access_token = given(self.initial_access_token);
        config.call_tool = self.tool()?;
        config.push = self.push.get_untracked();
        config.check_document =
            self.check_document.get_untracked() && config.client_metadata_url.is_some();
        config.list_everything = self.list_everything.get_untracked();
        config.refresh = self.refresh.get_untracked();
        config.verify_token = self.verify_token.get_untracked();
        config.keep_going = self.keep_going.get_untracked();
        config.clean_up = self.clean_up.get_untracked();
        let step = match self.breakpoint.get_untracked().as_str() {
            "register" => Some(StepKind::Register),
            "token" => Some(StepKind::Token),
            "call" => Some(StepKind::McpInitialize),
            _ => None,
        };
        config.breakpoints.extend(step.map(|step| Breakpoint {
            step,
            at: BreakAt::BeforeSend,
        }));
        let stepwise = self.stepwise.get_untracked();
        Ok(CreateSession {
            config,
            start: Some(if stepwise { Mode::Step } else { Mode::Run }),
        })
    }
}

impl Form {
    /// What to save, when that is wanted.
    pub(crate) fn to_save(self, request: &CreateSession) -> Option<SaveTarget> {
        self.save.get_untracked().then(|| SaveTarget {
            name: given(self.save_as),
            config: request.config.clone(),
        })
    }

    fn grant(self) -> Result<Grant, String> {
        let needed = |field, what: &str| {
            given(field).ok_or_else(|| {
                format!("The chosen grant needs {what}; it is under Advanced settings.")
            })
        };
        Ok(match self.grant.get_untracked().as_str() {
            "client_credentials" => Grant::ClientCredentials,
            "device_code" => Grant::DeviceCode,
            "jwt_bearer" => Grant::JwtBearer {
                assertion: needed(self.assertion, "an assertion")?,
            },
            "identity_assertion" => Grant::IdentityAssertion {
                idp_token_endpoint: needed(
                    self.idp_token_endpoint,
                    "the token endpoint of the identity provider",
                )?,
                idp_issuer: None,
                idp_client_id: given(self.idp_client_id),
                subject_token: needed(self.subject_token, "a token of the identity provider")?,
                subject_token_type: given(self.subject_token_type),
            },
            _ => Grant::AuthorizationCode,
        })
    }

    /// Sets what a target of the lab asks for.
    pub(crate) fn set_all(self, settings: &[Pair]) {
        for set in settings {
            self.set(&set.name, &set.value);
        }
    }

    /// Names are those of the configuration.
    fn set(self, name: &str, value: &str) {
        let on = [
            ("refresh", self.refresh),
            ("probe", self.probe),
            ("clean_up", self.clean_up),
        ];
        let texts = [
            ("grant", self.grant),
            ("assertion", self.assertion),
            ("idp_token_endpoint", self.idp_token_endpoint),
            ("idp_client_id", self.idp_client_id),
            ("subject_token", self.subject_token),
            ("client_id", self.client_id),
            ("client_secret", self.client_secret),
            ("private_key", self.private_key),
            ("token_endpoint_auth_method", self.auth_method),
            ("dpop", self.dpop),
            ("call_tool", self.tool),
        ];
        if let Some((_, field)) = on.into_iter().find(|(known, _)| *known == name) {
            field.set(true);
        }
        if let Some((_, field)) = texts.into_iter().find(|(known, _)| *known == name) {
            field.set(value.to_owned());
        }
    }

    fn tool(self) -> Result<Option<ToolCall>, String> {
        let Some(name) = given(self.tool) else {
            return Ok(None);
        };
        let typed = given(self.tool_arguments).unwrap_or_else(|| "{}".into());
        let arguments = serde_json::from_str(&typed)
            .map_err(|error| format!("The arguments of the tool are not JSON: {error}."))?;
        Ok(Some(ToolCall { name, arguments }))
    }
}

/// The URL as typed; only what cannot be one at all is refused here, the rest is for the flow to show.
fn checked_url(typed: &str) -> Result<String, String> {
    let url = typed.trim();
    if url.is_empty() {
        return Err("Enter the URL of an MCP server, such as https://example.com/mcp.".into());
    }
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return Ok(url.to_owned());
    }
    if url.contains("://") {
        return Err(format!("{url} is not an http:// or https:// URL."));
    }
    Err(format!("{url} has no scheme. Did you mean https://{url}?"))
}

fn registration(choice: &str) -> RegistrationChoice {
    match choice {
        "cimd" => RegistrationChoice::Cimd,
        "dcr" => RegistrationChoice::Dcr,
        "preregistered" => RegistrationChoice::Preregistered,
        _ => RegistrationChoice::Auto,
    }
}

fn given(field: RwSignal<String>) -> Option<String> {
    let value = field.get_untracked().trim().to_owned();
    (!value.is_empty()).then_some(value)
}

/// One pair per line.
fn pairs(text: &str, separator: char, what: &str) -> Result<Vec<Pair>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.split_once(separator).ok_or_else(|| {
                format!("The {what} line {line:?} has no {separator:?} between name and value.")
            })?;
            Ok(Pair {
                name: name.trim().to_owned(),
                value: value.trim().to_owned(),
            })
        })
        .collect()
}

fn members(text: &str) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    if text.trim().is_empty() {
        return Ok(serde_json::Map::new());
    }
    serde_json::from_str(text)
        .map_err(|error| format!("The client metadata is not a JSON object: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_kept_as_typed() {
        assert_eq!(
            checked_url(" HTTPS://A.example/MCP/ ").as_deref(),
            Ok("HTTPS://A.example/MCP/")
        );
        assert!(checked_url("a.example/mcp").is_err_and(|e| e.contains("https://a.example/mcp")));
        assert!(checked_url("javascript://x").is_err());
        assert!(checked_url("  ").is_err());
    }

    #[test]
    fn pairs_are_read_line_by_line() {
        let read = pairs("X-Api-Key: a:b\n\n x : y ", ':', "extra header").unwrap();
        let read: Vec<_> = read
            .iter()
            .map(|p| (p.name.as_str(), p.value.as_str()))
            .collect();
        assert_eq!(read, [("X-Api-Key", "a:b"), ("x", "y")]);
        assert!(pairs("nonsense", ':', "extra header").is_err_and(|e| e.contains("nonsense")));
    }
}
