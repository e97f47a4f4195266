//! A success of the registration endpoint that cannot be used.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-reply-incomplete",
    summary: "The registration reply lacks the client id or is not a client information document",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-3.2.1"],
    explains: &["registration-refused", "registration-endpoint-dead"],
    corpus: &["DCR-15"],
    requirements: &["RG-22"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for registration in context.registrations() {
        let exchange = registration.exchange;
        let Some(response) = exchange.response().filter(|r| r.is_success() && !words::is_html(r)) else { continue };
        let id = registration.client_id().filter(|id| !id.trim().is_empty());
        if id.is_none() {
            let envelope = response.body.text.contains("\"jsonrpc\"");
            let what = if envelope { "a JSON-RPC message".to_owned() } else { what_came(registration, response) };
            hits.push(
                Hit::new(
                    at::body(exchange),
                    format!("The registration endpoint answers {} with {what}: there is no `client_id` in it.", response.status),
                )
                .expected("201 with `client_id` and the registered metadata at the top level")
                .received(words::start(&response.body.text))
                .fix("Answer with the client information document of RFC 7591 section 3.2.1: `client_id`, `redirect_uris` and what else was registered, at the top level.")
                .snippet("json", "{\n  \"client_id\": \"…\",\n  \"redirect_uris\": [\"…\"],\n  \"token_endpoint_auth_method\": \"none\"\n}"),
            );
            continue;
        }
        hits.extend(minor(registration));
    }
    hits
}

fn what_came(registration: &crate::context::Registration<'_>, response: &authscope_model::exchange::Response) -> String {
    let problem = registration.problems.first();
    match problem {
        Some(p) if !p.pointer.is_empty() => words::problem(p),
        _ if registration.reply.is_some() => "a JSON object of another form".into(),
        _ => words::body_kind(response),
    }
}

fn minor(registration: &crate::context::Registration<'_>) -> Vec<Hit> {
    let problems = registration.problems.iter().filter(|p| !words::is_repetition(p) && !p.pointer.is_empty());
    problems
        .map(|problem| {
            Hit::new(at::json(registration.exchange, &problem.pointer), format!("In the registration reply, {}.", words::problem(problem)))
                .expected(problem.expected.clone())
                .received(problem.received.clone())
                .level(Level::Warning)
                .fix("Leave out what is not set instead of writing null, and use the types of RFC 7591.")
        })
        .collect()
}
