//! What a healthy flow is made of: its settings and the shape of a step.

use crate::overlay;
use authscope_model::event::Fact;
use authscope_model::exchange::{Cut, Failure};
use authscope_model::revision::PrmDiscovery;
use authscope_model::{Header, Participant, Revision, StepKind};
use serde_json::{Map, Value, json};

/// What a healthy flow is made of; each may be set in the `flow` directive.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Revision.
    pub revision: Revision,
    /// `server`: URL of the MCP server.
    pub server: String,
    /// `resource`: in PRM and requests; the server's URL unless set.
    pub resource: String,
    /// `issuer`: issuer of the authorization server.
    pub issuer: String,
    /// `scope`: asked for and granted; empty for none.
    pub scope: String,
    /// `redirect`: redirect URI.
    pub redirect: String,
    /// `registration`: `dcr`, `cimd` or `preregistered`.
    pub registration: String,
    /// `client_id`.
    pub client_id: String,
    /// `token`: `jwt` or `opaque`.
    pub token: String,
}

impl Settings {
    /// The defaults in a revision.
    #[must_use]
    pub fn new(revision: Revision) -> Self {
        Self {
            revision,
            server: "https://mcp.example.com/mcp".into(),
            resource: String::new(),
            issuer: String::new(),
            scope: "files:read".into(),
            redirect: "http://127.0.0.1:8700/oauth/callback".into(),
            registration: "dcr".into(),
            client_id: String::new(),
            token: "jwt".into(),
        }
    }

    /// Sets one by name.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let slot = match name {
            "server" => &mut self.server,
            "resource" => &mut self.resource,
            "issuer" => &mut self.issuer,
            "scope" => &mut self.scope,
            "redirect" => &mut self.redirect,
            "registration" => &mut self.registration,
            "client_id" => &mut self.client_id,
            "token" => &mut self.token,
            _ => return Err(format!("the flow has no setting {name:?}")),
        };
        *slot = value.replace('+', " ");
        Ok(())
    }

    /// Fills in what follows from other settings.
    pub(crate) fn complete(&mut self) {
        let origin = authscope_protocol::well_known::mcp_origin(&self.server).unwrap_or_default();
        if self.resource.is_empty() {
            self.resource.clone_from(&self.server);
        }
        if self.issuer.is_empty() {
            let own = self.revision.behaviour().prm == PrmDiscovery::None;
            self.issuer = if own {
                origin
            } else {
                "https://auth.example.com".into()
            };
        }
        if self.client_id.is_empty() {
            let cimd = self.registration == "cimd";
            let id = if cimd {
                "https://client.example.org/oauth/client/s1/metadata.json"
            } else {
                "client-7f3a"
            };
            self.client_id = id.into();
        }
    }

    /// Claims of the access token.
    pub(crate) fn claims(&self) -> Map<String, Value> {
        let claims = json!({
            "iss": self.issuer, "sub": "user-1", "aud": self.resource, "client_id": self.client_id,
            "scope": self.scope, "iat": START / 1000, "exp": START / 1000 + 3600, "jti": "t1",
        });
        claims.as_object().cloned().unwrap_or_default()
    }

    pub(crate) fn has_prm(&self) -> bool {
        self.revision.behaviour().prm != PrmDiscovery::None
    }

    /// The access token that a refresh gives.
    pub(crate) fn renewed_token(&self) -> String {
        if self.token == "opaque" {
            return "⟨access_token · 43 chars · #a91f3c⟩".into();
        }
        let header = json!({"alg": "RS256", "typ": "at+jwt", "kid": "k1"});
        let mut claims = self.claims();
        claims.insert("jti".into(), "t2".into());
        overlay::jwt(&header, &Value::Object(claims))
    }

    pub(crate) fn access_token(&self) -> String {
        if self.token == "opaque" {
            return "⟨access_token · 43 chars · #a91f3b⟩".into();
        }
        let header = json!({"alg": "RS256", "typ": "at+jwt", "kid": "k1"});
        overlay::jwt(&header, &Value::Object(self.claims()))
    }
}

/// When a fixture begins: 2026-05-28, in milliseconds.
pub(crate) const START: u64 = 1_780_000_000_000;

/// What came back.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Reply {
        status: u16,
        headers: Vec<Header>,
        body: String,
    },
    Failed(Failure),
    Unseen,
}

/// One step of the flow.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) kind: StepKind,
    pub(crate) from: Participant,
    pub(crate) to: Participant,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: String,
    pub(crate) answer: Answer,
    pub(crate) facts: Vec<Fact>,
    pub(crate) extra: bool,
    pub(crate) step_up: Option<u32>,
    pub(crate) redirected: bool,
    /// Why the response body is not complete.
    pub(crate) cut: Option<Cut>,
}

/// Headers of a form post.
pub(crate) fn form_headers() -> Vec<Header> {
    vec![
        Header::new("Content-Type", "application/x-www-form-urlencoded"),
        Header::new("Accept", "application/json"),
    ]
}
