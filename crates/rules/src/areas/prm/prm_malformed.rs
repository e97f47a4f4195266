//! Protected resource metadata that is no JSON object, or has members of the wrong type.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-malformed",
    summary: "The protected resource metadata is not valid JSON or has members of the wrong type",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::PrmAttempt,
    references: &["RFC9728-2", "RFC9728-3.2"],
    explains: &[
        "prm-not-found",
        "resource-mismatch",
        "issuer-mismatch",
        "prm-resource-missing",
        "prm-authorization-servers-missing",
        "as-metadata-not-found",],
    corpus: &["PRM-10"],
    requirements: &["PR-05", "PR-02"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for exchange in context.prm_attempts() {
        let Some(response) = exchange.response().filter(|r| r.is_success() && !words::is_html(r)) else { continue };
        let readable = context.prm_documents().iter().find(|d| d.exchange.id == exchange.id);
        match readable {
            Some(document) => {
                hits.extend(document.problems.iter().filter(|p| !words::is_repetition(p)).map(|p| typed(exchange, p)));
            }
            None => hits.push(unreadable(context, exchange, response)),
        }
    }
    hits
}

fn typed(exchange: &Exchange, problem: &authscope_protocol::parsed::Problem) -> Hit {
    let hit = Hit::new(
        at::json(exchange, &problem.pointer),
        format!("In the protected resource metadata, {}.", words::problem(problem)),
    )
    .expected(problem.expected.clone())
    .received(problem.received.clone())
    .fix(format!("Write {} as {}.", code(problem.pointer.trim_start_matches('/')), problem.expected));
    let central = problem.pointer.starts_with("/resource") || problem.pointer.starts_with("/authorization_servers");
    if central { hit } else { hit.level(Level::Warning) }
}

fn unreadable(
    context: &Context<'_>,
    exchange: &Exchange,
    response: &authscope_model::exchange::Response,
) -> Hit {
    let what = words::body_kind(response);
    let json = response.body.text.trim_start().starts_with(['{', '[']);
    let error = words::json_error(&response.body.text).filter(|_| json).map(|e| format!(" ({e})")).unwrap_or_default();
    let hit = Hit::new(
        at::body(exchange),
        format!("{} answers {} with {what}{error}, where a JSON object with `resource` and `authorization_servers` belongs.", code(&exchange.request.url), response.status),
    )
    .expected("a JSON object")
    .received(words::start(&response.body.text))
    .fix(format!("Answer {} with a JSON object.", code(&exchange.request.url)))
    .snippets(snippets::prm_document(context));
    if context.prm().is_some() { hit.level(Level::Warning) } else { hit }
}
