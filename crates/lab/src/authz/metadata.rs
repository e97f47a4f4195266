//! Authorization server metadata: RFC 8414 and OpenID Connect Discovery, and the key set.

use serde_json::{Map, Value, json};

use crate::authz::{AuthServer, device};
use crate::http::Reply;
use crate::pages::Page;
use crate::scopes;
use crate::shape::Shape;
use crate::target::{Target, Vars};

/// Which of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Document {
    OAuth,
    OpenId,
}

/// Paths of one authorization server below the target's mount: its issuer's, and its endpoints'.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerPaths {
    pub(crate) issuer: &'static str,
    pub(crate) endpoints: &'static str,
}

/// At which well-known addresses metadata is found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Serves {
    /// `/.well-known/oauth-authorization-server{issuer path}` (RFC 8414 §3.1).
    pub(crate) oauth: bool,
    /// `/.well-known/openid-configuration{issuer path}`.
    pub(crate) openid_inserted: bool,
    /// `{issuer path}/.well-known/openid-configuration`.
    pub(crate) openid_appended: bool,
    /// `{issuer path}/.well-known/oauth-authorization-server`, which no specification knows.
    pub(crate) oauth_appended: bool,
}

/// What the authorization server says of itself.
#[derive(Debug, Clone)]
pub(crate) struct MetadataBehaviour {
    pub(crate) servers: &'static [ServerPaths],
    /// Whether the authorization server lives on the MCP server's origin.
    pub(crate) on_mcp_origin: bool,
    pub(crate) serves: Serves,
    /// The issuer the server calls itself, in metadata, `iss` and tokens alike.
    pub(crate) own_issuer: fn(&Vars) -> String,
    pub(crate) registration: bool,
    pub(crate) client_documents: bool,
    pub(crate) pushed: bool,
    pub(crate) pushed_required: bool,
    pub(crate) iss_parameter: bool,
    pub(crate) grant_types: &'static [&'static str],
    pub(crate) auth_methods: &'static [&'static str],
    pub(crate) pkce_methods: Option<&'static [&'static str]>,
    pub(crate) shape: Shape,
    pub(crate) jwks: Shape,
    /// What answers paths nobody serves.
    pub(crate) elsewhere: Page,
}

impl Default for MetadataBehaviour {
    fn default() -> Self {
        Self {
            servers: &[ServerPaths {
                issuer: "",
                endpoints: "",
            }],
            on_mcp_origin: false,
            serves: Serves {
                oauth: true,
                openid_inserted: false,
                openid_appended: false,
                oauth_appended: false,
            },
            own_issuer: |vars| vars.issuer.clone(),
            registration: true,
            client_documents: true,
            pushed: false,
            pushed_required: false,
            iss_parameter: true,
            grant_types: &["authorization_code", "refresh_token"],
            auth_methods: &[
                "none",
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ],
            pkce_methods: Some(&["S256"]),
            shape: Shape::default(),
            jwks: Shape::default(),
            elsewhere: Page::NotFound,
        }
    }
}

pub(crate) fn answer(target: &Target, server: &AuthServer, document: Document) -> Reply {
    let mut members = common(target, server);
    if document == Document::OpenId {
        members.extend(openid(server));
    }
    let reply = Reply::json(200, &Value::Object(members)).with("Cache-Control", "max-age=60");
    target.behaviour.metadata.shape.apply(reply, &server.vars)
}

fn common(target: &Target, server: &AuthServer) -> Map<String, Value> {
    let says = &target.behaviour.metadata;
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    put("issuer", json!(server.issuer));
    put(
        "authorization_endpoint",
        json!(server.endpoint("authorize")),
    );
    put("token_endpoint", json!(server.endpoint("token")));
    put("jwks_uri", json!(server.endpoint("jwks")));
    if says.registration {
        put("registration_endpoint", json!(server.endpoint("register")));
    }
    put("revocation_endpoint", json!(server.endpoint("revoke")));
    put(
        "introspection_endpoint",
        json!(server.endpoint("introspect")),
    );
    if target.behaviour.scopes.listed {
        put(
            "scopes_supported",
            json!(scopes::words(target.behaviour.scopes.grantable).collect::<Vec<_>>()),
        );
    }
    put("response_types_supported", json!(["code"]));
    put("response_modes_supported", json!(["query"]));
    put("grant_types_supported", json!(says.grant_types));
    put(
        "token_endpoint_auth_methods_supported",
        json!(says.auth_methods),
    );
    let by_key = says.auth_methods.contains(&"private_key_jwt");
    let by_secret = says.auth_methods.contains(&"client_secret_jwt");
    let algorithms: &[&str] = match (by_key, by_secret) {
        (true, true) => &["ES256", "RS256", "EdDSA", "HS256"],
        (true, false) => &["ES256", "RS256", "EdDSA"],
        (false, true) => &["HS256"],
        (false, false) => &[],
    };
    if !algorithms.is_empty() {
        put(
            "token_endpoint_auth_signing_alg_values_supported",
            json!(algorithms),
        );
    }
    if let Some(methods) = says.pkce_methods {
        put("code_challenge_methods_supported", json!(methods));
    }
    if says.pushed || says.pushed_required {
        put(
            "pushed_authorization_request_endpoint",
            json!(server.endpoint("par")),
        );
        put(
            "require_pushed_authorization_requests",
            json!(says.pushed_required),
        );
    }
    if says.iss_parameter {
        put(
            "authorization_response_iss_parameter_supported",
            json!(true),
        );
    }
    if target.behaviour.dpop.offered {
        put("dpop_signing_alg_values_supported", json!(["ES256"]));
    }
    if says.grant_types.contains(&device::GRANT) && target.behaviour.device.named {
        put(
            "device_authorization_endpoint",
            json!(server.endpoint("device_authorization")),
        );
    }
    if says.client_documents {
        put("client_id_metadata_document_supported", json!(true));
    }
    members
}

/// Members that OpenID Connect Discovery requires besides.
fn openid(server: &AuthServer) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert(
        "userinfo_endpoint".to_owned(),
        json!(server.endpoint("userinfo")),
    );
    members.insert("subject_types_supported".to_owned(), json!(["public"]));
    members.insert(
        "id_token_signing_alg_values_supported".to_owned(),
        json!(["ES256"]),
    );
    members.insert(
        "claims_supported".to_owned(),
        json!(["sub", "iss", "aud", "exp", "iat", "nonce", "name"]),
    );
    members
}

pub(crate) fn jwks(target: &Target, server: &AuthServer) -> Reply {
    let reply = Reply::json(200, &json!({ "keys": [target.shared.key.jwk()] }));
    target.behaviour.metadata.jwks.apply(reply, &server.vars)
}
