//! `resource` in the protected resource metadata is not the MCP server.

use crate::prelude::*;
use authscope_protocol::url_text::DifferenceKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "resource-mismatch",
    summary: "resource in the protected resource metadata is not the MCP server that was asked for",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &[
        "RFC9728-3.3",
        "MCP-2025-06-18-authorization#canonical-server-uri",
        "MCP-2025-11-25-authorization#canonical-server-uri",
        "MCP-2026-07-28-authorization#canonical-server-uri",
    ],
    explains: &[
        "token-audience-mismatch",
        "resource-refused",
        "public-origin-unknown",
        "token-refused-by-mcp-server",],
    corpus: &["PRM-06", "PRM-07", "PRM-09"],
    requirements: &["PR-04", "AZ-05", "AZ-07"],
    clients: Some("the TypeScript SDK, claude.ai, VS Code, gemini-cli"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let server = context.server_url();
    let wrong = context.prm_documents().iter().filter_map(|document| {
        let resource = document.value.resource.as_deref()?;
        (!super::covers(resource, server)).then(|| hit(context, document.exchange, resource))
    });
    wrong.collect()
}

fn hit(context: &Context<'_>, exchange: &Exchange, resource: &str) -> Hit {
    let server = context.server_url();
    let difference = url_text::first_difference(resource, server).map(|d| d.what);
    let mut message = format!(
        "`resource` in the protected resource metadata is {}, but the client asked for {}: {}",
        code(resource),
        code(server),
        words::differences(resource, server)
    );
    if let Some(cause) = cause(context, resource, difference) {
        message = format!("{message} ({cause})");
    }
    let mut hit = Hit::new(at::json(exchange, "/resource"), format!("{message}."))
        .expected(server)
        .received(resource)
        .fix(format!(
            "Set `resource` in the document at {} to {}, the URL people enter, character by character.",
            exchange.request.url,
            code(server)
        ))
        .snippets(vec![snippets::member("resource", &server.into())]);
    if matches!(difference, Some(DifferenceKind::Scheme | DifferenceKind::Port)) {
        hit = hit.snippets(snippets::public_origin(context));
    }
    hit
}

fn cause(context: &Context<'_>, resource: &str, difference: Option<DifferenceKind>) -> Option<String> {
    let issuers = context.issuer_candidates();
    if issuers.iter().any(|i| url_text::same_origin(i, resource)) && !url_text::same_origin(resource, context.server_url()) {
        return Some("it names the authorization server; `resource` and `authorization_servers` look swapped".into());
    }
    let host = words::host(resource);
    if !host.eq_ignore_ascii_case(words::host(context.server_url())) {
        let inner = words::is_private_host(host) || url_text::is_loopback_host(host);
        return inner.then(|| "it is the address the server listens on, or one of an inner network, not the one it is reached at".into());
    }
    match difference? {
        DifferenceKind::Scheme | DifferenceKind::Port | DifferenceKind::DefaultPort => {
            Some("the app behind the proxy does not know its public origin".into())
        }
        DifferenceKind::TrailingSlash => Some("a URL type may have added or removed the slash".into()),
        _ => None,
    }
}
