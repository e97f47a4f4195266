//! The token request and its answer.

rules! {
    token_response_not_json,
}
