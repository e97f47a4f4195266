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
    explains: &["scope-refused", "authorization-refused", "scope-not-granted", "scope-near-miss", "registration-scope-refused", "scope-unknown-to-server", "scope-claim-differs"],
    corpus: &["SC-10"],
    requirements: &["CH-15", "PR-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Entries that are told one by one.
const MOST: usize = 20;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    if let Some((exchange, challenges)) = context.challenge()
        && let Some(bearer) = challenges.bearer()
        && let Some(param) = bearer.find("scope")
    {
        let spot = at::header_range(exchange, bearer.header, param.value_range.clone());
        hits.extend(hit(context, spot, "`scope` in the 401 challenge", &param.value, Party::McpServer));
    }
    for call in context.calls().iter().filter(|c| c.status() == 403) {
        let found = crate::context::challenges(call.exchange);
        let Some((bearer, param)) = found.bearer().and_then(|b| b.find("scope").map(|p| (b, p))) else { continue };
        let spot = at::header_range(call.exchange, bearer.header, param.value_range.clone());
        hits.extend(hit(context, spot, "`scope` in the 403 challenge", &param.value, Party::McpServer));
    }
    if let Some(document) = context.prm() {
        let names = document.value.scopes_supported.iter().flatten().enumerate();
        for (index, name) in names.filter(|(_, name)| is_unfit(name)).take(MOST) {
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
    if value.trim().is_empty() {
        // A token without scopes has a rule of its own.
        let challenge = party == Party::McpServer;
        return challenge.then(|| {
            Hit::new(spot, format!("{place} is empty: a scope list has at least one name, and clients do not agree on what an empty one asks for."))
                .expected("no `scope`, or the names that are needed")
                .received("scope=\"\"")
                .party(party)
                .level(Level::Warning)
                .fix("Leave `scope` out when there is nothing to ask for; otherwise name the scopes, separated by single spaces.")
        });
    }
    let control = value.contains(char::is_control);
    let serious = problems.iter().find(|p| match p {
        ScopeFormat::Duplicate => false,
        ScopeFormat::WhiteSpace => control,
        ScopeFormat::Commas | ScopeFormat::JsonArray | ScopeFormat::Character => true,
    });
    let first = serious.or_else(|| problems.first())?;
    let meant = scope::parse_lenient(value).to_param();
    let which = value.chars().find(|c| c.is_control()).map(|c| format!(" ({})", words::control(c))).unwrap_or_default();
    let hit = Hit::new(spot, format!("{place} is {}: {}{which}.", code(value), first.words()))
        .expected(meant.clone())
        .received(value)
        .party(party)
        .fix(format!("Write the names separated by single spaces: {}.", code(&meant)));
    Some(if serious.is_none() || context.works() { hit.level(if serious.is_none() { Level::Hint } else { Level::Warning }) } else { hit })
}

/// Whether an entry is more than one bare name.
fn is_unfit(name: &str) -> bool {
    name.trim() != name || name.contains(|c: char| c == ' ' || c == ',' || c.is_control())
}

fn hit_name(context: &Context<'_>, spot: at::Spot, place: &str, name: &str, party: Party) -> Option<Hit> {
    let control = name.chars().find(|c| c.is_control());
    let (what, fix) = match control {
        Some(c) => (format!("it holds {}", words::control(c)), format!("Write {} and nothing around it.", code(name.trim()))),
        None if name.trim() != name && !name.trim().contains([' ', ',']) => ("there is a space around it".to_owned(), format!("Write {} and nothing around it.", code(name.trim()))),
        None if name.contains([' ', ',']) => ("several names in one entry".to_owned(), "Write every scope as an entry of its own.".to_owned()),
        None => return None,
    };
    let hit = Hit::new(spot, format!("{place} has the entry {}: {what}.", code(&name.escape_debug().to_string())))
        .expected("one name per entry")
        .received(name.escape_debug().to_string())
        .party(party)
        .fix(fix);
    Some(if context.works() { hit.level(Level::Warning) } else { hit })
}
