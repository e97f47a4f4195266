//! The metadata URL under another parameter name.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-parameter-misnamed",
    summary: "The address of the metadata stands under another name than resource_metadata",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Challenge,
    references: &["RFC9728-5.1"],
    explains: &["prm-not-found"],
    corpus: &["DC-03"],
    requirements: &["CH-02", "CH-03"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let Some(bearer) = challenges.bearer().filter(|b| b.param("resource_metadata").is_none()) else {
        return Vec::new();
    };
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
