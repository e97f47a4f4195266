//! The authorization response at the redirect URI.

rules! {
    state_altered,
    state_missing,
    callback_parameters_repeated,
    callback_code_with_error,
    callback_code_not_encoded,
    callback_in_fragment,
    callback_posted,
    callback_without_answer,
    callback_hit_twice,
}
