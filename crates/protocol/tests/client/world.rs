//! A scripted world around the flow machine: a small MCP server and authorization server as pure functions,
//! and a log of what the flow sent.

use authscope_model::config::SessionConfig;
use authscope_model::event::{Ending, Turn};
use authscope_model::exchange::{RawRequest, Timing};
use authscope_model::{Header, RawExchange, RawOutcome, RawResponse, RevisionChoice, StepKind};
use authscope_protocol::flow::{
    Action, Flow, Fresh, Output, Prepared, Reply, Settings, Signer, redirect,
};
use authscope_protocol::{form, url_text};
use serde_json::{Value, json};

/// URL of the MCP server of the world.
pub(crate) const MCP: &str = "https://mcp.example/mcp";
/// Issuer of the world.
pub(crate) const ISSUER: &str = "https://as.example";
/// Redirect URI of the client.
pub(crate) const REDIRECT: &str = "http://127.0.0.1:7007/oauth/callback";

/// A signer that makes recognisable tokens.
pub(crate) struct Stamp;

impl Signer for Stamp {
    fn sign(&self, _: &str, header: &Value, claims: &Value) -> Result<String, String> {
        use base64::Engine as _;
        let part =
            |v: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(v.to_string());
        Ok(format!("{}.{}.c2ln", part(header), part(claims)))
    }
    fn sign_hmac(&self, secret: &str, header: &Value, claims: &Value) -> Result<String, String> {
        self.sign(secret, header, claims)
    }
    fn verify(&self, _: &str, _: &Value) -> Result<String, String> {
        Ok("verified".into())
    }
    fn public_jwk(&self, _: &str) -> Result<Value, String> {
        Ok(json!({ "kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "kid": "pasted" }))
    }
    fn generate_es256(&self) -> Result<Value, String> {
        Ok(json!({ "kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "d": "ZA", "kid": "k" }))
    }
}

/// Answers a request before the world does; the number says how many were sent before it.
pub(crate) type Hook = dyn Fn(&Prepared, usize) -> Option<RawResponse>;

/// How the world answers; tests change members or answer themselves through `hook`.
pub(crate) struct World {
    /// Challenge of the 401; `None`: no header.
    pub(crate) challenge: Option<String>,
    /// PRM by URL.
    pub(crate) prm: Vec<(String, Value)>,
    /// Authorization server metadata by URL.
    pub(crate) metadata: Vec<(String, Value)>,
    /// Extra parameters of the authorization response.
    pub(crate) callback: Vec<(String, String)>,
    /// Whether the callback carries `iss`.
    pub(crate) iss: Option<String>,
    /// Answers before the world does.
    pub(crate) hook: Box<Hook>,
    /// What was sent, in order.
    pub(crate) sent: Vec<Prepared>,
    /// Authorization URLs handed to the browser, in order.
    pub(crate) fronts: Vec<String>,
    /// How long the flow waited, in order (milliseconds).
    pub(crate) waits: Vec<u64>,
    /// What the flow told.
    pub(crate) outputs: Vec<Output>,
}

/// PRM of a healthy world.
pub(crate) fn prm() -> Value {
    json!({ "resource": MCP, "authorization_servers": [ISSUER], "scopes_supported": ["read", "write"] })
}

/// Metadata of a healthy world.
pub(crate) fn metadata() -> Value {
    json!({
        "issuer": ISSUER, "authorization_endpoint": format!("{ISSUER}/authorize"),
        "token_endpoint": format!("{ISSUER}/token"), "registration_endpoint": format!("{ISSUER}/register"),
        "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
    })
}

impl Default for World {
    fn default() -> Self {
        let prm_url = "https://mcp.example/.well-known/oauth-protected-resource/mcp";
        Self {
            challenge: Some(format!(
                r#"Bearer resource_metadata="{prm_url}", scope="read""#
            )),
            prm: vec![(prm_url.into(), prm())],
            metadata: vec![(
                format!("{ISSUER}/.well-known/oauth-authorization-server"),
                metadata(),
            )],
            callback: Vec::new(),
            iss: None,
            hook: Box::new(|_, _| None),
            sent: Vec::new(),
            fronts: Vec::new(),
            waits: Vec::new(),
            outputs: Vec::new(),
        }
    }
}

/// A response.
pub(crate) fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> RawResponse {
    RawResponse {
        status_line: format!("HTTP/1.1 {status}"),
        status,
        headers: headers.iter().map(|(n, v)| Header::new(*n, *v)).collect(),
        body: body.as_bytes().to_vec(),
        body_length: body.len() as u64,
        cut: None,
    }
}

/// A JSON response.
pub(crate) fn json_reply(status: u16, body: &Value) -> RawResponse {
    reply(
        status,
        &[("Content-Type", "application/json")],
        &body.to_string(),
    )
}

impl World {
    fn answer(&self, sent: &Prepared) -> RawResponse {
        if let Some(answer) = (self.hook)(sent, self.sent.len()) {
            return answer;
        }
        let find = |list: &[(String, Value)]| {
            list.iter()
                .find(|(url, _)| *url == sent.url)
                .map(|(_, v)| v.clone())
        };
        if let Some(document) = find(&self.prm).or_else(|| find(&self.metadata)) {
            return json_reply(200, &document);
        }
        match sent.url.as_str() {
            url if url == MCP => self.mcp(sent),
            url if url.ends_with("/register") => json_reply(
                201,
                &json!({ "client_id": "c1", "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none" }),
            ),
            url if url.ends_with("/token") => json_reply(
                200,
                &json!({ "access_token": "at-1", "token_type": "Bearer", "expires_in": 3600 }),
            ),
            _ => reply(404, &[], ""),
        }
    }

    fn mcp(&self, sent: &Prepared) -> RawResponse {
        let authorized = sent.headers.iter().any(|h| h.name == "Authorization");
        if !authorized {
            let headers: Vec<(&str, &str)> = self
                .challenge
                .iter()
                .map(|c| ("WWW-Authenticate", c.as_str()))
                .collect();
            return reply(401, &headers, "");
        }
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        let result = match body["method"].as_str().unwrap() {
            "initialize" => {
                json!({ "protocolVersion": body["params"]["protocolVersion"], "capabilities": {}, "serverInfo": {} })
            }
            "notifications/initialized" => return reply(202, &[], ""),
            "tools/list" => json!({ "tools": [{ "name": "t" }] }),
            _ => json!({}),
        };
        json_reply(
            200,
            &json!({ "jsonrpc": "2.0", "id": body["id"], "result": result }),
        )
    }

    /// The authorization response for an authorization URL.
    fn redirected(&self, url: &str) -> String {
        let state = url_text::query_pairs(url)
            .into_iter()
            .find(|(n, _)| n == "state")
            .map(|(_, v)| v);
        let mut pairs = vec![("code".to_owned(), format!("code-{}", self.fronts.len()))];
        pairs.extend(state.map(|s| ("state".to_owned(), s)));
        pairs.extend(self.iss.clone().map(|i| ("iss".to_owned(), i)));
        for (name, value) in &self.callback {
            pairs.retain(|(n, _)| n != name);
            if !value.is_empty() {
                pairs.push((name.clone(), value.clone()));
            }
        }
        let pairs: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        form::append_query(REDIRECT, &pairs)
    }

    /// Runs a flow to its end.
    pub(crate) fn run(&mut self, config: SessionConfig) -> (Ending, String) {
        self.drive(&mut Self::flow(config))
    }

    /// A flow at its start.
    pub(crate) fn flow(config: SessionConfig) -> Flow {
        let settings = Settings {
            redirect_uri: REDIRECT.into(),
            client_document_url: "https://authscope.example/oauth/client/x/metadata.json".into(),
            client_jwks_url: "https://authscope.example/oauth/client/x/jwks.json".into(),
            hosts_document: true,
            expiry_leeway: 5,
            interactive: false,
            version: "0".into(),
        };
        Flow::new(config, settings)
    }

    /// Drives a flow to its end.
    pub(crate) fn drive(&mut self, flow: &mut Flow) -> (Ending, String) {
        let mut now = 1_800_000_000_000;
        for step in 0..200u8 {
            let fresh = Fresh {
                now,
                random: [step; 96],
                signer: &Stamp,
            };
            // A flow survives being stored between any two steps.
            *flow = serde_json::from_str(&serde_json::to_string(flow).unwrap()).unwrap();
            match flow.next(&fresh) {
                Action::Send(prepared) => self.exchange(flow, prepared, &fresh),
                Action::Front { url } => {
                    self.fronts.push(url.clone());
                    flow.front_sent();
                    assert!(matches!(
                        flow.next(&fresh),
                        Action::Ask(Turn::Authorize { .. })
                    ));
                    let outcome = flow.callback(&self.redirected(&url), &fresh);
                    self.outputs.extend(outcome.outputs);
                }
                Action::Wait { millis } => {
                    self.waits.push(millis);
                    now += millis;
                }
                Action::Finish { ending, message } => return (ending, message),
                other => panic!("a headless flow asks nobody: {other:?}"),
            }
        }
        panic!("the flow does not end");
    }

    /// The next request of a flow and its answer.
    pub(crate) fn step(&mut self, flow: &mut Flow, fresh: &Fresh<'_>) {
        match flow.next(fresh) {
            Action::Send(prepared) => self.exchange(flow, prepared, fresh),
            other => panic!("no request comes next: {other:?}"),
        }
    }

    fn exchange(&mut self, flow: &mut Flow, prepared: Prepared, fresh: &Fresh<'_>) {
        let response = self.answer(&prepared);
        self.sent.push(prepared.clone());
        let raw = RawExchange {
            request: RawRequest {
                method: prepared.method.clone(),
                url: prepared.url.clone(),
                body: prepared.body.clone(),
                ..RawRequest::default()
            },
            outcome: RawOutcome::Response(response),
            started_at: 0,
            timing: Timing::default(),
            peer: None,
            tls: None,
        };
        let reply = Reply { exchange: &raw };
        if let Some(next) = redirect::next_hop(&prepared, &reply) {
            return self.exchange(flow, next, fresh);
        }
        self.outputs.extend(flow.absorb(&reply, fresh));
    }

    /// The first request of a kind.
    pub(crate) fn first(&self, step: StepKind) -> &Prepared {
        self.sent
            .iter()
            .find(|p| p.step == step)
            .unwrap_or_else(|| panic!("no {step:?} was sent"))
    }

    /// All requests of a kind.
    pub(crate) fn all(&self, step: StepKind) -> Vec<&Prepared> {
        self.sent.iter().filter(|p| p.step == step).collect()
    }

    /// The notes told, in order.
    pub(crate) fn notes(&self) -> Vec<&str> {
        let notes = self.outputs.iter().filter_map(|output| match output {
            Output::Note(_, text) => Some(text.as_str()),
            _ => None,
        });
        notes.collect()
    }

    /// The steps, in order.
    pub(crate) fn steps(&self) -> Vec<StepKind> {
        self.sent.iter().map(|p| p.step).collect()
    }
}

/// A configuration of a revision.
pub(crate) fn config(revision: &str) -> SessionConfig {
    let mut config = SessionConfig::new(MCP);
    config.revision = RevisionChoice::parse(revision).unwrap();
    config
}

/// A header of a request.
pub(crate) fn header<'a>(prepared: &'a Prepared, name: &str) -> Option<&'a str> {
    authscope_model::exchange::header(&prepared.headers, name)
}

/// A form parameter of a request.
pub(crate) fn param(prepared: &Prepared, name: &str) -> Option<String> {
    let body = String::from_utf8(prepared.body.clone()).unwrap();
    form::parse(&body)
        .into_iter()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v)
}

/// A query parameter of a URL.
pub(crate) fn query(url: &str, name: &str) -> Option<String> {
    url_text::query_pairs(url)
        .into_iter()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v)
}

/// The JSON body of a request.
pub(crate) fn body(prepared: &Prepared) -> Value {
    serde_json::from_slice(&prepared.body).unwrap()
}
