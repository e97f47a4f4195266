//! No way for a client to get an id.

use crate::prelude::*;
use authscope_model::event::Ending;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "registration-not-possible",
    summary: "The authorization server offers no way to register a client",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::AsMetadata,
    references: &[
        "RFC8414-2",
        "MCP-2025-03-26-authorization#dynamic-client-registration",
        "MCP-2025-06-18-authorization#dynamic-client-registration",
        "MCP-2025-11-25-authorization#client-registration-approaches",
        "MCP-2026-07-28-registration#client-registration",
    ],
    corpus: &["DCR-01", "ASM-09"],
    requirements: &["RG-01", "RG-02", "RG-03", "RG-04", "RG-21", "AS-16"],
    clients: Some("every client without a client id of its own (\"does not support dynamic client registration\")"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let v = &document.value;
    let given = context.config().is_some_and(|c| c.client_id.is_some());
    let cimd = context.behaviour().cimd && v.client_id_metadata_document_supported == Some(true);
    if v.registration_endpoint.is_some() || cimd || given || !document.is_usable() || !context.attempts().is_empty() {
        return Vec::new();
    }
    let stopped = context.ending().is_some_and(|e| !matches!(e, Ending::Complete | Ending::NoAuthorization));
    let grant = context.config().is_some_and(|c| c.grant != authscope_model::config::Grant::AuthorizationCode);
    if grant || context.registration().is_some() {
        return Vec::new();
    }
    let members = if context.behaviour().cimd {
        "neither `registration_endpoint` nor `client_id_metadata_document_supported`: true"
    } else {
        "no `registration_endpoint`"
    };
    let raw = &v.raw;
    let near = words::near_member(raw, "registration_endpoint").or_else(|| words::near_member(raw, "client_id_metadata_document_supported"));
    let seen = near.map(|name| format!(" (there is a member {}, which no client reads)", code(name))).unwrap_or_default();
    let hit = Hit::new(
        at::json(document.exchange, "/registration_endpoint"),
        format!(
            "The authorization server metadata at {} has {members}{seen}, so a client without a client id of its own cannot go on.",
            code(&document.exchange.request.url)
        ),
    )
    .expected("`registration_endpoint`, or `\"client_id_metadata_document_supported\": true`, or a client id from its operator")
    .received(members)
    .fix("Support client id metadata documents and advertise them, or offer dynamic registration; otherwise register a client by hand, publish its client id, and enter it here with --client-id.")
    .snippets(vec![snippets::member("client_id_metadata_document_supported", &true.into())]);
    vec![if stopped { hit.level(Level::Failure) } else { hit }]
}
