//! Proof key for code exchange (RFC 7636).

rules! {
    pkce_verification_failed,
}
