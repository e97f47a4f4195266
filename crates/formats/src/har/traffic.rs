//! What a request of a foreign recording was, told from the traffic itself: the challenge, the metadata
//! documents and the parameters name each other's addresses. What nothing names stays an unknown request.

use super::read::{Entry, text};
use authscope_model::exchange::header;
use authscope_model::{Participant, RawExchange, StepKind};
use authscope_protocol::{challenge, form, url_text};
use serde_json::Value;

const PRM: &str = "/.well-known/oauth-protected-resource";
const RFC8414: &str = "/.well-known/oauth-authorization-server";
const OIDC: &str = "/.well-known/openid-configuration";

/// Members of authorization server metadata that name an endpoint, and what happens there.
const ENDPOINTS: [(&str, StepKind); 9] = [
    ("authorization_endpoint", StepKind::Authorize),
    ("token_endpoint", StepKind::Token),
    ("registration_endpoint", StepKind::Register),
    (
        "pushed_authorization_request_endpoint",
        StepKind::PushedAuthorization,
    ),
    (
        "device_authorization_endpoint",
        StepKind::DeviceAuthorization,
    ),
    ("revocation_endpoint", StepKind::Revoke),
    ("introspection_endpoint", StepKind::Introspect),
    ("userinfo_endpoint", StepKind::Userinfo),
    ("jwks_uri", StepKind::Jwks),
];

/// What the whole file says about who is who.
#[derive(Debug, Default)]
pub(super) struct Knowledge {
    /// URL of the MCP server.
    pub(super) mcp: Option<String>,
    /// URLs that challenges name.
    named: Vec<String>,
    /// Endpoints, as metadata names them.
    endpoints: Vec<(String, StepKind)>,
    /// Redirect URIs of authorization requests.
    pub(super) redirect_uris: Vec<String>,
    /// Issuers, as metadata of either kind names them.
    pub(super) issuers: Vec<String>,
    /// `resource` of the protected resource metadata.
    pub(super) resource: Option<String>,
    /// Whether the authorization server says that it sends `iss`.
    pub(super) iss_advertised: bool,
    /// The tool took the `Authorization` lines out of the file.
    pub(super) sanitized: bool,
}

/// One request, recognised.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) step: StepKind,
    pub(super) from: Participant,
    pub(super) to: Participant,
    pub(super) purpose: String,
}

impl Knowledge {
    /// Reads all entries once.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut known = Self::default();
        for entry in entries {
            known.learn(&entry.raw);
        }
        let challenged = entries.iter().find(|e| !named_by(&e.raw).is_empty());
        let called = entries.iter().find(|e| rpc_method(&e.raw).is_some());
        let url = called.or(challenged).map(|e| e.raw.request.url.clone());
        known.mcp = url.or_else(|| known.resource.clone());
        let any = |test: fn(&RawExchange) -> bool| entries.iter().any(|e| test(&e.raw));
        known.sanitized = any(|raw| answer(raw).is_some_and(|v| v.get("access_token").is_some()))
            && !any(|raw| header(&raw.request.headers, "authorization").is_some());
        known
    }

    fn learn(&mut self, raw: &RawExchange) {
        self.named.extend(named_by(raw));
        let url = raw.request.url.as_str();
        if let Some(uri) = param(&raw.request.url, "redirect_uri") {
            self.redirect_uris.push(uri);
        }
        let path = url_text::split(url).map_or("", |parts| parts.path);
        let about_resource = path.contains(PRM) || self.named.iter().any(|named| named == url);
        let about_server = path.contains(RFC8414) || path.contains(OIDC);
        let Some(document) = answer(raw).filter(|_| about_resource || about_server) else {
            return;
        };
        if about_resource {
            self.resource = self
                .resource
                .take()
                .or_else(|| text(&document, "resource").map(Into::into));
            let servers = document
                .get("authorization_servers")
                .and_then(Value::as_array);
            let servers = servers.into_iter().flatten().filter_map(Value::as_str);
            self.issuers.extend(servers.map(ToOwned::to_owned));
            return;
        }
        for (member, step) in ENDPOINTS {
            if let Some(endpoint) = text(&document, member) {
                self.endpoints.push((endpoint.to_owned(), step));
            }
        }
        self.issuers
            .extend(text(&document, "issuer").map(ToOwned::to_owned));
        let iss = document.get("authorization_response_iss_parameter_supported");
        self.iss_advertised |= iss == Some(&Value::Bool(true));
    }

    /// What a request was.
    pub(super) fn kind(&self, raw: &RawExchange) -> Kind {
        let url = raw.request.url.as_str();
        if raw.request.method.eq_ignore_ascii_case("OPTIONS") {
            return self.other(raw, "CORS preflight");
        }
        self.mcp_call(raw)
            .or_else(|| self.metadata(url))
            .or_else(|| self.front(raw))
            .or_else(|| self.back(raw))
            .unwrap_or_else(|| self.other(raw, ""))
    }

    fn mcp_call(&self, raw: &RawExchange) -> Option<Kind> {
        let mcp = self.mcp.as_deref()?;
        let method = rpc_method(raw);
        if method.is_none() && base(&raw.request.url) != base(mcp) {
            return None;
        }
        let method = method.unwrap_or_else(|| raw.request.method.clone());
        let with_token = header(&raw.request.headers, "authorization").is_some();
        let status = raw.response().map_or(0, |response| response.status);
        let step = match method.as_str() {
            _ if !with_token && self.sanitized && status != 401 => StepKind::Unknown,
            _ if !with_token => StepKind::Probe,
            "initialize" => StepKind::McpInitialize,
            "notifications/initialized" => StepKind::McpInitialized,
            "server/discover" => StepKind::McpDiscover,
            "tools/list" => StepKind::McpToolsList,
            "tools/call" => StepKind::McpToolsCall,
            "resources/list" => StepKind::McpResourcesList,
            "prompts/list" => StepKind::McpPromptsList,
            _ => StepKind::Unknown,
        };
        let purpose = match step {
            StepKind::Unknown if self.sanitized => {
                format!("{method} (the recording tool removed Authorization lines)")
            }
            StepKind::Unknown => method,
            StepKind::Probe if method != "initialize" => method,
            _ => String::new(),
        };
        Some(Kind {
            step,
            from: Participant::Client,
            to: Participant::McpServer,
            purpose,
        })
    }

    fn metadata(&self, url: &str) -> Option<Kind> {
        let path = url_text::split(url)?.path;
        let inserted = |known: &str| {
            path.strip_prefix(known)
                .is_some_and(|rest| !rest.trim_matches('/').is_empty())
        };
        let step = if self.named.iter().any(|named| named == url) {
            StepKind::PrmFromChallenge
        } else if path.contains(PRM) {
            if inserted(PRM) {
                StepKind::PrmPathInserted
            } else {
                StepKind::PrmRoot
            }
        } else if path.contains(RFC8414) {
            let origin = self.resource.is_none() && !inserted(RFC8414) && self.at_mcp(url);
            if origin {
                StepKind::AsMetadataOrigin
            } else {
                StepKind::AsMetadataRfc8414
            }
        } else if inserted(OIDC) {
            StepKind::AsMetadataOidcInsertion
        } else if path.contains(OIDC) {
            StepKind::AsMetadataOidcAppending
        } else {
            return None;
        };
        let to = if step.is_prm() {
            Participant::McpServer
        } else {
            Participant::AuthorizationServer
        };
        Some(Kind {
            step,
            from: Participant::Client,
            to,
            purpose: String::new(),
        })
    }

    /// What goes through the browser.
    fn front(&self, raw: &RawExchange) -> Option<Kind> {
        let url = &raw.request.url;
        let back = |name: &str| param(url, name).is_some();
        let (step, to) = if back("response_type") || (back("client_id") && back("request_uri")) {
            (StepKind::Authorize, Participant::AuthorizationServer)
        } else if (back("code") || back("error")) && self.is_redirect_uri(url, back("state")) {
            (StepKind::Callback, Participant::Client)
        } else {
            return None;
        };
        Some(Kind {
            step,
            from: Participant::You,
            to,
            purpose: String::new(),
        })
    }

    fn is_redirect_uri(&self, url: &str, with_state: bool) -> bool {
        if self.redirect_uris.is_empty() {
            return with_state;
        }
        self.redirect_uris.iter().any(|uri| base(uri) == base(url))
    }

    fn back(&self, raw: &RawExchange) -> Option<Kind> {
        let at = self.endpoint(&raw.request.url);
        let posts = raw.request.method.eq_ignore_ascii_case("POST");
        let asks = posts && !raw.request.body.is_empty();
        let step = match grant(raw).as_deref() {
            Some("refresh_token") => StepKind::Refresh,
            Some("client_credentials") => StepKind::ClientCredentials,
            Some("urn:ietf:params:oauth:grant-type:token-exchange") => StepKind::TokenExchange,
            Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => StepKind::JwtBearer,
            Some("urn:ietf:params:oauth:grant-type:device_code") => StepKind::DevicePoll,
            Some(_) => StepKind::Token,
            None if asks && sent(raw).is_some_and(|v| v.get("redirect_uris").is_some()) => {
                StepKind::Register
            }
            // The authorization endpoint without parameters is a page like any other.
            None => at
                .filter(|step| *step != StepKind::Authorize)
                .or_else(|| self.is_keys(raw))?,
        };
        Some(Kind {
            step,
            from: Participant::Client,
            to: Participant::AuthorizationServer,
            purpose: String::new(),
        })
    }

    fn endpoint(&self, url: &str) -> Option<StepKind> {
        let found = self
            .endpoints
            .iter()
            .find(|(endpoint, _)| base(endpoint) == base(url));
        found.map(|(_, step)| *step)
    }

    fn is_keys(&self, raw: &RawExchange) -> Option<StepKind> {
        let keys = answer(raw)?.get("keys").is_some_and(Value::is_array);
        keys.then_some(StepKind::Jwks)
    }

    /// A request that belongs to no step: a page, a picture, a preflight, somebody else's call.
    pub(super) fn other(&self, raw: &RawExchange, purpose: &str) -> Kind {
        let url = &raw.request.url;
        let to = if self
            .issuers
            .iter()
            .any(|issuer| url_text::same_origin(issuer, url))
        {
            Participant::AuthorizationServer
        } else if self.at_mcp(url) {
            Participant::McpServer
        } else {
            Participant::Other
        };
        Kind {
            step: StepKind::Unknown,
            from: Participant::You,
            to,
            purpose: purpose.to_owned(),
        }
    }

    fn at_mcp(&self, url: &str) -> bool {
        self.mcp
            .as_deref()
            .is_some_and(|mcp| url_text::same_origin(mcp, url))
    }

    /// Whether discovery went as it did before there was protected resource metadata.
    pub(super) fn is_first_revision(&self) -> bool {
        self.resource.is_none() && self.issuers.iter().any(|issuer| self.at_mcp(issuer))
    }

    /// The issuer in use: the first that any metadata names.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuers.first().map(String::as_str)
    }

    /// The `resource` a client without one of its own sends: the metadata's, else the server's URL.
    pub(super) fn default_resource(&self) -> Option<&str> {
        self.resource.as_deref().or(self.mcp.as_deref())
    }
}

/// A parameter of a URL's query.
pub(super) fn param(url: &str, name: &str) -> Option<String> {
    let query = url_text::split(url)?.query?;
    form::parse(query)
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

/// A parameter of a form that was sent.
pub(super) fn field(raw: &RawExchange, name: &str) -> Option<String> {
    let body = std::str::from_utf8(&raw.request.body).ok()?;
    form::parse(body)
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

fn grant(raw: &RawExchange) -> Option<String> {
    if raw.request.method.eq_ignore_ascii_case("POST") {
        field(raw, "grant_type")
    } else {
        None
    }
}

/// The JSON that was sent.
pub(super) fn sent(raw: &RawExchange) -> Option<Value> {
    serde_json::from_slice(&raw.request.body).ok()
}

/// The JSON that came back with a success.
pub(super) fn answer(raw: &RawExchange) -> Option<Value> {
    let response = raw.response().filter(|r| (200..300).contains(&r.status))?;
    serde_json::from_slice(
        response
            .body
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&response.body),
    )
    .ok()
}

/// The method of a JSON-RPC request, of the first one in a batch.
pub(super) fn rpc_method(raw: &RawExchange) -> Option<String> {
    let message = sent(raw)?;
    let message = message
        .as_array()
        .and_then(|batch| batch.first())
        .unwrap_or(&message);
    message.get("jsonrpc")?;
    text(message, "method").map(ToOwned::to_owned)
}

/// The `resource_metadata` of a challenge.
fn named_by(raw: &RawExchange) -> Vec<String> {
    let Some(response) = raw.response().filter(|r| matches!(r.status, 401 | 403)) else {
        return Vec::new();
    };
    let challenges = challenge::parse(&response.headers);
    challenges
        .param("resource_metadata")
        .map(ToOwned::to_owned)
        .into_iter()
        .collect()
}

/// A URL without query and fragment.
fn base(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
