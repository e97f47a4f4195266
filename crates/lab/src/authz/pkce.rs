//! Proof Key for Code Exchange at the token endpoint (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::authz::state::Code;
use crate::keys::sha256;

/// How the server checks a verifier.
#[derive(Debug, Clone)]
pub(crate) struct PkceBehaviour {
    /// Whether an authorization request must have a challenge.
    pub(crate) challenge_required: bool,
    pub(crate) plain_allowed: bool,
    /// Whether the verifier is compared at all.
    pub(crate) verified: bool,
    /// Whether a token request without verifier is refused.
    pub(crate) verifier_required: bool,
    /// How the server computes an S256 challenge from a verifier.
    pub(crate) compute: fn(&str) -> String,
}

impl Default for PkceBehaviour {
    fn default() -> Self {
        Self {
            challenge_required: true,
            plain_allowed: false,
            verified: true,
            verifier_required: true,
            compute: s256,
        }
    }
}

/// BASE64URL(SHA256(verifier)), without padding.
pub(crate) fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(verifier))
}

/// Checks a token request's verifier against the code's challenge; the error is a description.
pub(crate) fn check(
    pkce: &PkceBehaviour,
    code: &Code,
    verifier: Option<&str>,
) -> Result<(), String> {
    let Some(challenge) = &code.challenge else {
        return Ok(());
    };
    let Some(verifier) = verifier else {
        return if pkce.verifier_required {
            Err("code_verifier is required".to_owned())
        } else {
            Ok(())
        };
    };
    let computed = if code.challenge_method == "plain" {
        verifier.to_owned()
    } else {
        (pkce.compute)(verifier)
    };
    if !pkce.verified || computed == *challenge {
        Ok(())
    } else {
        Err("PKCE verification failed".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s256_is_the_example_of_rfc_7636() {
        assert_eq!(
            s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
