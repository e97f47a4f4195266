//! Proof key for code exchange (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// A code verifier of 43 characters from 32 random octets (RFC 7636 §4.1).
#[must_use]
pub fn verifier(random: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// `BASE64URL(SHA256(ASCII(verifier)))` (RFC 7636 §4.2).
#[must_use]
pub fn challenge_s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// What the usual mistakes compute in place of the challenge, each with the mistake in words. Values that happen to
/// be the right one are left out.
#[must_use]
pub fn mistakes(verifier: &str) -> Vec<(String, &'static str)> {
    let hash = Sha256::digest(verifier.as_bytes());
    let hexadecimal: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let right = URL_SAFE_NO_PAD.encode(hash);
    let mut found = vec![
        (
            URL_SAFE.encode(hash),
            "base64url with the padding `=` left on",
        ),
        (
            STANDARD.encode(hash),
            "standard base64 (`+`, `/` and padding) instead of base64url",
        ),
        (
            STANDARD_NO_PAD.encode(hash),
            "standard base64 (`+` and `/`) instead of base64url",
        ),
        (
            URL_SAFE_NO_PAD.encode(&hexadecimal),
            "base64url of the hexadecimal text of the hash instead of its bytes",
        ),
        (
            STANDARD.encode(&hexadecimal),
            "base64 of the hexadecimal text of the hash instead of its bytes",
        ),
        (hexadecimal, "the hash in hexadecimal instead of base64url"),
        (
            challenge_s256(&right),
            "the hash of the challenge: hashed twice",
        ),
    ];
    if let Ok(bytes) = URL_SAFE_NO_PAD.decode(verifier) {
        found.push((
            URL_SAFE_NO_PAD.encode(Sha256::digest(bytes)),
            "the hash of the decoded verifier instead of its ASCII text",
        ));
    }
    found.retain(|(value, _)| *value != right);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_appendix_b() {
        let random = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let verifier = verifier(&random);
        assert_eq!(verifier, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(
            challenge_s256(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn the_usual_mistakes_are_told_apart() {
        let found = mistakes("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let of = |value: &str| {
            found
                .iter()
                .find(|(v, _)| v == value)
                .map(|(_, what)| *what)
        };
        assert!(
            of("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=")
                .is_some_and(|w| w.contains("padding"))
        );
        assert!(
            of("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM=")
                .is_some_and(|w| w.contains("standard"))
        );
        assert_eq!(of("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), None);
    }
}
