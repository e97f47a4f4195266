//! What is filled in on the start page, and the configuration it makes.

use authscope_model::api::CreateSession;
use authscope_model::config::{Pair, RegistrationChoice, RevisionChoice, SessionConfig};
use authscope_model::event::Mode;
use leptos::prelude::*;

/// The fields, as signals.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    pub(crate) url: RwSignal<String>,
    pub(crate) revision: RwSignal<String>,
    pub(crate) registration: RwSignal<String>,
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
    pub(crate) stepwise: RwSignal<bool>,
}

impl Form {
    /// An empty form, but for what the address says.
    pub(crate) fn new(server: Option<String>, spec: Option<String>) -> Self {
        let spec = spec.filter(|spec| RevisionChoice::parse(spec).is_some());
        let text = || RwSignal::new(String::new());
        Self {
            url: RwSignal::new(server.unwrap_or_default()),
            revision: RwSignal::new(spec.unwrap_or_else(|| "auto".into())),
            registration: RwSignal::new("auto".into()),
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
            stepwise: RwSignal::new(false),
        }
    }

    /// The request that starts a session, or what to mend.
    pub(crate) fn request(self) -> Result<CreateSession, String> {
        let mut config = SessionConfig::new(checked_url(&self.url.get_untracked())?);
        config.revision = RevisionChoice::parse(&self.revision.get_untracked()).unwrap_or_default();
        config.registration = registration(&self.registration.get_untracked());
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
        config.client_metadata = members(&self.client_metadata.get_untracked())?;
        let stepwise = self.stepwise.get_untracked();
        Ok(CreateSession {
            config,
            start: Some(if stepwise { Mode::Step } else { Mode::Run }),
        })
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
