//! The refresh fails at the authentication of the client.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-client-refused",
    summary: "A refresh is refused for lack of client credentials, though the code exchange went without",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC6749-6", "RFC6749-3.2.1"],
    explains: &["refresh-refused"],
    corpus: &["REF-02"],
    requirements: &["RG-22"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(first) = context.issued() else { return Vec::new() };
    let refused = super::refused(context).into_iter().find(|c| {
        let said = c.error_text();
        let speaks = said.contains("secret") || said.contains("client authentication") || said.contains("client_assertion");
        c.error_code() == Some("invalid_client") || (speaks && c.response().is_some_and(|r| r.status < 500))
    });
    let Some(call) = refused else { return Vec::new() };
    let before = first.auth_methods();
    let same = call.auth_methods() == before;
    let method = before.first().copied().unwrap_or("none");
    let said = call.error.as_ref().map(|e| e.sentence()).unwrap_or_default();
    let hit = Hit::new(
        at::body(call.exchange),
        format!(
            "The refresh is refused for the client's authentication ({said}), although the code exchange of the same client, with method {}, was accepted.",
            code(method)
        ),
    )
    .expected(format!("the same client authentication as in the code exchange: {method}"))
    .received(said)
    .related(at::status(first.exchange))
    .fix(format!(
        "Authenticate clients for grant_type=refresh_token exactly as for authorization_code: a client of method {} sends {}.",
        code(method),
        if method == "none" { "`client_id` and no secret" } else { "its credentials" }
    ));
    vec![if same { hit } else { hit.party(Party::Client) }]
}
