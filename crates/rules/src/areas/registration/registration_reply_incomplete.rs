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
    explains: &["registration-refused", "registration-endpoint-dead", "client-id-malformed", "client-unknown"],
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
                    format!("The registration endpoint answers {} with {what}: there is no `client_id` in it, where a JSON object with one belongs.", response.status),
                )
                .expected("201 with `client_id` and the registered metadata at the top level")
                .received(words::start(&response.body.text))
                .fix("Answer with the client information document of RFC 7591 section 3.2.1: `client_id`, `redirect_uris` and what else was registered, at the top level.")
                .snippet("json", "{\n  \"client_id\": \"…\",\n  \"redirect_uris\": [\"…\"],\n  \"token_endpoint_auth_method\": \"none\"\n}"),
            );
            continue;
        }
        hits.extend(id.and_then(|id| unfit_id(exchange, id)));
        hits.extend(minor(registration));
        hits.extend(no_secret_expiry(registration));
    }
    hits
}

/// A client id that nobody can send as it is.
fn unfit_id(exchange: &Exchange, id: &str) -> Option<Hit> {
    let hidden = |c: char| c.is_control() || url_text::is_invisible(c);
    let odd = id.chars().find(|c| hidden(*c)).map(words::control);
    let problem = odd.or_else(|| (id.trim() != id).then(|| "white space around it".to_owned()))?;
    Some(
        Hit::new(at::json(exchange, "/client_id"), format!("The registration endpoint gives the `client_id` {} with {problem} (a character of it that nobody sees): what a client sends will not match.", code(id)))
            .expected(id.trim())
            .received(format!("{id:?}"))
            .fix("Issue client ids of visible ASCII characters, without white space at their ends."),
    )
}

fn what_came(registration: &crate::context::Registration<'_>, response: &authscope_model::exchange::Response) -> String {
    let problem = registration.problems.first();
    match problem {
        Some(p) if !p.pointer.is_empty() => words::problem(p),
        _ if registration.client_id().is_some() => "an empty `client_id`".into(),
        _ if registration.reply.is_some() => {
            let near = response.body.json().and_then(|v| words::near_member(&v, "client_id").map(str::to_owned));
            near.map_or_else(|| format!("a JSON object of another form{}", response.body.json().map(|v| words::members(&v)).unwrap_or_default()), |n| format!("{} where clients read `client_id`", code(&n)))
        }
        _ => words::body_kind(response),
    }
}

/// A secret without its expiry, which RFC 7591 requires beside it.
fn no_secret_expiry(registration: &crate::context::Registration<'_>) -> Option<Hit> {
    let raw = registration.exchange.response()?.body.json()?;
    let secret = raw.get("client_secret").is_some_and(serde_json::Value::is_string);
    (secret && raw.get("client_secret_expires_at").is_none()).then(|| {
        Hit::new(at::json(registration.exchange, "/client_secret"), "The registration reply has a `client_secret` without `client_secret_expires_at`, which RFC 7591 requires beside it.")
            .expected("\"client_secret_expires_at\": 0 (never), or seconds since 1970")
            .received("no such member")
            .level(Level::Warning)
            .fix("Add `client_secret_expires_at`; 0 says that the secret does not expire.")
    })
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
