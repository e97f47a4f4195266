//! Scopes in another form than names separated by spaces.

use crate::prelude::*;
use authscope_protocol::scope::{self, ScopeFormat};

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "scope-format",
    summary: "A scope value is not a list of names separated by single spaces",
    area: Area::Scope,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC6749-3.3", "RFC6750-3", "RFC9728-2"],
    explains: &["scope-refused", "authorization-refused", "scope-not-granted", "scope-near-miss"],
    corpus: &["SC-10"],
    requirements: &["CH-15", "PR-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    if let Some((exchange, challenges)) = context.challenge()
        && let Some(bearer) = challenges.bearer()
        && let Some(param) = bearer.find("scope")
    {
        let spot = at::header_range(exchange, bearer.header, param.value_range.clone());
        hits.extend(hit(context, spot, "`scope` in the 401 challenge", &param.value, Party::McpServer));
    }
    if let Some(document) = context.prm() {
        for (index, name) in document.value.scopes_supported.iter().flatten().enumerate() {
            let spot = at::json(document.exchange, &format!("/scopes_supported/{index}"));
            hits.extend(hit_name(context, spot, "`scopes_supported` in the protected resource metadata", name, Party::McpServer));
        }
    }
    if let Some(call) = context.issued()
        && let Some(text) = call.reply.as_ref().and_then(|r| r.scope.as_deref())
    {
        let spot = at::json(call.exchange, "/scope");
        hits.extend(hit(context, spot, "`scope` in the token response", text, Party::AuthorizationServer));
    }
    hits
}

fn hit(context: &Context<'_>, spot: at::Spot, place: &str, value: &str, party: Party) -> Option<Hit> {
    let problems = scope::format_problems(value);
    let serious = problems.iter().find(|p| !matches!(p, ScopeFormat::Duplicate | ScopeFormat::WhiteSpace));
    let first = serious.or_else(|| problems.first())?;
    let meant = scope::parse_lenient(value).to_param();
    let hit = Hit::new(spot, format!("{place} is {}: {}.", code(value), first.words()))
        .expected(meant.clone())
        .received(value)
        .party(party)
        .fix(format!("Write the names separated by single spaces: {}.", code(&meant)));
    Some(if serious.is_none() || context.works() { hit.level(if serious.is_none() { Level::Hint } else { Level::Warning }) } else { hit })
}

fn hit_name(context: &Context<'_>, spot: at::Spot, place: &str, name: &str, party: Party) -> Option<Hit> {
    if !name.contains([' ', ',']) {
        return None;
    }
    let hit = Hit::new(spot, format!("{place} has the entry {}: several names in one entry.", code(name)))
        .expected("one name per entry")
        .received(name)
        .party(party)
        .fix("Write every scope as an entry of its own.");
    Some(if context.works() { hit.level(Level::Warning) } else { hit })
}
