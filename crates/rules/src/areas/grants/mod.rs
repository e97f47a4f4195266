//! Other ways to a token: devices, identity providers, assertions.

rules! {
    device_endpoint_missing,
    device_authorization_refused,
    device_response_incomplete,
    device_poll_refused,
    token_exchange_refused,
    token_exchange_type_wrong,
    id_jag_claims_wrong,
    assertion_refused,
}

use crate::context::{Context, TokenCall};
use authscope_model::StepKind;
use authscope_protocol::jwt::{self, Jwt};

/// The exchange at the identity provider.
fn exchange<'c, 'a>(context: &'c Context<'a>) -> Option<&'c TokenCall<'a>> {
    context
        .token_calls()
        .iter()
        .rfind(|c| c.exchange.step == StepKind::TokenExchange)
}

/// The assertion that came of it, decoded.
fn assertion(call: &TokenCall<'_>) -> Option<Jwt> {
    call.access_token().and_then(jwt::decode)
}
