//! A challenge that breaks the grammar.

use crate::prelude::*;
use authscope_protocol::challenge::ProblemKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-malformed",
    summary: "The WWW-Authenticate header does not follow its grammar",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Unauthorized,
    references: &["RFC9110-11.6.1", "RFC9110-11.2"],
    explains: &[
        "challenge-without-resource-metadata",
        "challenge-scheme-not-bearer",
        "unauthorized-without-challenge",
        "resource-metadata-url-not-found",
        "resource-metadata-url-unfit",
        "prm-not-found",
        "connection-failed",
        "host-name-not-resolved",],
    corpus: &["DC-15"],
    requirements: &["CH-04", "CH-15"],
    clients: Some("clients that parse the header strictly"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    let mut hits = malformed(context, exchange, challenges);
    let refused = context.calls().into_iter().filter(|c| c.status() == 403);
    hits.extend(refused.flat_map(|c| malformed(context, c.exchange, &c.challenges())));
    hits
}

fn malformed(context: &Context<'_>, exchange: &Exchange, challenges: &authscope_protocol::challenge::Challenges) -> Vec<Hit> {
    let serious = challenges.problems.iter().filter(|p| !is_tolerable(p.kind));
    let mut hits: Vec<Hit> = Vec::new();
    for problem in serious {
        let value = exchange
            .response()
            .and_then(|r| r.headers.get(problem.header))
            .map_or("", |h| h.value.as_str());
        let want = context
            .challenge_param("resource_metadata")
            .filter(|u| words::is_web_url(u))
            .map_or_else(|| snippets::prm_url(context), str::to_owned);
        hits.push(
            Hit::new(
                at::header_range(exchange, problem.header, problem.range.clone()),
                format!("The `WWW-Authenticate` header {} is malformed: {}.", code(value), problem.message),
            )
            .expected(format!("WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
            .received(format!("WWW-Authenticate: {value}"))
            .fix("Write `Bearer name=\"value\", name=\"value\"`: a space after the scheme, straight double quotes around values, commas between parameters.")
            .snippets(snippets::challenge(context, &want)),
        );
    }
    hits
}

/// What parsers get over, and rules of their own that say more.
const fn is_tolerable(kind: ProblemKind) -> bool {
    matches!(
        kind,
        ProblemKind::SpaceAroundEquals
            | ProblemKind::EmptyElement
            | ProblemKind::DuplicateParam
            | ProblemKind::MissingScheme
            | ProblemKind::MisspeltScheme
            | ProblemKind::Empty
    )
}
