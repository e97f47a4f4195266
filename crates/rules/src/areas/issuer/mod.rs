//! Issuer identity (RFC 8414 §3.3, RFC 9207).

rules! {
    issuer_mismatch,
    iss_mismatch,
    iss_missing,
    iss_not_advertised,
    token_issuer_mismatch,
    issuer_unfit,
}
