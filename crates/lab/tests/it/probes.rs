//! The probes of a walk: requests no conforming client sends, which a correct server refuses.

use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use crate::client::REDIRECT;
use crate::walk::{ACCEPT, Client, Walk, unsigned};

impl Walk {
    /// Everything a correct server refuses.
    pub(crate) async fn probe(&mut self, liar_client: &str) {
        self.probe_tokens().await;
        self.probe_methods().await;
        self.probe_authorization().await;
        self.probe_codes().await;
        self.probe_registration().await;
        self.probe_client_document(liar_client).await;
        self.probe_browser().await;
        let url = self.well_known("oauth-protected-resource", &self.target.mcp_url);
        let request = self.http.get(url);
        self.see("probe: well-known resource metadata", request)
            .await;
    }

    async fn probe_tokens(&mut self) {
        // The refresh tried before has ended the tokens of its family.
        if let Some(code) = self
            .authorize("probe: authorization", self.authorization_params())
            .await
        {
            let tokens = self
                .token("probe: fresh token", self.code_form(&code))
                .await;
            self.access_token = tokens["access_token"].as_str().map(str::to_owned);
        }
        self.rpc(
            "probe: garbage token",
            Some("garbage"),
            self.first_method(),
            json!({}),
        )
        .await;
        self.rpc(
            "probe: empty token",
            Some(""),
            self.first_method(),
            json!({}),
        )
        .await;
        let claims = json!({ "iss": self.issuer, "aud": self.resource, "sub": "mallory", "scope": "files:read",
            "exp": 32_503_680_000_i64 });
        self.rpc(
            "probe: unsigned token",
            Some(&unsigned(&claims)),
            self.first_method(),
            json!({}),
        )
        .await;
        let Some(token) = self.access_token.clone() else {
            return;
        };
        let url = format!("{}?access_token={token}", self.target.mcp_url);
        let request = self.in_revision(
            self.http.post(url).header("accept", ACCEPT),
            self.first_method(),
            json!({}),
        );
        self.see("probe: token in the query", request).await;
        let lower = self
            .http
            .post(&self.target.mcp_url)
            .header("accept", ACCEPT)
            .header("authorization", format!("bearer {token}"));
        let request = self.in_revision(lower, self.first_method(), json!({}));
        self.see("probe: bearer in lower case", request).await;
        let evil = self
            .http
            .post(&self.target.mcp_url)
            .header("accept", ACCEPT)
            .header("origin", "https://evil.example");
        let request = self.in_revision(evil.bearer_auth(&token), self.first_method(), json!({}));
        self.see("probe: foreign origin", request).await;
        let params = json!({ "name": "whoami", "arguments": {} });
        let call = self
            .http
            .post(&self.target.mcp_url)
            .header("accept", ACCEPT);
        let request = self.in_revision(call, "tools/call", params);
        self.see("probe: tool call without token", request).await;
    }

    async fn probe_methods(&mut self) {
        let request = self
            .http
            .get(&self.target.mcp_url)
            .header("accept", "text/event-stream");
        self.see("probe: GET without token", request).await;
    }

    async fn probe_authorization(&mut self) {
        let changed =
            |params: &[(&'static str, String)], name: &'static str, value: Option<&str>| {
                let mut params = params.to_vec();
                params.retain(|(key, _)| *key != name);
                params.extend(value.map(|value| (name, value.to_owned())));
                params
            };
        let params = self.authorization_params();
        let tries = [
            (
                "probe: request without PKCE",
                changed(&params, "code_challenge", None),
            ),
            (
                "probe: PKCE method plain",
                changed(&params, "code_challenge_method", Some("plain")),
            ),
            (
                "probe: unregistered redirect URI",
                changed(&params, "redirect_uri", Some("https://evil.example/cb")),
            ),
            (
                "probe: another loopback port",
                changed(&params, "redirect_uri", Some("http://127.0.0.1:9/callback")),
            ),
            (
                "probe: unknown client",
                changed(&params, "client_id", Some("nobody")),
            ),
            (
                "probe: unknown scope",
                changed(&params, "scope", Some("everything")),
            ),
        ];
        for (step, params) in tries {
            self.authorize(step, params).await;
        }
        let other = changed(&params, "resource", Some("https://other.example/mcp"));
        if let Some(code) = self.authorize("probe: another resource", other).await {
            let mut form = self.code_form(&code);
            form.retain(|(name, _)| *name != "resource");
            let tokens = self.token("probe: token for another resource", form).await;
            if let Some(token) = tokens["access_token"].as_str() {
                self.rpc(
                    "probe: using a token for another resource",
                    Some(token),
                    self.first_method(),
                    json!({}),
                )
                .await;
            }
        }
    }

    async fn probe_codes(&mut self) {
        let tries: [(&'static str, &str, Option<&str>); 3] = [
            (
                "probe: wrong verifier",
                "code_verifier",
                Some("wrong-verifier-wrong-verifier-wrong-verifier-00"),
            ),
            ("probe: missing verifier", "code_verifier", None),
            (
                "probe: changed redirect URI",
                "redirect_uri",
                Some("http://127.0.0.1:43210/elsewhere"),
            ),
        ];
        for (step, name, value) in tries {
            let Some(code) = self
                .authorize("probe: authorization", self.authorization_params())
                .await
            else {
                return;
            };
            let mut form = self.code_form(&code);
            for (key, old) in &mut form {
                if *key == name {
                    value.unwrap_or_default().clone_into(old);
                }
            }
            self.token(step, form).await;
        }
        let Some(code) = self
            .authorize("probe: authorization", self.authorization_params())
            .await
        else {
            return;
        };
        self.token("probe: code the first time", self.code_form(&code))
            .await;
        self.token("probe: code the second time", self.code_form(&code))
            .await;
        if self.client.id == "lab-public" {
            return;
        }
        let Some(code) = self
            .authorize("probe: authorization", self.authorization_params())
            .await
        else {
            return;
        };
        let own = std::mem::replace(&mut self.client, Client::public("lab-public"));
        self.token("probe: code of another client", self.code_form(&code))
            .await;
        self.client = own;
    }

    async fn probe_registration(&mut self) {
        let Some(request) = self.post_to("registration_endpoint") else {
            return;
        };
        let metadata = json!({ "redirect_uris": ["http://evil.example/cb"], "token_endpoint_auth_method": "none" });
        self.see("probe: plain http redirect URI", request.json(&metadata))
            .await;
        self.probe_management().await;
    }

    /// What was registered, read back with the token that was given for it (RFC 7592).
    async fn probe_management(&mut self) {
        let Some(request) = self.post_to("registration_endpoint") else {
            return;
        };
        let metadata = json!({ "redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none" });
        let Ok(answer) = request.json(&metadata).send().await else {
            return;
        };
        let registered: Value = answer.json().await.unwrap_or_default();
        let managed = ["registration_client_uri", "registration_access_token"]
            .map(|name| registered[name].as_str().map(str::to_owned));
        if let [Some(uri), Some(token)] = managed {
            let request = self.http.get(uri).bearer_auth(token);
            self.see("probe: registration read back", request).await;
        }
    }

    async fn probe_client_document(&mut self, liar: &str) {
        if self.metadata["client_id_metadata_document_supported"] == true {
            let own = std::mem::replace(&mut self.client, Client::public(liar));
            self.authorize(
                "probe: document of another client",
                self.authorization_params(),
            )
            .await;
            self.client = own;
        }
    }

    async fn probe_browser(&mut self) {
        let preflight = |url: &str| {
            self.http
                .request(Method::OPTIONS, url)
                .header("origin", "http://localhost:5173")
        };
        let at_mcp = preflight(&self.target.mcp_url);
        let at_token = self.metadata["token_endpoint"]
            .as_str()
            .filter(|url| url.starts_with("http"))
            .map(preflight);
        self.see("browser: preflight at the MCP server", at_mcp)
            .await;
        if let Some(request) = at_token {
            self.see("browser: preflight at the token endpoint", request)
                .await;
        }
        let params: Vec<(&str, String)> = self.authorization_params();
        let Some(endpoint) = self.metadata["authorization_endpoint"]
            .as_str()
            .filter(|url| url.starts_with("http"))
        else {
            return;
        };
        let url = Url::parse_with_params(endpoint, &params).unwrap();
        let request = self.http.get(url).header("accept", "text/html");
        self.see("browser: consent page", request).await;
    }

    /// After the clock was moved: the token of the flow has expired.
    pub(crate) async fn probe_expired(&mut self) {
        if let Some(token) = self.access_token.clone() {
            self.rpc(
                "probe: expired token",
                Some(&token),
                self.first_method(),
                json!({}),
            )
            .await;
        }
    }
}

/// The documents the walk's clients are known by: an honest one, and one that claims to be it.
pub(crate) async fn serve_documents() -> (String, String) {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", server.local_addr().unwrap());
    let honest = format!("{origin}/client.json");
    let document: Value = json!({ "client_id": honest, "client_name": "Walker", "redirect_uris": [REDIRECT],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none" });
    let route = axum::routing::get(move || {
        let document = document.clone();
        async move { axum::Json(document) }
    });
    let router = axum::Router::new()
        .route("/client.json", route.clone())
        .route("/liar.json", route);
    tokio::spawn(async move { axum::serve(server, router).await });
    (honest, format!("{origin}/liar.json"))
}
