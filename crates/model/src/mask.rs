//! Masking at the source: what makes a recorded exchange of a raw one.
//!
//! A secret is replaced by `⟨kind · length chars · #hash⟩`; the hash is keyed (HMAC-SHA-256 with the
//! session's key, first 6 hex digits), so equality stays visible and nothing else does. JWTs keep header
//! and payload and lose the signature. `state` and `nonce` are shortened to their first 4 characters.
//! Evidence fields (client_id, scope, resource, redirect_uri, iss, code_challenge …) stay readable.

/// A secret known by value; it is masked wherever it turns up, also percent-, double- and base64-encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSecret {
    /// Kind shown in the mask, such as `client_secret`.
    pub kind: String,
    /// The value.
    pub value: String,
}

/// Masks with the key of one session.
#[derive(Debug, Clone, Default)]
pub struct Masker {
    key: Vec<u8>,
    extra_names: Vec<String>,
    known: Vec<KnownSecret>,
}

impl Masker {
    /// A masker with the session's key.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self {
            key: key.to_vec(),
            extra_names: Vec::new(),
            known: Vec::new(),
        }
    }
}
