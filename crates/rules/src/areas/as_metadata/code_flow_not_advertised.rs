//! Metadata that leaves the authorization code out.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "code-flow-not-advertised",
    summary: "The metadata does not list the authorization code flow",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &["RFC8414-2", "OAuth-2.1-4.1"],
    explains: &["response-type-refused", "grant-refused", "code-refused"],
    corpus: &["ASM-10"],
    requirements: &["AS-11", "AS-17"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let other_grant = context.config().is_some_and(|c| c.grant != authscope_model::config::Grant::AuthorizationCode);
    if other_grant {
        return Vec::new();
    }
    let v = &document.value;
    let modes = v.raw.get("response_modes_supported").and_then(serde_json::Value::as_array);
    let modes = modes.map(|m| m.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect::<Vec<_>>());
    let lists = [
        ("response_types_supported", &v.response_types_supported, "code"),
        ("grant_types_supported", &v.grant_types_supported, "authorization_code"),
        ("response_modes_supported", &modes, "query"),
    ];
    let missing = lists.into_iter().filter_map(|(member, list, value)| {
        let list = list.as_ref().filter(|l| !l.is_empty())?;
        let has = list.iter().any(|v| v == value);
        (!has).then_some((member, list, value))
    });
    missing
        .map(|(member, list, value)| {
            let hit = Hit::new(
                at::json(document.exchange, &format!("/{member}")),
                format!("`{member}` in the authorization server metadata is {}, without `{value}`.", codes(list)),
            )
            .expected(format!("`{value}` among them"))
            .received(list.join(", "))
            .fix(format!("Add `{value}` to `{member}`, and support the authorization code flow."))
            .snippets(vec![snippets::member(member, &serde_json::json!([value]))]);
            if context.works() { hit.level(Level::Warning) } else { hit }
        })
        .collect()
}
