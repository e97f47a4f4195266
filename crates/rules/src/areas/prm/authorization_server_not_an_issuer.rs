//! An entry of `authorization_servers` that is another URL than the issuer.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-server-not-an-issuer",
    summary: "An entry of authorization_servers is a document or endpoint URL, not an issuer",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &["RFC9728-2", "RFC8414-2", "RFC8414-3.1"],
    explains: &["as-metadata-not-found", "issuer-mismatch", "as-metadata-answers-html", "discovery-behind-authentication", "discovery-server-error"],
    corpus: &["PRM-11"],
    requirements: &["PR-02", "AS-10"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Entries that are told one by one.
const MOST: usize = 20;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let own = context.metadata().and_then(|d| d.value.issuer.clone());
    let entries = document.value.authorization_servers.iter().enumerate();
    let wrong = entries.filter_map(|(index, entry)| {
        // An entry that its own metadata confirms is an issuer, however it looks.
        let (what, issuer) = looks_like(entry).or_else(|| is_mcp_server(context, entry)).filter(|_| own.as_deref() != Some(entry.as_str()))?;
        let issuer = own.clone().unwrap_or(issuer);
        Some(
            Hit::new(
                at::json(document.exchange, &format!("/authorization_servers/{index}")),
                format!("`authorization_servers` names {}: that is {what}, where the issuer belongs ({}).", code(entry), code(&issuer)),
            )
            .expected(issuer.clone())
            .received(entry.clone())
            .fix(format!("Write the issuer, which is the `issuer` member of the authorization server metadata: {}.", code(&issuer)))
            .snippets(vec![snippets::member("authorization_servers", &serde_json::json!([issuer]))]),
        )
    });
    wrong.take(MOST).collect()
}

/// The URL of the MCP endpoint, where no authorization server was found.
fn is_mcp_server(context: &Context<'_>, entry: &str) -> Option<(&'static str, String)> {
    url_text::split(entry).filter(|p| p.path.len() > 1)?;
    let asked = context.metadata_attempts().next().is_some() && context.metadata().is_none();
    let issuer = url_text::origin(entry)?;
    (asked && words::without_slash(entry) == words::without_slash(context.server_url())).then_some(("the URL of the MCP server itself", issuer))
}

/// What an entry is, and the issuer it probably belongs to.
fn looks_like(entry: &str) -> Option<(&'static str, String)> {
    let parts = url_text::split(entry)?;
    let origin = url_text::origin(entry)?;
    if let Some(before) = parts.path.trim_end_matches('/').strip_suffix("/.well-known") {
        return Some(("the folder of the metadata documents", format!("{origin}{before}")));
    }
    if let Some((before, after)) = parts.path.split_once("/.well-known/") {
        let rest = after.split_once('/').map_or(String::new(), |(_, rest)| format!("/{rest}"));
        return Some(("the URL of a metadata document", format!("{origin}{before}{rest}")));
    }
    let endings = ["/authorize", "/token", "/register", "/oauth2/authorize", "/oauth2/token", "/oauth/authorize", "/oauth/token", "/protocol/openid-connect/auth", "/protocol/openid-connect/token", "/jwks", "/oauth2/jwks", "/jwks.json", "/keys", "/certs", "/userinfo", "/introspect", "/revoke"];
    let longest = endings.iter().filter_map(|e| parts.path.strip_suffix(e)).min_by_key(|p| p.len())?;
    Some(("the URL of an endpoint", format!("{origin}{longest}")))
}
