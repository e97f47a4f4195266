//! Metadata that is no JSON object, or has members of the wrong type.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "as-metadata-malformed",
    summary: "The authorization server metadata is not valid JSON or has members of the wrong type",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadataAttempt,
    references: &["RFC8414-2", "RFC8414-3.2"],
    explains: &[
        "as-metadata-not-found",
        "as-metadata-member-missing",
        "pkce-support-not-advertised",
        "pkce-s256-not-advertised",
        "registration-not-possible",
        "issuer-mismatch",],
    corpus: &["ASM-03", "ASM-05"],
    requirements: &["AS-11"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// Members without which nothing goes on.
const CENTRAL: &[&str] = &[
    "",
    "/issuer",
    "/authorization_endpoint",
    "/token_endpoint",
    "/registration_endpoint",
    "/code_challenge_methods_supported",
    "/response_types_supported",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for exchange in context.metadata_attempts() {
        let Some(response) = exchange.response().filter(|r| r.is_success() && !words::is_html(r)) else { continue };
        let document = context.metadata_documents().iter().find(|d| d.exchange.id == exchange.id);
        match document {
            Some(document) => {
                let problems = document.problems.iter().filter(|p| !words::is_repetition(p) && !p.pointer.is_empty());
                hits.extend(problems.map(|p| typed(exchange, p)));
            }
            None => hits.push(unreadable(context, exchange, response)),
        }
    }
    hits
}

fn typed(exchange: &Exchange, problem: &authscope_protocol::parsed::Problem) -> Hit {
    let null = problem.received == "null";
    let hit = Hit::new(
        at::json(exchange, &problem.pointer),
        format!("In the authorization server metadata, {}.", words::problem(problem)),
    )
    .expected(problem.expected.clone())
    .received(problem.received.clone())
    .fix(if null {
        format!("Leave {} out instead of writing null.", code(problem.pointer.trim_start_matches('/')))
    } else {
        format!("Write {} as {}.", code(problem.pointer.trim_start_matches('/')), problem.expected)
    });
    let central = CENTRAL.iter().any(|c| problem.pointer == *c || (!c.is_empty() && problem.pointer.starts_with(&format!("{c}/"))));
    if central && !null { hit } else { hit.level(Level::Warning) }
}

fn unreadable(context: &Context<'_>, exchange: &Exchange, response: &authscope_model::exchange::Response) -> Hit {
    let what = words::body_kind(response);
    let json = response.body.text.trim_start().starts_with(['{', '[']);
    let error = words::json_error(&response.body.text).filter(|_| json).map(|e| format!(" ({e})")).unwrap_or_default();
    let hit = Hit::new(
        at::body(exchange),
        format!("{} answers {} with {what}{error}, where a JSON object with `issuer` and the endpoints belongs.", code(&exchange.request.url), response.status),
    )
    .expected("a JSON object")
    .received(words::start(&response.body.text))
    .fix(format!("Answer {} with a JSON object, or with 404 if there is none.", code(&exchange.request.url)));
    if context.metadata().is_some() { hit.level(Level::Warning) } else { hit }
}
