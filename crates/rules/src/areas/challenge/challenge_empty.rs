//! `WWW-Authenticate` without a value.

use crate::prelude::*;
use authscope_protocol::challenge::ProblemKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-empty",
    summary: "The WWW-Authenticate header has no value",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Unauthorized,
    references: &["RFC9110-11.6.1"],
    explains: &["prm-not-found", "challenge-without-resource-metadata"],
    corpus: &["DC-01"],
    requirements: &["CH-15"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let empty = challenges.problems.iter().any(|p| p.kind == ProblemKind::Empty);
    if !empty || !challenges.list.is_empty() {
        return Vec::new();
    }
    let want = snippets::prm_url(context);
    let hit = Hit::new(at::header(exchange, "www-authenticate"), "The `WWW-Authenticate` header of the 401 is empty.")
        .expected(format!("WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
        .received("WWW-Authenticate:")
        .fix(format!("Give the header its value: `Bearer resource_metadata=\"{want}\"`."))
        .snippets(snippets::challenge(context, &want));
    vec![if context.works() { hit.level(Level::Warning) } else { hit }]
}
