//! The token endpoint says that the code verifier does not match.

use crate::context::TokenCall;
use crate::prelude::*;
use authscope_model::event::Fact;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "pkce-verification-failed",
    summary: "The token endpoint refuses the code verifier",
    area: Area::Pkce,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &[
        "RFC7636-4.6",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-11-25-authorization#authorization-code-protection",
        "MCP-2026-07-28-security#authorization-code-protection",
    ],
    explains: &["token-request-refused",  "token-error-not-oauth", "code-refused"],
    corpus: &["PKCE-01", "PKCE-05"],
    requirements: &["TK-01", "TK-02"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.token_calls().iter().filter(|c| c.is_refused() && speaks_of_pkce(c));
    refused.filter_map(|call| hit(context, call)).collect()
}

fn speaks_of_pkce(call: &TokenCall<'_>) -> bool {
    let text = call.error_text();
    let words = ["code_verifier", "code verifier", "code_challenge", "code challenge", "pkce", "verifier", "aadsts50148", "aadsts501481"];
    call.param("code").is_some() && words.iter().any(|w| text.contains(w))
}

fn hit(context: &Context<'_>, call: &TokenCall<'_>) -> Option<Hit> {
    let fact = context.facts(call.exchange).find_map(|f| match f {
        Fact::Pkce { challenge, recomputed } => Some((challenge, recomputed)),
        _ => None,
    });
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    call.param("code_verifier")?;
    let spot = at::body(call.exchange);
    // A verifier of another attempt is a fault of the client, with a rule of its own.
    if fact.is_some_and(|(challenge, recomputed)| challenge != recomputed) {
        return None;
    }
    let clue = context.facts(call.exchange).find_map(|f| match f {
        Fact::PkceClue { computation } => Some(computation.as_str()),
        _ => None,
    });
    Some(server_hit(call, fact.map(|(c, _)| c.as_str()), &said, spot, clue))
}

fn server_hit(call: &TokenCall<'_>, challenge: Option<&str>, said: &str, spot: at::Spot, clue: Option<&str>) -> Hit {
    let proof = match challenge {
        Some(challenge) => format!(
            "although BASE64URL(SHA256(`code_verifier`)) is exactly the `code_challenge` {} of the authorization request",
            code(challenge)
        ),
        None => "although a `code_verifier` was sent".into(),
    };
    let computed = clue.map(|what| format!("; the value it quotes is {what}")).unwrap_or_default();
    let other = call.error_code().filter(|e| *e != "invalid_grant");
    let other = other.map(|e| format!("; the error code for this is `invalid_grant`, not {}", code(e)));
    let other = other.unwrap_or_default();
    let hit = Hit::new(
        spot,
        format!("The token endpoint {} refuses the `code_verifier` ({said}{other}), {proof}{computed}.", code(&call.exchange.request.url)),
    )
    .expected("200 with a token: the verifier matches the challenge with method S256")
    .received(said)
    .fix("Compute BASE64URL-ENCODE(SHA256(ASCII(code_verifier))) without padding, with `-` and `_`, and compare it with the stored `code_challenge`; store challenge and method with the code.")
    .snippet("express", "const challenge = crypto.createHash(\"sha256\").update(code_verifier).digest(\"base64url\");");
    if challenge.is_some() { hit } else { hit.confidence(Confidence::Likely) }
}
