//! `resource_metadata` leads to another origin, and nothing usable is there.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "resource-metadata-elsewhere",
    summary: "resource_metadata names another origin than the MCP server, and no document is there",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Challenge,
    references: &[
        "RFC9728-5.1",
        "RFC9728-3.3",
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        "MCP-2026-07-28-discovery#protected-resource-metadata-discovery-requirements",
    ],
    explains: &[
        "resource-metadata-url-unfit",
        "resource-metadata-url-not-found",
        "host-name-not-resolved",
        "connection-failed",
        "answer-timed-out",
        "address-blocked",
        "tls-handshake-failed",
        "answer-not-http",
        "prm-answers-html",
        "prm-malformed",
        "discovery-redirects",
        "discovery-server-error",
        "prm-not-found",
    ],
    corpus: &["DC-06"],
    requirements: &["CH-05", "CH-15"],
    clients: Some("all: the URL in the challenge is the one they ask"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let Some(bearer) = challenges.bearer() else { return Vec::new() };
    let Some(param) = bearer.find("resource_metadata").filter(|p| words::is_web_url(&p.value)) else { return Vec::new() };
    let server = context.server_url();
    if url_text::same_origin(&param.value, server) {
        return Vec::new();
    }
    // A document of another origin that can be read is another matter: `resource` tells whether it fits.
    let Some(asked) = context.of(StepKind::PrmFromChallenge).next() else { return Vec::new() };
    let found = context.prm_documents().iter().any(|d| d.exchange.step == StepKind::PrmFromChallenge && d.is_usable());
    if found || is_refused(asked) {
        return Vec::new();
    }
    let path = url_text::split(&param.value).map_or("", |p| p.path);
    let moved = url_text::origin(server).map(|origin| format!("{origin}{path}")).unwrap_or_default();
    let want = snippets::prm_url(context);
    let right = if moved == want { moved } else { want };
    vec![
        Hit::new(
            at::header_range(exchange, bearer.header, param.value_range.clone()),
            format!(
                "`resource_metadata` in the challenge is {}, but the MCP server is reached at {} (another {}), and that URL gives no document: {}.",
                code(&param.value),
                code(server),
                origin_difference(&param.value, server),
                words::answer(asked)
            ),
        )
        .expected(right.clone())
        .received(param.value.clone())
        .related(at::whole(asked))
        .fix(format!(
            "Build the URL from the public origin of the MCP server: `resource_metadata=\"{right}\"`; behind a proxy, configure that origin or trust its `X-Forwarded-*` headers."
        ))
        .snippets(snippets::challenge(context, &right))
        .snippets(snippets::public_origin(context)),
    ]
}

/// Somebody is there and wants credentials, or a bot protection answers: other rules say so.
fn is_refused(asked: &Exchange) -> bool {
    matches!(asked.status(), Some(401 | 403 | 407 | 429))
}

/// Scheme, host and port in which two URLs differ.
fn origin_difference(a: &str, b: &str) -> String {
    let origin = |url: &str| url_text::origin(url).unwrap_or_default();
    words::differences(&origin(a), &origin(b))
}
