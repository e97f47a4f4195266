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

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let own = context.metadata().and_then(|d| d.value.issuer.clone());
    let entries = document.value.authorization_servers.iter().enumerate();
    let wrong = entries.filter_map(|(index, entry)| {
        // An entry that its own metadata confirms is an issuer, however it looks.
        let (what, issuer) = looks_like(entry).filter(|_| own.as_deref() != Some(entry.as_str()))?;
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
    wrong.collect()
}

/// What an entry is, and the issuer it probably belongs to.
fn looks_like(entry: &str) -> Option<(&'static str, String)> {
    let parts = url_text::split(entry)?;
    let origin = url_text::origin(entry)?;
    if let Some((before, after)) = parts.path.split_once("/.well-known/") {
        let rest = after.split_once('/').map_or(String::new(), |(_, rest)| format!("/{rest}"));
        return Some(("the URL of a metadata document", format!("{origin}{before}{rest}")));
    }
    let endings = ["/authorize", "/token", "/register", "/oauth2/authorize", "/oauth2/token", "/oauth/authorize", "/oauth/token", "/protocol/openid-connect/auth", "/protocol/openid-connect/token"];
    let longest = endings.iter().filter_map(|e| parts.path.strip_suffix(e)).min_by_key(|p| p.len())?;
    Some(("the URL of an endpoint", format!("{origin}{longest}")))
}
