//! Issuer identity (RFC 8414 §3.3, RFC 9207).

rules! {
    issuer_mismatch,
}
