//! `server/discover` does not say which versions the server has.

use crate::context::message_of;
use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "server-discover-incomplete",
    summary: "The answer to server/discover does not list the versions the server supports",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::since_2026_07(Must),
    needs: Need::Nothing,
    references: &["MCP-2026-07-28-versioning#negotiation"],
    requirements: &["HS-11"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut asked = super::discovers(context).filter_map(|e| Some((e, message_of(e.response()?)?)));
    let found = asked.find_map(|(exchange, message)| problem(message.get("result")?, context.revision().as_str()).map(|p| (exchange, p)));
    let Some((exchange, (what, received))) = found else { return Vec::new() };
    let version = context.revision().as_str();
    vec![
        Hit::new(
            at::json(exchange, "/result/supportedVersions"),
            format!("The answer to `server/discover` {what}, so a client does not know which versions it may speak."),
        )
        .expected(format!("\"supportedVersions\": [\"{version}\"]"))
        .received(received)
        .fix(format!("Add `supportedVersions` to the result, a list of dates with {} among them.", code(version)))
        .snippets(vec![snippets::member("supportedVersions", &serde_json::json!([version]))]),
    ]
}

fn problem(result: &Value, version: &str) -> Option<(String, String)> {
    let Some(member) = result.get("supportedVersions") else {
        let near = words::near_member(result, "supportedVersions").or_else(|| dated(result)).map(|n| format!(" (there is a member {})", code(n)));
        return Some((format!("has no `supportedVersions`{}", near.unwrap_or_default()), "no such member".into()));
    };
    let texts = crate::context::strings(Some(member));
    if !member.is_array() {
        return Some((format!("has `supportedVersions` as {}, not as an array", words::value_kind(member)), member.to_string()));
    }
    if texts.is_empty() {
        return Some(("has `supportedVersions` without any version".into(), member.to_string()));
    }
    // The server has just answered a request of this version.
    (!texts.iter().any(|v| v == version))
        .then(|| (format!("has `supportedVersions` {} without {}, the version of the request it answered", codes(&texts), code(version)), texts.join(", ")))
}

/// The member that holds a list of dates, as versions are written.
fn dated(result: &Value) -> Option<&str> {
    let date = |v: &Value| v.as_str().is_some_and(|t| t.len() == 10 && t.starts_with("20") && t.matches('-').count() == 2);
    let mut members = result.as_object()?.iter();
    members.find(|(_, v)| v.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(date))).map(|(name, _)| name.as_str())
}
