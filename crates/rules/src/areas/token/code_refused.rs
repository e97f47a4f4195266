//! `invalid_grant` for a good code.

use crate::context::TokenCall;
use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "code-refused",
    summary: "The token endpoint refuses the authorization code",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.2", "RFC6749-4.1.3"],
    confidence: Confidence::Likely,
    explains: &["token-request-refused"],
    corpus: &["TE-14"],
    requirements: &["TK-02", "TK-10"],
    ..RuleInfo::BASE
};

/// Codes live for ten minutes at most; servers often give them one.
const OLD: u64 = 55_000;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.token_calls().iter().filter(|c| {
        c.is_refused() && c.param("code").is_some() && (c.error_code() == Some("invalid_grant") || speaks_of_code(c))
    });
    refused.map(|call| hit(context, call)).collect()
}

fn speaks_of_code(call: &TokenCall<'_>) -> bool {
    let text = call.error_text();
    ["authorization code", "authorization_code", "invalid code", "code expired", "code is invalid", "bad_verification_code"]
        .iter()
        .any(|w| text.contains(w))
}

fn hit(context: &Context<'_>, call: &TokenCall<'_>) -> Hit {
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    let age = context.facts(call.exchange).find_map(|f| match f {
        Fact::CodeAge { millis } => Some(*millis),
        _ => None,
    });
    let proven = context.facts(call.exchange).any(|f| matches!(f, Fact::Pkce { challenge, recomputed } if challenge == recomputed));
    let attempt = context.attempt();
    let asked = attempt.and_then(|a| a.param("redirect_uri"));
    let same = asked.is_some() && asked == call.param("redirect_uri");
    let redirect = call.error_text().contains("redirect");
    let mut checked: Vec<String> = Vec::new();
    if let Some(millis) = age {
        checked.push(format!("the code was {}.{} s old", millis / 1000, (millis % 1000) / 100));
    }
    if same {
        checked.push(format!("`redirect_uri` is {} in both requests", code(asked.unwrap_or_default())));
    }
    if proven {
        checked.push("the verifier matches the challenge".into());
    }
    let old = age.is_some_and(|m| m > OLD);
    let expired = call.error_text().contains("expired");
    let elsewhere = attempt.and_then(|a| other_tenant(&a.authorize.request.url, &call.exchange.request.url));
    let cause = if old {
        "the code had probably expired"
    } else if let Some((there, here)) = &elsewhere {
        &format!("`token_endpoint` {} has {} where `authorization_endpoint` has {}, so the code was probably made by another tenant", code(&call.exchange.request.url), code(here), code(there))
    } else if expired {
        "the code was redeemed at once, so the server gives codes too short a life, or its clocks differ"
    } else if redirect && same {
        "the server compares another form of the redirect URI than was sent"
    } else {
        "the code was used once and in time, so the server lost it, keeps it in another instance, or checks one of its bindings wrongly"
    };
    let status = call.exchange.status().filter(|s| matches!(s, 401 | 403) && call.error_code() == Some("invalid_grant"));
    let said = match status {
        Some(status) => format!("{said}, although `invalid_grant` belongs into a 400 and not a {status}"),
        None => said,
    };
    let checked = if checked.is_empty() { String::new() } else { format!("; checked here: {}", checked.join(", ")) };
    let hit = Hit::new(at::body(call.exchange), format!("The token endpoint refuses the code ({said}): {cause}{checked}."))
        .expected("200 with a token")
        .received(said)
        .fix(if old {
            "Start again and go on without a pause; let codes live for at least a minute."
        } else if elsewhere.is_some() {
            "Name the two endpoints of one tenant in the metadata."
        } else if expired {
            "Let codes live for at least a minute, store their expiry in UTC seconds, and compare the clocks of all instances."
        } else {
            "Look into the token endpoint's log: is the code found, is it bound to this client id, redirect URI and challenge, do all instances share the store?"
        });
    if old { hit.party(Party::Client) } else { hit }
}

/// The one path segment in which two endpoints of one host differ, other than the last: (first, second).
fn other_tenant(authorize: &str, token: &str) -> Option<(String, String)> {
    if !url_text::same_origin(authorize, token) {
        return None;
    }
    let segments = |url: &str| -> Vec<String> {
        let path = url_text::split(url).map(|p| p.path.to_owned()).unwrap_or_default();
        path.split('/').map(str::to_owned).collect()
    };
    let (mut a, mut b) = (segments(authorize), segments(token));
    a.pop();
    b.pop();
    let differ: Vec<(&String, &String)> = a.iter().zip(&b).filter(|(x, y)| x != y).collect();
    match (a.len() == b.len(), differ.as_slice()) {
        (true, [(x, y)]) => Some(((*x).clone(), (*y).clone())),
        _ => None,
    }
}
