//! No metadata at any of the authorization server's URLs.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "as-metadata-not-found",
    summary: "The authorization server has no metadata at any of its URLs",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::each(Some(Should), Some(Must), Some(Must), Some(Must)),
    needs: Need::AsMetadataAttempt,
    references: &[
        "RFC8414-3",
        "MCP-2025-03-26-authorization#server-metadata-discovery",
        "MCP-2025-06-18-authorization#overview",
        "MCP-2025-11-25-authorization#authorization-server-metadata-discovery",
        "MCP-2026-07-28-discovery#authorization-server-metadata-discovery",
    ],
    explains: &["registration-refused", "registration-endpoint-dead", "authorization-endpoint-dead"],
    corpus: &["ASM-01", "ASM-02", "AR-04", "PRM-11"],
    requirements: &["AS-01", "AS-05", "AS-06", "AS-08", "AS-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    if context.metadata().is_some() {
        return Vec::new();
    }
    let attempts: Vec<&Exchange> = context.metadata_attempts().collect();
    let Some(last) = attempts.last() else { return Vec::new() };
    let issuer = context.issuer().unwrap_or_else(|| words::host(&last.request.url)).to_owned();
    let matrix = words::attempts(&attempts);
    let named = context.prm().is_some_and(|d| d.value.authorization_servers.contains(&issuer));
    let named = if named { ", which `authorization_servers` names," } else { "" };
    let by_defaults = context.behaviour().default_endpoints;
    // Default endpoints are fine until something failed at them.
    let works = context.works() || !context.is_blocked();
    let configured = context.config().is_some_and(|c| c.authorization_server.is_some());
    // A server that is there and does not know the tenant was called by a wrong name.
    let unknown = attempts.iter().find_map(|e| unknown_tenant(e)).filter(|_| !configured);
    let said = unknown.as_ref().map(|said| format!("; it says: {said}, so {} in `authorization_servers` is probably wrong", code(&issuer)));
    let hit = Hit::new(
        at::status(last),
        format!("The authorization server {}{named} has no metadata that can be used ({matrix}){}{}.", code(&issuer), said.unwrap_or_default(), defaults_too(context, by_defaults)),
    )
    .party(if unknown.is_some() { Party::McpServer } else { Party::AuthorizationServer })
    .expected("200 with a JSON document at one of these URLs")
    .received(matrix)
    .fix(fix(context, &issuer));
    vec![match (by_defaults, works) {
        // 2025-03-26 has default endpoints for servers without metadata.
        (true, true) => hit.level(Level::Hint),
        (true, false) => hit.level(Level::Warning),
        _ => hit,
    }]
}

/// The default endpoint that does not answer either, where the revision has such.
fn defaults_too(context: &Context<'_>, by_defaults: bool) -> String {
    let meant = |e: &&&Exchange| matches!(e.step, StepKind::Register | StepKind::Authorize | StepKind::Token);
    let dead = |e: &&&Exchange| matches!(e.status(), Some(404 | 405 | 410 | 501));
    let failed = context.exchanges().iter().filter(|_| by_defaults).filter(meant).find(dead);
    failed.map_or_else(String::new, |e| format!("; nor does the default endpoint work: {} answers {}", words::request(e), words::answer(e)))
}

/// What a server says that knows no such realm or tenant.
fn unknown_tenant(exchange: &Exchange) -> Option<String> {
    let said = crate::context::error_of(exchange)?.sentence();
    let lower = said.to_lowercase();
    let speaks = ["realm", "tenant", "aadsts90002", "unknown issuer", "issuer not found"].iter().any(|w| lower.contains(w));
    (speaks && exchange.status().is_some_and(|s| s >= 400)).then_some(said)
}

fn fix(context: &Context<'_>, issuer: &str) -> String {
    let candidates = authscope_protocol::well_known::as_candidates(issuer, context.behaviour().metadata_ladder);
    let urls: Vec<String> = candidates.into_iter().map(|(_, url)| url).collect();
    let path = url_text::split(issuer).is_some_and(|p| p.path.len() > 1);
    let inserted = if path {
        " For an issuer with a path, RFC 8414 inserts the well-known part before the path; OpenID Connect appends it."
    } else {
        ""
    };
    format!(
        "Serve the metadata at one of {}; if {} is not the issuer of your authorization server, correct `authorization_servers` in the protected resource metadata.{inserted}",
        codes(&urls),
        code(issuer)
    )
}
