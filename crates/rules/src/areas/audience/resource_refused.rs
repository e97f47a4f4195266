//! `resource` is refused.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "resource-refused",
    summary: "The authorization server refuses the resource parameter",
    area: Area::Audience,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::Nothing,
    references: &[
        "RFC8707-2",
        "MCP-2025-06-18-authorization#resource-parameter-implementation",
        "MCP-2025-11-25-authorization#resource-parameter-implementation",
        "MCP-2026-07-28-authorization#resource-parameter-implementation",
    ],
    explains: &["authorization-refused", "token-request-refused", "pushed-request-refused", "token-error-not-oauth", "authorization-server-error", "token-endpoint-server-error"],
    corpus: &["AUD-11", "AUD-03", "AR-06", "AUD-05", "AUD-06"],
    requirements: &["AZ-04", "TK-03", "TK-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let authorize = context.refusals().into_iter().find(|r| {
        r.is_code(&["invalid_target", "invalid_resource"]) || r.speaks_of(&["resource parameter", "resource indicator", "'resource'", "\"resource\"", "resource must", "`resource`", "unknown resource", "invalid resource"])
    });
    if let Some(refusal) = authorize {
        return vec![hit(context, refusal.spot(), &refusal.said)];
    }
    let token = context.token_calls().iter().find(|c| {
        let text = c.error_text();
        c.is_refused()
            && (matches!(c.error_code(), Some("invalid_target" | "invalid_resource"))
                || (text.contains("resource") && !text.contains("resource owner") && !text.contains("resource server"))
                || ["resource parameter", "resource indicator", "unknown resource", "invalid resource", "invalid audience", "audience is not allowed"].iter().any(|w| text.contains(w)))
    });
    let Some(call) = token else { return Vec::new() };
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    vec![hit(context, at::body(call.exchange), &said)]
}

fn hit(context: &Context<'_>, spot: at::Spot, said: &str) -> Hit {
    let sent = context.attempt().and_then(|a| a.param("resource").map(str::to_owned));
    let sent = sent.or_else(|| context.token_calls().last().and_then(|c| c.param("resource").map(str::to_owned)));
    let documented = context.prm().and_then(|d| d.value.resource.clone());
    let (message, party) = match (&sent, &documented) {
        (None, _) => (format!("The authorization server wants a `resource` parameter, and none was sent ({said})."), Party::Client),
        (Some(sent), Some(documented)) if sent != documented => (
            format!("The authorization server refuses `resource` {} ({said}); the protected resource metadata says {}: {}.", code(sent), code(documented), words::differences(sent, documented)),
            Party::Client,
        ),
        (Some(sent), _) => (
            format!("The authorization server refuses `resource` {} ({said}), which is the `resource` of the protected resource metadata.", code(sent)),
            Party::AuthorizationServer,
        ),
    };
    let want = documented.unwrap_or_else(|| context.server_url().to_owned());
    let hit = Hit::new(spot, message)
        .expected(format!("resource={want} is accepted"))
        .received(said)
        .party(party)
        .fix(format!("Register {} as a resource (audience, API identifier) at the authorization server, character by character as in the protected resource metadata.", code(&want)));
    match context.attempt() {
        Some(attempt) => hit.related(at::query(attempt.authorize, "resource")),
        None => hit,
    }
}
