//! The 401 and its `WWW-Authenticate` header.

rules! {
    challenge_without_resource_metadata,
    unauthorized_without_challenge,
    challenge_scheme_not_bearer,
    challenge_malformed,
    challenge_empty,
    challenge_parameter_misnamed,
    challenge_parameter_repeated,
    challenges_disagree,
    resource_metadata_elsewhere,
    resource_metadata_url_unfit,
    forbidden_instead_of_unauthorized,
    unauthorized_is_bad_request,
    auth_error_in_success,
    challenge_error_without_token,
    challenge_error_wrong,
    challenge_comes_late,
    invalid_token_challenge_weak,
}

use authscope_model::Exchange;
use std::ops::Range;

/// Names people write where `resource_metadata` belongs.
const MISNAMED: &[&str] = &[
    "resource",
    "resource-metadata",
    "resourcemetadata",
    "resource_metadata_uri",
    "resource_metadata_url",
    "metadata",
    "metadata_url",
    "as_uri",
    "authorization_uri",
];

/// The text of a challenge as it came.
fn challenge_text(exchange: &Exchange, header: usize, range: Range<usize>) -> &str {
    let headers = exchange
        .response()
        .map(|r| r.headers.as_slice())
        .unwrap_or_default();
    headers
        .get(header)
        .and_then(|h| h.value.get(range))
        .unwrap_or_default()
}

/// Whether the server is one of 2025-03-26, which knows no protected resource metadata: that is the finding
/// then, not its challenge.
fn is_of_2025_03_26(context: &crate::Context<'_>) -> bool {
    let at_origin = authscope_model::StepKind::AsMetadataOrigin;
    context.prm().is_none()
        && context
            .metadata()
            .is_some_and(|d| d.exchange.step == at_origin)
}
