//! Opt-in negative probes: what the target accepts though it must refuse it, and how it refuses.
//!
//! The flow records what each probe showed; the rules judge the recorded answer, because a success may be a
//! sign-in page and a refusal may come in the wrong form. A server that takes requests without a token is
//! not judged on tokens.

rules! {
    request_without_token_accepted,
    garbage_token_accepted,
    empty_token_accepted,
    unsigned_token_accepted,
    token_signature_not_verified,
    expired_token_accepted,
    query_token_accepted,
    origin_not_validated,
    audience_not_validated,
    any_resource_accepted,
    bad_token_status,
    get_post_differ,
    trailing_slash_differs,
    metadata_not_stable,
    token_refusal_wrong,
    dcr_http_redirect_accepted,
    unknown_client_accepted,
    unregistered_redirect_accepted,
    state_characters_altered,
    pkce_not_required,
    pkce_plain_accepted,
    pkce_wrong_verifier_accepted,
    pkce_missing_verifier_accepted,
    token_redirect_uri_not_checked,
    authorization_code_client_not_checked,
    authorization_code_reuse_accepted,
    refresh_token_reuse_accepted,
    prm_documents_disagree,
    bearer_scheme_case_sensitive,
    loopback_port_compared,
    cimd_mismatch_accepted,
}

use crate::context::{Context, complaint_of, message_of};
use crate::evidence::{self, Spot};
use crate::words::{self, code};
use authscope_model::event::Decision;
use authscope_model::exchange::Response;
use authscope_model::{Exchange, StepKind};
use authscope_protocol::challenge::Challenges;
use authscope_protocol::form;
use authscope_protocol::jwt::{self, Jwt};
use authscope_protocol::url_text;

/// A bad token at the MCP server: what was tried, by the names of the probes, and in words.
const BAD_TOKENS: &[(&str, &str)] = &[
    ("garbage-token", "a made-up token"),
    ("tampered-token", "the token with a changed claim"),
    ("unsigned-token", "the token without its signature"),
    ("empty-bearer", "an empty `Bearer` credential"),
];

/// The probe that asks for a token for another resource.
const FOREIGN: &str = "token-for-other-resource";

/// How the MCP server took a request that it must refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// With a JSON-RPC result, or an error that has nothing to do with the token.
    Accepted,
    /// It speaks of authorization, under a status of success.
    RefusedInside,
    /// With something that is no MCP answer, such as a web page.
    Page,
    /// With an error status.
    Refused,
}

/// The exchange of a probe and its verdict; `None` when the probe was not run or not decided.
fn outcome<'a>(context: &Context<'a>, name: &str) -> Option<(&'a Exchange, bool)> {
    let all = context.negative_probes();
    all.into_iter()
        .find(|(_, probe, ..)| *probe == name)
        .map(|(exchange, _, refused, _)| (exchange, refused))
}

/// The exchange of a probe that was not refused.
fn accepted<'a>(context: &Context<'a>, name: &str) -> Option<&'a Exchange> {
    outcome(context, name)
        .filter(|(_, refused)| !refused)
        .map(|(exchange, _)| exchange)
}

/// The exchange of a probe, decided or not, with its response.
fn answered<'a>(context: &Context<'a>, name: &str) -> Option<(&'a Exchange, &'a Response)> {
    let purpose = format!("{name}:");
    let by_purpose = || {
        context
            .of(StepKind::NegativeProbe)
            .rfind(|e| e.purpose.starts_with(&purpose))
    };
    let exchange = outcome(context, name)
        .map(|(exchange, _)| exchange)
        .or_else(by_purpose)?;
    exchange.response().map(|response| (exchange, response))
}

/// Whether the MCP server challenges the very first request without a token; else nothing can be said about
/// what it does with bad ones.
fn is_guarded(context: &Context<'_>) -> bool {
    context.probe().is_some_and(|e| e.status() == Some(401))
}

/// How a request to the MCP server that must be refused was taken.
fn taken(response: &Response) -> Taken {
    if !response.is_success() {
        return Taken::Refused;
    }
    let Some(message) = message_of(response) else {
        return Taken::Page;
    };
    match complaint_of(&message) {
        Some(complaint) if speaks_of_authorization(&complaint) => Taken::RefusedInside,
        _ => Taken::Accepted,
    }
}

fn speaks_of_authorization(text: &str) -> bool {
    let text = text.to_lowercase();
    let marks = [
        "unauthor",
        "not authorized",
        "token",
        "forbidden",
        "credential",
        "authenticat",
        "401",
        "sign in",
        "log in",
    ];
    marks.iter().any(|mark| text.contains(mark))
}

/// An exchange at the MCP server that was accepted with a credential that must be refused.
fn accepted_credential<'a>(
    context: &Context<'a>,
    name: &str,
) -> Option<(&'a Exchange, &'a Response)> {
    let exchange = accepted(context, name).filter(|_| is_guarded(context))?;
    let response = exchange
        .response()
        .filter(|r| taken(r) == Taken::Accepted)?;
    Some((exchange, response))
}

/// "HTTP 200 and a JSON-RPC result".
fn in_words(response: &Response) -> String {
    let what = match taken(response) {
        Taken::Accepted => " and a JSON-RPC answer".to_owned(),
        Taken::RefusedInside => {
            let said = message_of(response)
                .and_then(|m| complaint_of(&m))
                .unwrap_or_default();
            format!(
                " and a JSON-RPC message that says \"{}\"",
                words::start(&said)
            )
        }
        Taken::Page if response.body.text.trim().is_empty() => " and an empty body".to_owned(),
        Taken::Page => format!(" and {}", words::body_kind(response)),
        Taken::Refused => response
            .header("location")
            .map(|l| format!(" to {}", code(l)))
            .unwrap_or_default(),
    };
    format!("HTTP {}{what}", response.status)
}

/// What shows that a token was issued: its place in the answer.
fn issued(exchange: &Exchange) -> Spot {
    evidence::json(exchange, "/access_token")
}

/// Whether the client of this flow has no credentials of its own.
fn is_public_client(context: &Context<'_>) -> bool {
    let method = context.decisions().rev().find_map(|d| match d {
        Decision::TokenEndpointAuth { method } => Some(method.as_str()),
        _ => None,
    });
    method.is_none_or(|m| m == "none")
}

/// The challenges of the first 401, to compare others with.
fn first_challenges<'a>(context: &'a Context<'_>) -> Option<&'a Challenges> {
    context.challenge().map(|(_, challenges)| challenges)
}

/// The token a probe sent to the MCP server, when it is a JWT.
fn probe_token(exchange: &Exchange) -> Option<Jwt> {
    let (_, token) = exchange.request.header("authorization")?.split_once(' ')?;
    jwt::decode(token.trim())
}

/// Whether a token is made out to this MCP server.
fn is_bound_here(context: &Context<'_>, token: &Jwt) -> bool {
    let documented = context.prm().and_then(|d| d.value.resource.as_deref());
    let own = |audience: &String| {
        audience == context.server_url()
            || audience == context.resource()
            || Some(audience.as_str()) == documented
    };
    let usual = context.jwt().map(|(_, jwt)| jwt.aud()).unwrap_or_default();
    let audiences = token.aud();
    audiences.iter().any(own) || (!usual.is_empty() && audiences == usual)
}

/// The `resource` that the probe asked for a token with.
fn foreign_resource(context: &Context<'_>) -> String {
    let asked = context.of(StepKind::NegativeProbe).find_map(|e| {
        let pairs = form::parse(&e.request.body.text)
            .into_iter()
            .chain(url_text::query_pairs(&e.request.url));
        let mut values = pairs
            .filter(|(name, _)| name == "resource")
            .map(|(_, value)| value);
        values.find(|value| value != context.resource())
    });
    asked.unwrap_or_else(|| "of another MCP server".into())
}
