//! A client made by hand: every step of a flow as one request, nothing checked unless a test does.

use authscope_lab::{Lab, LabConfig, RunningLab, TargetInfo};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const REDIRECT: &str = "http://127.0.0.1:43210/callback";
const ACCEPT: &str = "application/json, text/event-stream";

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn member(&self, name: &str) -> String {
        self.json()[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {}", self.text))
            .to_owned()
    }
}

/// What a flow has gathered so far.
pub(crate) struct Flow {
    pub(crate) lab: RunningLab,
    pub(crate) http: reqwest::Client,
    pub(crate) target: TargetInfo,
    pub(crate) metadata: Value,
    pub(crate) client_id: String,
    pub(crate) scope: Option<String>,
    pub(crate) resource: String,
    pub(crate) redirect_uri: String,
    pub(crate) version: &'static str,
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

pub(crate) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The claims of a JWT.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The query parameters of a `Location`.
pub(crate) fn query_of(location: &str) -> Vec<(String, String)> {
    Url::parse(location)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

pub(crate) fn param(location: &str, name: &str) -> Option<String> {
    query_of(location)
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
}

/// The value of a parameter of the `WWW-Authenticate` header.
pub(crate) fn challenge_param(answer: &Answer, name: &str) -> Option<String> {
    let header = answer.header("www-authenticate");
    let rest = header.split(&format!("{name}=\"")).nth(1)?;
    rest.split('"').next().map(str::to_owned)
}

impl Flow {
    /// A target at the root of two origins, with further faults.
    pub(crate) async fn single(preset: &str, faults: &[&str]) -> Self {
        let lab = Lab::start_single(LabConfig::default(), preset, faults)
            .await
            .unwrap();
        Self::on(lab, preset)
    }

    /// A target of a lab that runs.
    pub(crate) fn on(lab: RunningLab, id: &str) -> Self {
        let target = lab.target(id).unwrap().clone();
        Self {
            resource: target.mcp_url.clone(),
            lab,
            http: http(),
            target,
            metadata: Value::Null,
            client_id: "lab-public".to_owned(),
            scope: None,
            redirect_uri: REDIRECT.to_owned(),
            version: "2025-11-25",
        }
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer {
            status,
            headers,
            text: response.text().await.unwrap_or_default(),
        }
    }

    pub(crate) async fn get(&self, url: &str) -> Answer {
        self.send(self.http.get(url)).await
    }

    pub(crate) async fn rpc(
        &self,
        token: Option<&str>,
        session: Option<&str>,
        body: &Value,
    ) -> Answer {
        let mut request = self
            .http
            .post(&self.target.mcp_url)
            .header("accept", ACCEPT)
            .json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(session) = session {
            request = request
                .header("mcp-session-id", session)
                .header("mcp-protocol-version", self.version);
        }
        self.send(request).await
    }

    pub(crate) async fn initialize(&self, token: Option<&str>) -> Answer {
        let params = json!({ "protocolVersion": self.version, "capabilities": {},
            "clientInfo": { "name": "test", "version": "0" } });
        self.rpc(token, None, &request(1, "initialize", params))
            .await
    }

    /// The protected resource metadata, by the challenge or else at the well-known address.
    pub(crate) async fn resource_metadata(&self) -> Answer {
        let probe = self.initialize(None).await;
        let url = challenge_param(&probe, "resource_metadata")
            .unwrap_or_else(|| self.well_known("oauth-protected-resource", &self.target.mcp_url));
        self.get(&url).await
    }

    pub(crate) fn well_known(&self, name: &str, url: &str) -> String {
        let parsed = Url::parse(url).unwrap();
        let path = parsed.path().trim_end_matches('/');
        format!(
            "{}/.well-known/{name}{path}",
            parsed.origin().ascii_serialization()
        )
    }

    pub(crate) async fn server_metadata(&self) -> Answer {
        self.get(&self.well_known("oauth-authorization-server", &self.target.issuer))
            .await
    }

    /// Discovers the authorization server; later steps need it.
    pub(crate) async fn discover(&mut self) {
        self.metadata = self.server_metadata().await.json();
    }

    pub(crate) fn endpoint(&self, name: &str) -> String {
        self.metadata[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name} in {}", self.metadata))
            .to_owned()
    }

    pub(crate) async fn register(&mut self, metadata: &Value) -> Answer {
        let answer = self
            .send(
                self.http
                    .post(self.endpoint("registration_endpoint"))
                    .json(metadata),
            )
            .await;
        if let Ok(document) = serde_json::from_str::<Value>(&answer.text) {
            document["client_id"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut self.client_id);
        }
        answer
    }

    pub(crate) fn authorization_params(&self) -> Vec<(&'static str, String)> {
        let mut params = vec![
            ("response_type", "code".to_owned()),
            ("client_id", self.client_id.clone()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("state", "st a/te+1".to_owned()),
            ("code_challenge", challenge_of(VERIFIER)),
            ("code_challenge_method", "S256".to_owned()),
            ("resource", self.resource.clone()),
        ];
        params.extend(self.scope.clone().map(|scope| ("scope", scope)));
        params
    }

    pub(crate) async fn authorize(&self) -> Answer {
        self.authorize_with(&self.authorization_params()).await
    }

    pub(crate) async fn authorize_with(&self, params: &[(&str, String)]) -> Answer {
        let url = Url::parse_with_params(&self.endpoint("authorization_endpoint"), params).unwrap();
        self.send(self.http.get(url)).await
    }

    /// Authorizes and takes the code out of the redirect.
    pub(crate) async fn code(&self) -> String {
        let answer = self.authorize().await;
        param(answer.header("location"), "code").unwrap_or_else(|| panic!("no code: {answer:?}"))
    }

    pub(crate) fn code_form(&self, code: &str) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.to_owned()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("client_id", self.client_id.clone()),
            ("code_verifier", VERIFIER.to_owned()),
            ("resource", self.resource.clone()),
        ]
    }

    pub(crate) async fn post(&self, endpoint: &str, form: &[(&str, String)]) -> Answer {
        self.send(self.http.post(self.endpoint(endpoint)).form(form))
            .await
    }

    pub(crate) async fn redeem(&self, code: &str) -> Answer {
        self.post("token_endpoint", &self.code_form(code)).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        let form = [
            ("grant_type", "refresh_token".to_owned()),
            ("refresh_token", token.to_owned()),
            ("client_id", self.client_id.clone()),
        ];
        self.post("token_endpoint", &form).await
    }

    /// The whole way to a token answer.
    pub(crate) async fn tokens(&mut self) -> Answer {
        self.discover().await;
        let code = self.code().await;
        self.redeem(&code).await
    }

    pub(crate) async fn access_token(&mut self) -> String {
        self.tokens().await.member("access_token")
    }

    /// `initialize` with a token, giving the session id.
    pub(crate) async fn session(&self, token: &str) -> String {
        let answer = self.initialize(Some(token)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.header("mcp-session-id").to_owned()
    }

    pub(crate) async fn call_tool(&self, token: &str, session: &str, name: &str) -> Answer {
        let params = json!({ "name": name, "arguments": { "a": 2, "b": 3 } });
        self.rpc(
            Some(token),
            Some(session),
            &request(3, "tools/call", params),
        )
        .await
    }
}

pub(crate) fn request(id: u32, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// Client metadata for a public client.
pub(crate) fn public_client() -> Value {
    json!({ "client_name": "Test", "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"], "application_type": "native" })
}
