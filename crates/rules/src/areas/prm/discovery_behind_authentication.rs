//! A discovery document behind a login.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "discovery-behind-authentication",
    summary: "A discovery document asks for credentials",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9728-3.1", "RFC8414-3.1"],
    explains: &["prm-not-found", "as-metadata-not-found", "resource-metadata-url-not-found"],
    corpus: &["PRM-04", "PRM-05"],
    requirements: &["PR-01", "AS-06"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let all = context.exchanges().iter().filter(|e| e.step.is_prm() || e.step.is_as_metadata());
    all.filter(|e| is_guarded(e)).map(|e| hit(context, e)).collect()
}

fn is_guarded(exchange: &Exchange) -> bool {
    matches!(exchange.status(), Some(401 | 403 | 407)) || super::asks_to_sign_in(exchange)
}

fn hit(context: &Context<'_>, exchange: &Exchange) -> Hit {
    let url = exchange.request.url.as_str();
    let status = exchange.status().unwrap_or_default();
    let found = if exchange.step.is_prm() {
        context.prm().is_some()
    } else {
        context.metadata().is_some()
    };
    let what = if exchange.step.is_prm() { "protected resource metadata" } else { "authorization server metadata" };
    let path = url_text::split(url).map_or("/.well-known/", |p| p.path);
    let hit = Hit::new(
        at::status(exchange),
        format!(
            "The {what} at {} answers {status}: {}.",
            code(url),
            if words::without_slash(url) == words::without_slash(context.server_url()) {
                "that is the MCP endpoint itself, not a document"
            } else {
                "it asks for credentials that a client does not have yet"
            }
        ),
    )
    .expected("200 with the document, without credentials (or 404 where there is none)")
    .received(status.to_string())
    .party(responder(exchange))
    .fix(format!("Take {} out of authentication, basic auth and access proxies; discovery documents are public.", code(path)))
    .snippet("nginx", "location ^~ /.well-known/ {\n    auth_basic off;\n    proxy_pass http://app;\n}");
    if found { hit.level(Level::Warning) } else { hit }
}
