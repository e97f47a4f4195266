//! The key set cannot be read, is empty, or lacks the key of the token.

use crate::prelude::*;
use authscope_protocol::jwt::Jwt;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "jwks-unusable",
    summary: "The key set at jwks_uri cannot be read, is empty, lacks the key of the token, or holds a private one",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Jwt,
    references: &["RFC8414-2", "RFC7517-5", "RFC7515-4.1.4"],
    explains: &[
        "token-key-refused",
        "token-signature-invalid",
        "token-refused-by-mcp-server",
        "token-refused-as-if-missing",
        "mcp-server-error-with-token",
        "mcp-request-failed",
    ],
    corpus: &["TU-05", "AUD-10"],
    requirements: &["US-05"],
    clients: Some("every MCP server that checks signatures: it refuses all tokens"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((_, token)) = context.jwt() else { return Vec::new() };
    let Some(exchange) = context.of(StepKind::Jwks).next() else { return Vec::new() };
    if let Some(hit) = private_key(exchange) {
        return vec![hit];
    }
    // Keys shared in secret are never published.
    if token.alg().is_none_or(|alg| alg.starts_with("HS") || alg.eq_ignore_ascii_case("none")) {
        return Vec::new();
    }
    let Some((what, spot)) = problem(exchange, &token) else { return Vec::new() };
    let url = &exchange.request.url;
    let kid = token.kid().unwrap_or("(none)");
    let refused = context.calls().iter().any(|c| matches!(c.status(), 401 | 500));
    let effect = if refused { ", and the MCP server refuses the token" } else { "" };
    let mut hit = Hit::new(
        spot,
        format!("`jwks_uri` {} {what}, so nobody can check the signature of the access token (`kid` {}, `alg` {}){effect}.", code(url), code(kid), code(token.alg().unwrap_or("(none)"))),
    )
    .expected(format!("200 with {{\"keys\": [{{\"kid\": \"{kid}\", …}}]}}"))
    .received(words::answer(exchange))
    .fix(format!("Publish the key that signs at {}, under the `kid` the tokens carry ({}); publish a new key before tokens are signed with it, and keep the old one until the last token has expired.", code(url), code(kid)));
    if let Some(document) = context.metadata() {
        hit = hit.related(at::json(document.exchange, "/jwks_uri"));
    }
    vec![if refused { hit.level(Level::Failure) } else { hit }]
}

fn problem(exchange: &Exchange, token: &Jwt) -> Option<(String, at::Spot)> {
    let Some(response) = exchange.response() else {
        let why = exchange.failure().map(|f| f.message.trim_end_matches('.').to_owned()).unwrap_or_default();
        return Some((format!("cannot be reached ({why})"), at::whole(exchange)));
    };
    if !response.is_success() {
        return Some((format!("answers {}", response.status), at::status(exchange)));
    }
    let body = response.body.json();
    let Some(keys) = body.as_ref().and_then(|b| b.get("keys")?.as_array()) else {
        return Some((format!("answers {} without `keys`", words::body_kind(response)), at::body(exchange)));
    };
    if keys.is_empty() {
        return Some(("answers with an empty list of `keys`".into(), at::json(exchange, "/keys")));
    }
    let kids: Vec<&str> = keys.iter().filter_map(|k| k.get("kid").and_then(Value::as_str)).collect();
    let wanted = token.kid()?;
    if kids.iter().filter(|kid| **kid == wanted).count() > 1 {
        return Some((format!("has the `kid` {} more than once, so readers take different keys", code(wanted)), at::json(exchange, "/keys")));
    }
    if let Some((what, index)) = unfit(keys, wanted, token.alg().unwrap_or_default()) {
        return Some((what, at::json(exchange, &format!("/keys/{index}"))));
    }
    let missing = kids.len() == keys.len() && !kids.contains(&wanted);
    missing.then(|| (format!("has no key with that `kid`, only {}", codes(&kids)), at::json(exchange, "/keys")))
}

/// The key of the token is there and cannot verify: it is for encryption, or of another type than the algorithm takes.
fn unfit(keys: &[Value], kid: &str, alg: &str) -> Option<(String, usize)> {
    let named = |key: &Value| key.get("kid").and_then(Value::as_str) == Some(kid);
    let text = |key: &Value, name: &str| key.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let takes = match alg.get(..2).unwrap_or_default() {
        "RS" | "PS" => "RSA",
        "ES" => "EC",
        "Ed" => "OKP",
        _ => return None,
    };
    let fits = |key: &Value| text(key, "kty") == takes && text(key, "use") != "enc";
    if keys.iter().any(|key| named(key) && fits(key)) {
        return None;
    }
    let index = keys.iter().position(named)?;
    let key = keys.get(index)?;
    let kty = text(key, "kty");
    Some(if kty == takes {
        ("marks the key with that `kid` as one for encryption (`use`: `enc`), which token checks pass over".to_owned(), index)
    } else {
        (format!("has a key of the type `kty` {} under that `kid`, which {} cannot use ({} takes `kty` {})", code(&kty), code(alg), code(alg), code(takes)), index)
    })
}

/// The half of a key that only the server may know is published.
fn private_key(exchange: &Exchange) -> Option<Hit> {
    let body = exchange.response().filter(|r| r.is_success())?.body.json()?;
    let keys = body.get("keys")?.as_array()?;
    let secret = |key: &Value| ["d", "k", "p", "q"].into_iter().find(|member| key.get(member).is_some());
    let (index, member) = keys.iter().enumerate().find_map(|(index, key)| Some((index, secret(key)?)))?;
    let kid = keys.get(index).and_then(|key| key.get("kid")?.as_str()).unwrap_or("(none)");
    let part = if member == "k" { "a symmetric key (`kty` oct), which is a secret," } else { "the private part of the key" };
    let hit = Hit::new(
        at::json(exchange, &format!("/keys/{index}/{member}")),
        format!("The key set at `jwks_uri` {} publishes {part} {} (its member `{member}`): anybody can sign tokens with it.", code(&exchange.request.url), code(kid)),
    )
    .expected("public keys only, such as {\"kty\": \"RSA\", \"kid\": …, \"n\": …, \"e\": …}")
    .received(format!("a member `{member}`"))
    .level(Level::Failure)
    .fix("Take the key out of use now: make a new one, publish only its public members, and revoke the tokens signed with the old one.");
    Some(hit)
}
