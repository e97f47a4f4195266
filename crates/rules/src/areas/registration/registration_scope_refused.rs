//! Registration refuses the scopes.

use crate::context::error_of;
use crate::prelude::*;
use authscope_protocol::scope::ScopeSet;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-scope-refused",
    summary: "The registration endpoint refuses the scopes",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Registration,
    references: &["RFC7591-2", "RFC7591-3.2.2"],
    confidence: Confidence::Likely,
    explains: &["registration-refused", "scope-unknown-to-server"],
    corpus: &["DCR-10"],
    requirements: &["RG-15"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refused = context.registrations().iter().filter(|r| {
        r.exchange.status().is_some_and(|s| s >= 400)
            && super::refusal_text(r.exchange).contains("scope")
            && !super::refusal_text(r.exchange).contains("insufficient_scope")
    });
    refused.map(|registration| {
        let exchange = registration.exchange;
        let said = error_of(exchange).map(|e| e.sentence()).unwrap_or_default();
        let scope = registration.sent_text("scope").unwrap_or("(none)");
        let (source, party) = source(context, registration.sent_text("scope").unwrap_or_default());
        Hit::new(
            at::body(exchange),
            format!("The registration endpoint refuses the scopes: `scope` in the request is {} ({said}){source}.", code(scope)),
        )
        .expected("201")
        .received(said)
        .party(party)
        .related(at::request_json(exchange, "/scope"))
        .fix("Register with scopes the server advertises, or without `scope`; in Keycloak add the scope to the registration policy \"Allowed Client Scopes\".")
    })
    .collect()
}

/// Who named the scopes.
fn source(context: &Context<'_>, scope: &str) -> (&'static str, Party) {
    let asked = ScopeSet::parse(scope);
    let list = |names: Option<&Vec<String>>| -> ScopeSet {
        names.into_iter().flatten().map(String::as_str).collect()
    };
    let known = list(context.metadata().and_then(|d| d.value.scopes_supported.as_ref()));
    let challenged = context.challenge_param("scope").map(ScopeSet::parse).unwrap_or_default();
    let documented = list(context.prm().and_then(|d| d.value.scopes_supported.as_ref()));
    if asked.names().is_empty() || asked.is_subset_of(&known) {
        return ("", Party::AuthorizationServer);
    }
    let unknown = asked.minus(&known);
    if unknown.is_subset_of(&challenged.union(&documented)) {
        return (", which the MCP server names and the authorization server does not list", Party::McpServer);
    }
    ("", Party::Client)
}
