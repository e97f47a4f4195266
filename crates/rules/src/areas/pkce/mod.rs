//! Proof key for code exchange (RFC 7636).

rules! {
    pkce_verification_failed,
    pkce_challenge_refused,
    pkce_verifier_mismatch,
    pkce_not_used,
    pkce_verifier_presence,
}
