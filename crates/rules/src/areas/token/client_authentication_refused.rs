//! `invalid_client` at the token endpoint.

use crate::context::TokenCall;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-authentication-refused",
    summary: "The token endpoint refuses the client's authentication",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::TokenAnswer,
    references: &["RFC6749-2.3.1", "RFC6749-5.2", "RFC7591-2", "RFC8414-2"],
    confidence: Confidence::Likely,
    explains: &["token-request-refused", "token-error-not-oauth"],
    corpus: &["TE-01", "TE-03", "TE-04", "TE-05", "DCR-16", "PRE-05", "ASM-10"],
    requirements: &["RG-22", "CC-01", "CC-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.token_calls().iter().find(|c| {
        let text = c.error_text();
        c.is_refused()
            && (c.error_code() == Some("invalid_client")
                || text.contains("client_secret")
                || text.contains("client secret")
                || text.contains("client authentication")
                || text.contains("client credentials")
                || text.contains("client_assertion")
                || (text.contains("client_id") && c.error_code() == Some("invalid_request")))
    });
    refused.map(|call| hit(context, call)).into_iter().collect()
}

fn hit(context: &Context<'_>, call: &TokenCall<'_>) -> Hit {
    let used = super::method_used(call);
    let registered = super::method_registered(context);
    let listed = context.metadata().and_then(|d| d.value.token_endpoint_auth_methods_supported.clone());
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    let wrong = registered.as_deref().is_some_and(|r| r != used);
    let unlisted = listed.as_ref().is_some_and(|l| !l.iter().any(|m| m == &used));
    let basic = used == "client_secret_basic" && call.error_text().contains("client_id");
    let reserved = used == "client_secret_basic" && needs_encoding(call);
    let (cause, party) = if wrong {
        ("the method used is not the one that was registered", Party::Client)
    } else if basic {
        ("the credentials are in the `Authorization` header, which the endpoint does not read", Party::AuthorizationServer)
    } else if reserved {
        ("the client id has characters that must be form-encoded before base64 (RFC 6749 section 2.3.1), as they were; the endpoint does not decode them", Party::AuthorizationServer)
    } else if unlisted && registered.is_none() {
        ("the metadata does not list the method used", Party::Client)
    } else if registered.is_some() {
        ("the method used is the one that was registered", Party::AuthorizationServer)
    } else {
        ("check the client id, and the secret that belongs to it", Party::Client)
    };
    let listed_words = listed.as_ref().map_or_else(|| "nothing (so `client_secret_basic`)".into(), |l| codes(l));
    let hit = Hit::new(
        at::body(call.exchange),
        format!(
            "The token endpoint refuses the client's authentication ({said}): used {}, registered {}, the metadata lists {listed_words}; {cause}.",
            code(&used),
            registered.as_deref().map_or_else(|| "nothing".into(), code)
        ),
    )
    .expected(format!("the method {} is accepted", registered.unwrap_or_else(|| used.clone())))
    .received(said)
    .party(party)
    .fix(fix(&used, party));
    match context.registered() {
        Some(registration) => hit.related(at::json(registration.exchange, "/token_endpoint_auth_method")),
        None => hit,
    }
}

fn needs_encoding(call: &TokenCall<'_>) -> bool {
    let header = call.exchange.request.header("authorization").unwrap_or_default();
    let id = header.split_once(' ').map_or("", |(_, rest)| rest).split(':').next().unwrap_or_default();
    id.contains(['%', '+', '/'])
}

fn fix(used: &str, party: Party) -> String {
    match (party, used) {
        (Party::Client, _) => "Use the method that the registration reply names, or one that `token_endpoint_auth_methods_supported` lists (--token-endpoint-auth-method), with the secret that belongs to the client id.".into(),
        (_, "client_secret_basic") => "Read client id and secret from the `Authorization: Basic` header (form-decoded, RFC 6749 section 2.3.1), or list only `client_secret_post` and `none`.".into(),
        (_, "none") => "Accept public clients: `client_id` in the body with PKCE and without a secret, since the client was registered as `none`.".into(),
        _ => "Accept the method the client was registered with, and list what is accepted in `token_endpoint_auth_methods_supported`.".into(),
    }
}
