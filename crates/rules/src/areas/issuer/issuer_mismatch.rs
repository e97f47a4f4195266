//! `issuer` in the metadata is not the issuer that was asked for.

use crate::prelude::*;
use authscope_model::revision::PrmDiscovery;
use authscope_protocol::as_metadata::AsMetadata;
use authscope_protocol::url_text::DifferenceKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "issuer-mismatch",
    summary: "issuer in the authorization server metadata is not the issuer the client asked for",
    area: Area::Issuer,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Should), Some(Must), Some(Must), Some(Must)),
    needs: Need::AsMetadata,
    references: &[
        "RFC8414-3.3",
        "OIDC-Discovery-4.3",
        "MCP-2026-07-28-discovery#authorization-server-metadata-discovery",
    ],
    explains: &[
        "iss-mismatch",
        "token-issuer-mismatch",
        "public-origin-unknown",
        "as-metadata-not-found",
        "authorization-server-not-an-issuer",],
    corpus: &["ISS-01", "ISS-02", "PRM-11"],
    requirements: &["AS-10", "AS-11"],
    clients: Some("Codex, Copilot CLI, opencode, the SDKs from 2026 on"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let documents = context.metadata_documents().iter();
    let wrong = documents.filter_map(|document| {
        let issuer = document.value.issuer.as_deref()?;
        if context.issuer_candidates().is_empty() {
            return of_base_url(context, document.exchange, issuer);
        }
        let asked = context.issuer_asked(document.exchange)?;
        (issuer != asked).then(|| hit(document.exchange, &document.value, issuer, asked, context))
    });
    wrong.collect()
}

fn hit(
    exchange: &Exchange,
    document: &AsMetadata,
    issuer: &str,
    asked: &str,
    context: &Context<'_>,
) -> Hit {
    let party = party(document, issuer, asked);
    let configured = context.config().is_some_and(|c| c.authorization_server.as_deref() == Some(asked));
    let source = if configured { "the configuration" } else { "`authorization_servers`" };
    let mut message = format!(
        "`issuer` in the authorization server metadata is {}, but {source} names {}: {}",
        code(issuer),
        code(asked),
        words::differences(issuer, asked)
    );
    if issuer.contains("{tenant") {
        message = format!("{message} (a placeholder of a multi-tenant provider: use the issuer of your own tenant)");
    }
    let fix = match party {
        _ if configured => format!("Enter {} as the authorization server, character by character.", code(issuer)),
        Party::McpServer => format!(
            "Copy the issuer byte for byte: set `authorization_servers` in the protected resource metadata to {}.",
            code(issuer)
        ),
        _ => format!(
            "Set `issuer` in the document at {} to {}, as one configured constant, or name {} in `authorization_servers` if that is the true issuer.",
            exchange.request.url,
            code(asked),
            code(issuer)
        ),
    };
    let snippet = if party == Party::McpServer {
        snippets::member("authorization_servers", &serde_json::json!([issuer]))
    } else {
        snippets::member("issuer", &asked.into())
    };
    let hit = Hit::new(at::json(exchange, "/issuer"), format!("{message}."))
        .expected(asked)
        .received(issuer)
        .party(if configured { Party::Client } else { party })
        .fix(fix)
        .snippets(vec![snippet]);
    match context.prm() {
        Some(prm) => hit.related(at::json(prm.exchange, "/authorization_servers")),
        None => hit,
    }
}

/// Who wrote the value that is not the truth. The rest of the document tells: where all endpoints lie under
/// its own issuer, the document is right and the MCP server named something else.
fn party(document: &AsMetadata, issuer: &str, asked: &str) -> Party {
    let slash = url_text::first_difference(issuer, asked).map(|d| d.what) == Some(DifferenceKind::TrailingSlash);
    if slash {
        // Auth0's issuers end in a slash; elsewhere the slash is what somebody's URL type added.
        let auth0 = words::host(issuer).ends_with("auth0.com");
        let added_by_server = asked.ends_with('/');
        return if auth0 || added_by_server { Party::McpServer } else { Party::AuthorizationServer };
    }
    if issuer.contains("{tenant") {
        // The shared address of a multi-tenant provider is nobody's issuer.
        let shared = asked.contains("/common") || asked.contains("/organizations");
        return if shared { Party::McpServer } else { Party::AuthorizationServer };
    }
    let under = |base: &str| {
        let base = format!("{}/", words::without_slash(base));
        let endpoints = [&document.authorization_endpoint, &document.token_endpoint];
        let known: Vec<&str> = endpoints.into_iter().flatten().map(String::as_str).collect();
        !known.is_empty() && known.iter().all(|e| e.starts_with(&base))
    };
    let is_parent = issuer.starts_with(&format!("{}/", words::without_slash(asked)));
    if under(issuer) && (is_parent || !under(asked)) { Party::McpServer } else { Party::AuthorizationServer }
}

/// Before protected resource metadata, the authorization server is the origin of the MCP server (2025-03-26).
fn of_base_url(context: &Context<'_>, exchange: &Exchange, issuer: &str) -> Option<Hit> {
    let url = context.server_url();
    let origin = url_text::origin(url)?;
    if context.behaviour().prm != PrmDiscovery::None || issuer == origin {
        return None;
    }
    // A URL type adds the slash, and clients of that revision did not compare: good to know, no more.
    let level = if words::without_slash(issuer) == origin { Level::Hint } else { Level::Warning };
    let hit = Hit::new(
        at::json(exchange, "/issuer"),
        format!(
            "`issuer` in the authorization server metadata is {}, but the document belongs to the MCP server's origin {}: {}.",
            code(issuer),
            code(&origin),
            words::differences(issuer, &origin)
        ),
    )
    .expected(origin.clone())
    .received(issuer)
    .level(level)
    .fix(format!("Set `issuer` to {}, where the document is found; to send clients to another authorization server, publish protected resource metadata that names it.", code(&origin)))
    .snippets(vec![snippets::member("issuer", &origin.into())]);
    Some(hit)
}
