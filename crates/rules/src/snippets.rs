//! Fixes ready to paste, with the seen values filled in.

use crate::context::Context;
use authscope_model::finding::Snippet;
use authscope_protocol::{url_text, well_known};
use serde_json::{Value, json};

fn snippet(kind: &str, text: impl Into<String>) -> Snippet {
    Snippet {
        kind: kind.into(),
        text: text.into(),
    }
}

/// The URL at which the server's protected resource metadata belongs (RFC 9728 §3.1).
pub(crate) fn prm_url(context: &Context<'_>) -> String {
    let server = context.server_url();
    let inserted = well_known::prm_path_inserted(server);
    inserted
        .or_else(|| well_known::prm_root(server))
        .unwrap_or_default()
}

/// The challenge a 401 should carry, as a header value.
pub(crate) fn challenge_value(context: &Context<'_>, metadata_url: &str) -> String {
    let scope = context
        .challenge_param("scope")
        .map(str::to_owned)
        .or_else(|| {
            context
                .prm()
                .and_then(|d| d.value.scopes_supported.as_ref())
                .map(|s| s.join(" "))
        })
        .filter(|s| !s.is_empty());
    let scope = scope
        .map(|s| format!(", scope=\"{s}\""))
        .unwrap_or_default();
    format!("Bearer resource_metadata=\"{metadata_url}\"{scope}")
}

/// The challenge header as a line and for the usual frameworks.
pub(crate) fn challenge(context: &Context<'_>, metadata_url: &str) -> Vec<Snippet> {
    let value = challenge_value(context, metadata_url);
    let quoted = value.replace('"', "\\\"");
    vec![
        snippet("header", format!("WWW-Authenticate: {value}")),
        snippet(
            "express",
            format!(
                "import {{ requireBearerAuth }} from \"@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js\";\n\
                 app.use(\"{}\", requireBearerAuth({{\n  verifier,\n  resourceMetadataUrl: \"{metadata_url}\",\n}}));",
                path_of(context.server_url())
            ),
        ),
        snippet(
            "fastmcp",
            format!(
                "auth = RemoteAuthProvider(\n    token_verifier=verifier,\n    authorization_servers=[AnyHttpUrl(\"{}\")],\n    base_url=\"{}\",\n)",
                context.issuer().unwrap_or("https://auth.example.com"),
                url_text::origin(context.server_url()).unwrap_or_default()
            ),
        ),
        snippet(
            "axum",
            format!(
                "(StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, \"{quoted}\")]).into_response()"
            ),
        ),
        snippet(
            "nginx",
            format!("add_header WWW-Authenticate '{value}' always;"),
        ),
    ]
}

fn path_of(url: &str) -> &str {
    url_text::split(url).map_or("/", |p| if p.path.is_empty() { "/" } else { p.path })
}

/// A protected resource metadata document for this server.
pub(crate) fn prm_document(context: &Context<'_>) -> Vec<Snippet> {
    let issuer = context.issuer().unwrap_or("https://auth.example.com");
    let mut document = json!({"resource": context.server_url(), "authorization_servers": [issuer]});
    let scopes = context.prm().and_then(|d| d.value.scopes_supported.clone());
    if let (Some(scopes), Some(members)) = (scopes, document.as_object_mut()) {
        members.insert("scopes_supported".into(), scopes.into());
    }
    vec![json_snippet(&document)]
}

/// A JSON document or a part of one.
pub(crate) fn json_snippet(document: &Value) -> Snippet {
    snippet(
        "json",
        serde_json::to_string_pretty(document).unwrap_or_default(),
    )
}

/// One member of a JSON document.
pub(crate) fn member(name: &str, value: &Value) -> Snippet {
    snippet("json", format!("\"{name}\": {value}"))
}

/// How to keep a web app's catch-all away from the discovery paths.
pub(crate) fn well_known_route() -> Vec<Snippet> {
    vec![
        snippet(
            "nginx",
            "location ^~ /.well-known/oauth- {\n    proxy_pass http://mcp_server;\n}\nlocation ^~ /.well-known/openid-configuration {\n    proxy_pass http://authorization_server;\n}",
        ),
        snippet(
            "express",
            "// before the catch-all that serves index.html\napp.use(\"/.well-known\", wellKnownRouter);",
        ),
    ]
}

/// How to make an app behind a proxy know its public origin.
pub(crate) fn public_origin(context: &Context<'_>) -> Vec<Snippet> {
    let origin = url_text::origin(context.server_url()).unwrap_or_default();
    vec![
        snippet(
            "nginx",
            "proxy_set_header Host $host;\nproxy_set_header X-Forwarded-Proto $scheme;\nproxy_set_header X-Forwarded-Host $host;",
        ),
        snippet("express", "app.set(\"trust proxy\", 1);"),
        snippet(
            "fastmcp",
            format!(
                "base_url=\"{origin}\"  # and: uvicorn --proxy-headers --forwarded-allow-ips='*'"
            ),
        ),
    ]
}

/// Any text.
pub(crate) fn plain(kind: &str, text: &str) -> Snippet {
    snippet(kind, text)
}
