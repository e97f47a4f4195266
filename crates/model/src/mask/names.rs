//! Which names carry secrets, and how each is treated.

/// What becomes of the value behind a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// Masked whole.
    Secret,
    /// Shortened to its first characters (`state`, `nonce`).
    Short,
    /// Masked where it is an authorization code and not an error code.
    Code,
    /// Masked when it looks like a private member of a JWK.
    JwkMember,
    /// `Authorization`: the scheme stays.
    Credentials,
    /// `Cookie`: the names stay.
    Cookie,
    /// `Set-Cookie`: name and attributes stay.
    SetCookie,
}

/// Lower case without `-`, `_` and space.
pub(super) fn normalise(name: &str) -> String {
    name.bytes()
        .filter(|b| !matches!(b, b'-' | b'_' | b' '))
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect()
}

/// A kind as a mask may show it: a short name, whatever the text called it.
pub(super) fn tidy(kind: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ');
    kind.chars().filter(plain).take(40).collect()
}

/// Whether values of this kind are shortened instead of masked whole.
pub(super) fn is_shortened(kind: &str) -> bool {
    treatment(&normalise(kind), &[]) == Some(Treatment::Short)
}

/// The treatment of a normalised name; `None` for names whose values stay readable.
pub(super) fn treatment(name: &str, extra: &[String]) -> Option<Treatment> {
    let known = match name {
        "authorization" | "proxyauthorization" => Treatment::Credentials,
        "cookie" => Treatment::Cookie,
        "setcookie" => Treatment::SetCookie,
        "state" | "nonce" | "dpopnonce" | "cnonce" | "mcpsessionid" | "relaystate" => {
            Treatment::Short
        }
        "code" | "authorizationcode" | "authcode" => Treatment::Code,
        "d" | "p" | "q" | "dp" | "dq" | "qi" | "k" => Treatment::JwkMember,
        _ if is_secret(name) || extra.iter().any(|e| e == name) => Treatment::Secret,
        _ => return None,
    };
    Some(known)
}

fn is_secret(name: &str) -> bool {
    is_secret_word(name) || (has_secret_ending(name) && !is_harmless(name))
}

fn is_secret_word(name: &str) -> bool {
    matches!(
        name,
        "assertion"
            | "clientassertion"
            | "samlrequest"
            | "samlresponse"
            | "codeverifier"
            | "devicecode"
            | "idtokenhint"
            | "credentials"
            | "credential"
            | "auth"
            | "bearer"
            | "jwt"
            | "passphrase"
            | "otp"
            | "mysqlpwd"
            | "sessionid"
            | "jsessionid"
            | "phpsessid"
            | "csrf"
            | "xsrf"
            | "ticket"
            | "xamzsignature"
            | "xgoogsignature"
            | "xamzcredential"
            | "signingkey"
            | "encryptionkey"
            | "pwd"
    )
}

fn has_secret_ending(name: &str) -> bool {
    const ENDINGS: [&str; 9] = [
        "token",
        "secret",
        "password",
        "passwd",
        "apikey",
        "privatekey",
        "accesskey",
        "secretkey",
        "xsrftoken",
    ];
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Names that also stand before words: `"auth": "none"`, `"token": "expired"`.
pub(super) fn is_vague(name: &str) -> bool {
    matches!(
        normalise(name).as_str(),
        "auth" | "credentials" | "credential" | "bearer" | "ticket" | "token" | "jwt"
    )
}

/// Names that end like a secret's and are none.
fn is_harmless(name: &str) -> bool {
    matches!(name, "progresstoken" | "canceltoken" | "supportstoken")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_stays_readable() {
        for name in [
            "client_id",
            "scope",
            "resource",
            "redirect_uri",
            "iss",
            "code_challenge",
            "code_challenge_method",
            "error",
            "error_description",
            "error_uri",
            "grant_type",
            "token_type",
            "expires_in",
            "token_endpoint",
            "token_endpoint_auth_method",
            "client_secret_expires_at",
            "client_assertion_type",
            "issued_token_type",
            "progressToken",
            "response_type",
            "statusCode",
        ] {
            assert_eq!(treatment(&normalise(name), &[]), None, "{name}");
        }
    }

    #[test]
    fn secrets_are_found_in_every_spelling() {
        for name in [
            "access_token",
            "accessToken",
            "X-Auth-Token",
            "client_secret",
            "clientSecret",
            "X-API-Key",
            "private_key",
            "registration_access_token",
            "code_verifier",
            "device_code",
            "PASSWORD",
        ] {
            assert_eq!(
                treatment(&normalise(name), &[]),
                Some(Treatment::Secret),
                "{name}"
            );
        }
        assert_eq!(
            treatment(&normalise("X-Tenant"), &[normalise("x_tenant")]),
            Some(Treatment::Secret)
        );
    }
}
