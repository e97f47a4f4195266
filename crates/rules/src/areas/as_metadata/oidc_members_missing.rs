//! An OpenID document without the members OpenID requires.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "oidc-members-missing",
    summary: "The document under the OpenID name lacks members that OpenID Connect requires",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::since_2025_11(Practice),
    needs: Need::AsMetadata,
    references: &["OIDC-Discovery-3", "RFC8414-5"],
    confidence: Confidence::Likely,
    corpus: &["ASM-04"],
    clients: Some("clients that validate the document as OpenID Connect metadata"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata().filter(|d| d.is_oidc()) else { return Vec::new() };
    let required = ["jwks_uri", "subject_types_supported", "id_token_signing_alg_values_supported"];
    let missing: Vec<&str> = required.into_iter().filter(|m| document.value.raw.get(*m).is_none()).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let url = &document.exchange.request.url;
    vec![
        Hit::new(
            at::body(document.exchange),
            format!("The document at {} stands under the OpenID Connect name but has no {}; clients with an OpenID schema refuse it.", code(url), codes(&missing)),
        )
        .expected(required.join(", "))
        .received(format!("without {}", missing.join(", ")))
        .fix("Publish pure OAuth metadata at `/.well-known/oauth-authorization-server`, or add the members."),
    ]
}
