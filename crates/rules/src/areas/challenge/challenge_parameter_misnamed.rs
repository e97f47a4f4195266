//! The metadata URL, or the scopes, under another parameter name.

use crate::prelude::*;
use authscope_protocol::challenge::Challenge;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-parameter-misnamed",
    summary: "The address of the metadata, or the scopes, stand under another name than resource_metadata or scope",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Challenge,
    references: &["RFC9728-5.1", "RFC6750-3"],
    explains: &["prm-not-found"],
    corpus: &["DC-03"],
    requirements: &["CH-02", "CH-03"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let Some(bearer) = challenges.bearer() else { return Vec::new() };
    if bearer.param("resource_metadata").is_some() {
        return misnamed_scope(exchange, bearer).into_iter().collect();
    }
    let Some(param) = super::MISNAMED.iter().find_map(|name| bearer.find(name)) else { return Vec::new() };
    let want = snippets::prm_url(context);
    let hit = Hit::new(
        at::header_range(exchange, bearer.header, param.name_range.clone()),
        format!(
            "The Bearer challenge has a parameter {} ({}) where `resource_metadata` belongs, so clients do not find the protected resource metadata.",
            code(&param.name),
            code(&param.value)
        ),
    )
    .expected(format!("resource_metadata=\"{want}\""))
    .received(format!("{}=\"{}\"", param.name, param.value))
    .fix(format!("Name the parameter `resource_metadata` and let it lead to the RFC 9728 document: {}.", code(&want)))
    .snippets(snippets::challenge(context, &want));
    vec![if context.works() { hit.level(Level::Warning) } else { hit }]
}

/// The scopes under another name than `scope`: nothing fails, and clients ask for something else than is meant.
fn misnamed_scope(exchange: &Exchange, bearer: &Challenge) -> Option<Hit> {
    const NAMES: &[&str] = &["scopes", "required_scope", "required_scopes", "scopes_required", "scope_required"];
    let param = NAMES.iter().find_map(|name| bearer.find(name)).filter(|_| bearer.param("scope").is_none())?;
    let want = format!("scope=\"{}\"", param.value);
    Some(
        Hit::new(
            at::header_range(exchange, bearer.header, param.name_range.clone()),
            format!("The Bearer challenge has a parameter {} ({}) where `scope` belongs, so clients do not learn which scopes to ask for.", code(&param.name), code(&param.value)),
        )
        .expected(want.clone())
        .received(format!("{}=\"{}\"", param.name, param.value))
        .level(Level::Warning)
        .fix(format!("Name the parameter `scope`: `{want}`.")),
    )
}
