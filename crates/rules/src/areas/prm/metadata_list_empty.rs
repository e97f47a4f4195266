//! Lists without entries, or with empty ones, in either metadata document.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "metadata-list-empty",
    summary: "A list in a metadata document is empty or has an empty entry",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::Nothing,
    references: &["RFC9728-3.2", "RFC8414-3.2"],
    clients: Some("clients that check their own value against the list"),
    ..RuleInfo::BASE
};

/// Lists whose emptiness means something, or has a rule of its own.
const ELSEWHERE: &[&str] = &["authorization_servers", "bearer_methods_supported", "code_challenge_methods_supported"];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let resource = context.prm().map(|d| (d.exchange, &d.value.raw, "protected resource metadata", Party::McpServer));
    let server = context.metadata().map(|d| (d.exchange, &d.value.raw, "authorization server metadata", Party::AuthorizationServer));
    let documents = resource.into_iter().chain(server);
    documents.flat_map(|(exchange, raw, what, party)| of_document(exchange, raw, what, party)).collect()
}

fn of_document(exchange: &Exchange, raw: &Value, what: &str, party: Party) -> Vec<Hit> {
    let members = raw.as_object().into_iter().flatten();
    let lists = members.filter_map(|(name, value)| Some((name, value.as_array()?)));
    let known = lists.filter(|(name, _)| name.ends_with("_supported") && !ELSEWHERE.contains(&name.as_str()));
    known.filter_map(|(name, list)| hit(exchange, name, list, what).map(|h| h.party(party))).collect()
}

fn hit(exchange: &Exchange, name: &str, list: &[Value], what: &str) -> Option<Hit> {
    let blank = |v: &Value| v.as_str().is_some_and(|s| s.trim().is_empty());
    let (problem, fix) = if list.is_empty() {
        ("an empty array, which says that nothing is supported", format!("Leave `{name}` out, or list what is supported."))
    } else if list.iter().any(blank) {
        ("an array with an empty string in it", format!("Take the empty string out of `{name}`; splitting an empty setting makes one."))
    } else {
        return None;
    };
    Some(
        Hit::new(at::json(exchange, &format!("/{name}")), format!("`{name}` in the {what} is {problem}."))
            .expected("no such member, or at least one value in it")
            .received(words::start(&Value::Array(list.to_vec()).to_string()))
            .fix(fix),
    )
}
