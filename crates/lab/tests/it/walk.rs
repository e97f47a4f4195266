//! A walk through a whole target: every step of a flow and every probe, written down as text that is the same each time.
//!
//! The walker is a tolerant client: where a server is broken it notes what came and goes on as well as it can, so that
//! the notes of a faulty target can be laid beside those of a healthy one.

use std::time::Duration;

use authscope_lab::TargetInfo;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::RequestBuilder;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use url::Url;

use crate::client::{Answer, REDIRECT, VERIFIER, challenge_of, challenge_param, param};
use crate::notes::Notes;

pub(crate) const ACCEPT: &str = "application/json, text/event-stream";

/// How long a body may pause before the walk calls it endless; the answers that do come come at once.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Query or form parameters.
pub(crate) type Params = Vec<(&'static str, String)>;

/// A client as the walk came to know it.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<String>,
    pub(crate) basic: bool,
}

impl Client {
    pub(crate) fn public(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: None,
            basic: false,
        }
    }
}

/// What the walk knows and has seen.
pub(crate) struct Walk {
    pub(crate) target: TargetInfo,
    pub(crate) http: reqwest::Client,
    pub(crate) notes: Notes,
    pub(crate) issuer: String,
    pub(crate) metadata: Value,
    pub(crate) resource: String,
    pub(crate) scope: Option<String>,
    pub(crate) client: Client,
    pub(crate) access_token: Option<String>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) session: Option<String>,
}

impl Walk {
    pub(crate) fn new(target: &TargetInfo) -> Self {
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            http,
            notes: Notes::new(target),
            issuer: target.issuer.clone(),
            metadata: Value::Null,
            resource: target.mcp_url.clone(),
            scope: None,
            client: Client::public("lab-public"),
            access_token: None,
            refresh_token: None,
            session: None,
            target: target.clone(),
        }
    }

    /// Sends a request and notes what came.
    pub(crate) async fn see(&mut self, step: &'static str, request: RequestBuilder) -> Answer {
        let answer = match request.send().await {
            Err(_) => Answer {
                status: 0,
                headers: reqwest::header::HeaderMap::new(),
                text: "no answer".to_owned(),
            },
            Ok(response) => {
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                Answer {
                    status,
                    headers,
                    text: read(response).await,
                }
            }
        };
        self.notes.push(step, &answer);
        answer
    }

    pub(crate) fn stateless(&self) -> bool {
        self.target.revision == "2026-07-28"
    }

    /// A POST to an endpoint of the metadata or, where every server must have it, of the default path.
    pub(crate) fn post_to(&self, endpoint: &str) -> Option<RequestBuilder> {
        Some(self.http.post(self.endpoint(endpoint)?))
    }

    fn endpoint(&self, name: &str) -> Option<String> {
        let given = self.metadata[name]
            .as_str()
            .filter(|url| url.starts_with("http"));
        let default = match name {
            "authorization_endpoint" => "authorize",
            "token_endpoint" => "token",
            "registration_endpoint" if self.target.revision == "2025-03-26" => "register",
            _ => return given.map(str::to_owned),
        };
        Some(given.map_or_else(
            || format!("{}/{default}", self.target.issuer.trim_end_matches('/')),
            str::to_owned,
        ))
    }

    /// An authorization request as a conforming client makes it.
    pub(crate) fn authorization_params(&self) -> Params {
        let mut params = vec![
            ("response_type", "code".to_owned()),
            ("client_id", self.client.id.clone()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("state", "state-0123456789==".to_owned()),
            ("code_challenge", challenge_of(VERIFIER)),
            ("code_challenge_method", "S256".to_owned()),
        ];
        if self.target.revision != "2025-03-26" {
            params.push(("resource", self.resource.clone()));
        }
        params.extend(self.scope.clone().map(|scope| ("scope", scope)));
        params
    }

    /// Authorizes and gives the code, if one came.
    pub(crate) async fn authorize(&mut self, step: &'static str, params: Params) -> Option<String> {
        let params = self.push_ahead(params).await?;
        let url =
            Url::parse_with_params(&self.endpoint("authorization_endpoint")?, params).unwrap();
        let request = self.http.get(url);
        let answer = self.see(step, request).await;
        let location = answer
            .headers
            .get("location")
            .and_then(|value| value.to_str().ok())?;
        Url::parse(location).ok()?;
        param(location, "code")
    }

    /// The parameters to go to the authorization endpoint with: themselves, or a reference to them (RFC 9126).
    async fn push_ahead(&mut self, params: Params) -> Option<Params> {
        if self.metadata["require_pushed_authorization_requests"] != true {
            return Some(params);
        }
        let request = self.post_to("pushed_authorization_request_endpoint")?;
        let answer = self.see("pushed request", request.form(&params)).await;
        let document: Value = serde_json::from_str(&answer.text).ok()?;
        let reference = document["request_uri"].as_str()?.to_owned();
        Some(vec![
            ("client_id", self.client.id.clone()),
            ("request_uri", reference),
        ])
    }

    pub(crate) fn code_form(&self, code: &str) -> Params {
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("code_verifier", VERIFIER.to_owned()),
        ];
        if self.target.revision != "2025-03-26" {
            form.push(("resource", self.resource.clone()));
        }
        form
    }

    /// A token request with the client's authentication.
    pub(crate) async fn token(&mut self, step: &'static str, mut form: Params) -> Value {
        let mut request = self.post_to("token_endpoint").unwrap();
        match (&self.client.secret, self.client.basic) {
            (Some(secret), true) => request = request.basic_auth(&self.client.id, Some(secret)),
            (secret, _) => {
                form.push(("client_id", self.client.id.clone()));
                form.extend(secret.clone().map(|secret| ("client_secret", secret)));
            }
        }
        let answer = self.see(step, request.form(&form)).await;
        serde_json::from_str(&answer.text).unwrap_or_default()
    }

    /// From the person's consent to the tools.
    pub(crate) async fn sign_in(&mut self) {
        let Some(code) = self
            .authorize("authorization", self.authorization_params())
            .await
        else {
            return;
        };
        let tokens = self.token("token", self.code_form(&code)).await;
        self.access_token = tokens["access_token"].as_str().map(str::to_owned);
        self.refresh_token = tokens["refresh_token"].as_str().map(str::to_owned);
        let Some(token) = self.access_token.clone() else {
            return;
        };
        let answer = self
            .rpc("handshake", Some(&token), self.first_method(), json!({}))
            .await;
        self.session = answer
            .headers
            .get("mcp-session-id")
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned);
        if !self.stateless() {
            self.rpc(
                "initialized",
                Some(&token),
                "notifications/initialized",
                json!({}),
            )
            .await;
        }
        self.rpc("tools/list", Some(&token), "tools/list", json!({}))
            .await;
    }

    /// Refreshes, uses the new token, and tries the old refresh token again.
    pub(crate) async fn refresh(&mut self) {
        let Some(old) = self.refresh_token.clone() else {
            return;
        };
        let form = |resource: &str| {
            let refresh = ("grant_type", "refresh_token".to_owned());
            vec![
                refresh,
                ("refresh_token", old.clone()),
                ("resource", resource.to_owned()),
            ]
        };
        let form = form(&self.resource);
        let renewed = self.token("refresh", form.clone()).await;
        self.notes.compare(
            "refresh token changed",
            renewed["refresh_token"].as_str(),
            Some(&old),
        );
        self.notes.compare(
            "refresh: access token changed",
            renewed["access_token"].as_str(),
            self.access_token.as_deref(),
        );
        if let Some(token) = renewed["access_token"].as_str() {
            self.rpc(
                "handshake after refresh",
                Some(token),
                self.first_method(),
                json!({}),
            )
            .await;
        }
        self.token("refresh again with the old token", form).await;
    }

    /// Calls the tool that wants more, signs in for more, and calls again, three times at most.
    pub(crate) async fn step_up(&mut self) {
        let Some(code) = self
            .authorize("authorization for the tool", self.authorization_params())
            .await
        else {
            return;
        };
        let mut tokens = self
            .token("token for the tool", self.code_form(&code))
            .await;
        for step in [
            "tool call",
            "tool call after step-up",
            "tool call after second step-up",
        ] {
            let Some(token) = tokens["access_token"].as_str().map(str::to_owned) else {
                return;
            };
            let answer = self
                .rpc(
                    step,
                    Some(&token),
                    "tools/call",
                    json!({ "name": "admin_report", "arguments": {} }),
                )
                .await;
            let Some(scope) = challenge_param(&answer, "scope").filter(|_| answer.status == 403)
            else {
                return;
            };
            self.scope = Some(scope);
            let Some(code) = self
                .authorize("authorization for more scope", self.authorization_params())
                .await
            else {
                return;
            };
            tokens = self
                .token("token for more scope", self.code_form(&code))
                .await;
        }
    }

    pub(crate) fn first_method(&self) -> &'static str {
        if self.stateless() {
            "server/discover"
        } else {
            "initialize"
        }
    }

    /// A JSON-RPC request as the target's revision wants it.
    pub(crate) async fn rpc(
        &mut self,
        step: &'static str,
        token: Option<&str>,
        method: &str,
        params: Value,
    ) -> Answer {
        let mut request = self
            .http
            .post(&self.target.mcp_url)
            .header("accept", ACCEPT);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let request = self.in_revision(request, method, params);
        self.see(step, request).await
    }

    pub(crate) fn in_revision(
        &self,
        mut request: RequestBuilder,
        method: &str,
        mut params: Value,
    ) -> RequestBuilder {
        let version = self.target.revision;
        if self.stateless() {
            params["_meta"] = json!({ "io.modelcontextprotocol/protocolVersion": version,
                "io.modelcontextprotocol/clientCapabilities": {} });
            request = request
                .header("mcp-protocol-version", version)
                .header("mcp-method", method);
            if let Some(name) = params["name"].as_str() {
                request = request.header("mcp-name", name);
            }
        } else if method == "initialize" {
            params["protocolVersion"] = json!(version);
        } else {
            request = request.header("mcp-protocol-version", version);
            if let Some(session) = &self.session {
                request = request.header("mcp-session-id", session);
            }
        }
        let mut message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        if !method.starts_with("notifications/") {
            message["id"] = json!(7);
        }
        request.json(&message)
    }
}

/// The body, or in words why it has no end.
async fn read(mut response: reqwest::Response) -> String {
    let mut body = Vec::new();
    loop {
        match tokio::time::timeout(PATIENCE, response.chunk()).await {
            Ok(Ok(Some(chunk))) => body.extend_from_slice(&chunk),
            Ok(Ok(None)) => break,
            Ok(Err(_)) => {
                body.extend_from_slice(b" (broken off)");
                break;
            }
            Err(_) => {
                body.extend_from_slice(b" (no end)");
                break;
            }
        }
    }
    if body.len() > 100_000 {
        return format!("{} bytes", body.len());
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// A JWT without a signature.
pub(crate) fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!(
        "{}.{}.",
        part(&json!({ "alg": "none", "typ": "at+jwt" })),
        part(claims)
    )
}
