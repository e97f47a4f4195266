//! One parameter twice in one challenge.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-parameter-repeated",
    summary: "A parameter comes twice in one challenge",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Challenge,
    references: &["RFC9110-11.2", "RFC9728-5.1"],
    explains: &["resource-metadata-url-not-found", "prm-not-found", "resource-mismatch"],
    corpus: &["DC-04"],
    requirements: &["CH-15"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let Some(bearer) = challenges.bearer() else { return Vec::new() };
    let mut hits = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for param in &bearer.params {
        let name = param.name.to_ascii_lowercase();
        let values: Vec<&str> = bearer.all(&name).map(|p| p.value.as_str()).collect();
        if values.len() < 2 || seen.contains(&name) {
            continue;
        }
        let second = bearer.all(&name).nth(1).map_or(param.value_range.clone(), |p| p.value_range.clone());
        let same = values.iter().all(|v| Some(v) == values.first());
        let hit = Hit::new(
            at::header_range(exchange, bearer.header, second),
            format!("The Bearer challenge has `{name}` {}: {}; some clients take the first, some the last.", times(values.len()), codes(&values)),
        )
        .expected(format!("`{name}` once"))
        .received(values.join(", "))
        .fix(format!("Write `{name}` once; two layers (a library and your own middleware) both add it."));
        hits.push(if same { hit.level(Level::Warning) } else { hit });
        seen.push(name);
    }
    hits
}

fn times(count: usize) -> String {
    if count == 2 { "twice".into() } else { format!("{count} times") }
}
