//! CIMD is advertised, and the document was never asked for.

use crate::prelude::*;
use authscope_model::RegistrationChoice;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "cimd-document-not-fetched",
    summary: "Client documents are advertised, but the server refuses one without asking for it",
    area: Area::Registration,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_11(Must),
    needs: Need::Authorize,
    references: &[
        "CIMD-5",
        "MCP-2025-11-25-authorization#client-id-metadata-documents",
        "MCP-2026-07-28-registration#advertising-cimd-support",
    ],
    confidence: Confidence::Likely,
    explains: &["client-unknown", "authorization-refused", "token-request-refused", "client-authentication-refused"],
    corpus: &["CIMD-04"],
    requirements: &["RG-08", "AS-16"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let way = context.transcript().registration().map(|(way, _)| way);
    let Some((exchange, said)) = super::cimd_refusal(context).filter(|_| way == Some(RegistrationChoice::Cimd)) else {
        return Vec::new();
    };
    let own = context.config().is_some_and(|c| c.client_metadata_url.is_some());
    if own || context.of(StepKind::ClientDocumentFetch).next().is_some() {
        return Vec::new();
    }
    let Some(document) = context.metadata() else { return Vec::new() };
    let advertised = document.value.client_id_metadata_document_supported == Some(true);
    let id = context.attempt().and_then(|a| a.param("client_id")).unwrap_or_default();
    let hit = Hit::new(
        at::body(exchange),
        if advertised {
            format!("The metadata has `client_id_metadata_document_supported`: true, but the server refuses the client id {} without having asked for the document ({said}).", code(id))
        } else {
            format!("The server refuses the client id {} ({said}); it does not advertise `client_id_metadata_document_supported`.", code(id))
        },
    )
    .expected("a GET for the client document, then the sign-in page")
    .received(said)
    .related(at::json(document.exchange, "/client_id_metadata_document_supported"))
    .fix(if advertised {
        "Implement client id metadata documents, or take the flag out of the metadata so that clients register dynamically."
    } else {
        "Use dynamic registration or a registered client id with this server (--registration dcr, --client-id)."
    });
    vec![if advertised { hit } else { hit.party(Party::Client) }]
}
