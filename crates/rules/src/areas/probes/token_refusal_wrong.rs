//! The token endpoint refuses what it must refuse, in the wrong way.

use crate::prelude::*;
use authscope_model::exchange::Response;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-refusal-wrong",
    summary: "The token endpoint refuses a bad code or refresh token with another answer than 400 invalid_grant",
    area: Area::Probes,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &["RFC6749-5.2", "RFC7636-4.6"],
    corpus: &["REF-05", "TE-11"],
    clients: Some("those that sign in again on invalid_grant only"),
    ..RuleInfo::BASE
};

/// Probes at the token endpoint, what they send, and the error codes that fit.
const PROBES: &[(&str, &str, &[&str])] = &[
    ("wrong-verifier", "a wrong `code_verifier`", &["invalid_grant"]),
    ("missing-verifier", "a missing `code_verifier`", &["invalid_grant", "invalid_request"]),
    ("changed-redirect-at-token", "another `redirect_uri`", &["invalid_grant", "invalid_request"]),
    ("reused-code", "a used `code`", &["invalid_grant"]),
    ("old-refresh-token", "a used `refresh_token`", &["invalid_grant"]),
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hit: Option<Hit> = None;
    for (name, sent, fitting) in PROBES {
        let Some((exchange, true)) = super::outcome(context, name) else { continue };
        let Some(response) = exchange.response() else { continue };
        let error = crate::context::error_of(exchange).and_then(|e| e.error);
        let fits = error.as_deref().is_some_and(|e| fitting.contains(&e));
        if (response.status == 400 && fits) || response.status == 429 {
            continue;
        }
        hit = Some(match hit {
            None => first(exchange, response, error.as_deref(), sent, fitting),
            Some(hit) => hit.related(at::status(exchange)),
        });
    }
    hit.into_iter().collect()
}

fn first(exchange: &Exchange, response: &Response, error: Option<&str>, sent: &str, fitting: &[&str]) -> Hit {
    let wanted = fitting.first().copied().unwrap_or("invalid_grant");
    let said = match error {
        Some(error) => format!("HTTP {} and `error` {}", response.status, code(error)),
        None => format!("HTTP {} and {}", response.status, words::body_kind(response)),
    };
    let fits = error.is_some_and(|e| fitting.contains(&e));
    let effect = if response.status >= 500 {
        "a client takes that for an outage and tries again and again"
    } else if fits {
        "a client that looks at the status takes that for a failure of its own authentication"
    } else {
        "a client that waits for `invalid_grant` does not sign in again"
    };
    Hit::new(
        at::status(exchange),
        format!("The token endpoint refuses {sent} with {said} instead of 400 `{wanted}`: {effect}."),
    )
    .expected(format!("400, {{\"error\": \"{wanted}\"}}"))
    .received(format!("{}, error: {}", response.status_line, error.unwrap_or("none")))
    .related(at::body(exchange))
    .fix(format!(
        "Answer 400 with `{{\"error\": \"{wanted}\"}}` to a code, verifier or refresh token that is no good; 401 is for client authentication (`invalid_client`), 5xx for outages."
    ))
    .snippet("json", format!("{{ \"error\": \"{wanted}\", \"error_description\": \"…\" }}"))
}
