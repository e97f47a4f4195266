//! The first part of a walk: discovery, as far as it goes, and registration.

use serde_json::{Value, json};
use url::Url;

use crate::client::{challenge_param, public_client};
use crate::walk::{Client, Walk};

impl Walk {
    /// Discovery, as far as it goes, and registration.
    pub(crate) async fn prepare(&mut self, document_client: &str) {
        let probe = self
            .rpc(
                "handshake without token",
                None,
                self.first_method(),
                json!({}),
            )
            .await;
        let list = self
            .rpc("tools/list without token", None, "tools/list", json!({}))
            .await;
        let challenged =
            |name| challenge_param(&probe, name).or_else(|| challenge_param(&list, name));
        self.scope = challenged("scope").filter(|scope| !scope.is_empty());
        let url = challenged("resource_metadata")
            .unwrap_or_else(|| self.well_known("oauth-protected-resource", &self.target.mcp_url));
        let url = Url::parse(&url).map_or_else(|_| self.target.mcp_url.clone(), String::from);
        let request = self.http.get(url);
        let document = self.see("resource metadata", request).await;
        self.read_resource_metadata(&document.text);
        self.find_server_metadata().await;
        self.register(document_client).await;
    }

    fn read_resource_metadata(&mut self, text: &str) {
        let Ok(document) = serde_json::from_str::<Value>(text) else {
            return;
        };
        if let Some(resource) = document["resource"].as_str() {
            resource.clone_into(&mut self.resource);
        }
        if let Some(issuer) = document["authorization_servers"][0]
            .as_str()
            .filter(|issuer| Url::parse(issuer).is_ok())
        {
            issuer.clone_into(&mut self.issuer);
        }
        if let Some(scopes) = document["scopes_supported"]
            .as_array()
            .filter(|_| self.scope.is_none())
        {
            let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
            self.scope = Some(scopes.join(" "));
        }
    }

    async fn find_server_metadata(&mut self) {
        let path = Url::parse(&self.issuer)
            .unwrap()
            .path()
            .trim_end_matches('/')
            .to_owned();
        let candidates = [
            (
                "RFC 8414 metadata",
                self.well_known("oauth-authorization-server", &self.issuer),
            ),
            (
                "OpenID metadata inserted",
                self.well_known("openid-configuration", &self.issuer),
            ),
            (
                "OpenID metadata appended",
                format!(
                    "{}/.well-known/openid-configuration",
                    self.issuer.trim_end_matches('/')
                ),
            ),
        ];
        for (step, url) in candidates {
            let request = self.http.get(url);
            let answer = self.see(step, request).await;
            if let Ok(document) = serde_json::from_str::<Value>(&answer.text)
                && answer.status == 200
                && document.is_object()
            {
                self.metadata = document;
                break;
            }
            if path.is_empty() && step == "OpenID metadata inserted" {
                break;
            }
        }
        if let Some(url) = self.metadata["jwks_uri"].as_str() {
            let request = self.http.get(url);
            let keys = self.see("key set", request).await;
            self.notes.learn_keys(&keys.text);
        }
    }

    /// By the priorities of the specification: known beforehand, by document, by registration.
    async fn register(&mut self, document_client: &str) {
        if let Some((id, secret)) = self.target.client {
            self.client = Client {
                id: id.to_owned(),
                secret: Some(secret.to_owned()),
                basic: true,
            };
        } else if self.metadata["client_id_metadata_document_supported"] == true {
            self.client = Client::public(document_client);
            self.notes.learn_client(document_client);
        } else if let Some(request) = self.post_to("registration_endpoint") {
            let mut metadata = public_client();
            if let Some(scope) = &self.scope {
                metadata["scope"] = json!(scope);
            }
            let answer = self.see("registration", request.json(&metadata)).await;
            let document: Value = serde_json::from_str(&answer.text).unwrap_or_default();
            if let Some(id) = document["client_id"].as_str() {
                self.notes.learn_client(id);
                self.client = Client {
                    id: id.to_owned(),
                    secret: document["client_secret"].as_str().map(str::to_owned),
                    basic: document["token_endpoint_auth_method"] == "client_secret_basic",
                };
            }
        }
    }

    pub(crate) fn well_known(&self, name: &str, url: &str) -> String {
        let parsed = Url::parse(url).unwrap();
        let path = parsed.path().trim_end_matches('/');
        format!(
            "{}/.well-known/{name}{path}",
            parsed.origin().ascii_serialization()
        )
    }
}
