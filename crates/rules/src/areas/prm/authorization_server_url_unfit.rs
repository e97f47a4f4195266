//! An entry of `authorization_servers` that cannot be an issuer.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-server-url-unfit",
    summary: "An entry of authorization_servers is not an https URL without query and fragment",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Prm,
    references: &["RFC8414-2", "RFC9728-2"],
    explains: &["as-metadata-not-found", "issuer-mismatch", "host-name-not-resolved", "connection-failed"],
    corpus: &["PRM-12", "PRM-10"],
    requirements: &["PR-02", "AS-12"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Entries that are told one by one.
const MOST: usize = 20;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let entries = document.value.authorization_servers.iter().enumerate();
    let used = context.issuer();
    let wrong = entries.filter_map(|(index, entry)| {
        let problem = problem(entry)?;
        let hit = Hit::new(
            at::json(document.exchange, &format!("/authorization_servers/{index}")),
            format!("`authorization_servers` names {}: {problem}.", code(entry)),
        )
        .expected("an https URL without query and fragment, as in `issuer` of the metadata")
        .received(entry.clone())
        .fix("Write the issuer as its metadata has it: an absolute https URL.");
        Some(if used == Some(entry.as_str()) { hit } else { hit.level(Level::Warning) })
    });
    wrong.take(MOST).collect()
}

fn problem(entry: &str) -> Option<String> {
    if entry.trim().is_empty() {
        return None;
    }
    words::odd_character(entry).or_else(|| plain_problem(entry).map(str::to_owned))
}

fn plain_problem(entry: &str) -> Option<&'static str> {
    let Some(parts) = url_text::split(entry).filter(|p| p.is_web() && !p.host.is_empty()) else {
        return Some("it is not an absolute https URL");
    };
    if parts.query.is_some() || parts.fragment.is_some() {
        return Some("an issuer has no query and no fragment");
    }
    words::is_plain_http(entry).then_some("it is plain http")
}
