//! Header lines: which are credentials, which hold URLs, and what of them stays.

use super::find::{Place, is_masked};
use super::names::{self, Treatment};
use super::{Masker, jwt};
use crate::Header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Masks one header line.
pub(super) fn header(masker: &Masker, header: &Header) -> Header {
    let name = names::normalise(&header.name);
    let value = match names::treatment(&name, &masker.extra_names) {
        Some(Treatment::Code | Treatment::JwkMember) | None => {
            masker.apply(&header.value, place(&name))
        }
        Some(treatment) => {
            let masked = value(
                masker,
                &header.name.to_ascii_lowercase(),
                treatment,
                &header.value,
            );
            masker.text(&masked)
        }
    };
    Header {
        name: header.name.clone(),
        value,
    }
}

fn place(name: &str) -> Place {
    match name {
        "location" | "contentlocation" | "referer" | "origin" | "host" => Place::Url,
        _ => Place::Text,
    }
}

/// Masks the value of a header (or of a member named like one).
pub(super) fn value(masker: &Masker, kind: &str, treatment: Treatment, value: &str) -> String {
    match treatment {
        Treatment::Credentials => credentials(masker, kind, value),
        Treatment::Cookie => cookies(masker, value),
        Treatment::SetCookie => set_cookie(masker, value),
        Treatment::Secret | Treatment::Short | Treatment::Code | Treatment::JwkMember => {
            masker.mask(kind, value)
        }
    }
}

/// `scheme credentials`: the scheme stays.
fn credentials(masker: &Masker, kind: &str, value: &str) -> String {
    let Some((scheme, rest)) = value.split_once(' ') else {
        return if is_scheme(value) {
            value.to_owned()
        } else {
            masker.mask(kind, value)
        };
    };
    if rest.trim().is_empty() {
        return value.to_owned();
    }
    if scheme.eq_ignore_ascii_case("basic") {
        return format!("{scheme} {}", basic(masker, rest));
    }
    let kind = match scheme.to_ascii_lowercase().as_str() {
        "bearer" | "dpop" => "access_token",
        _ => kind,
    };
    if !scheme
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        return masker.mask(kind, value);
    }
    let trimmed = rest.trim();
    let (before, after) = rest.split_once(trimmed).unwrap_or_default();
    format!("{scheme} {before}{}{after}", masker.mask(kind, trimmed))
}

/// A value that is a scheme and nothing else: a finding, not a secret.
fn is_scheme(value: &str) -> bool {
    [
        "basic",
        "bearer",
        "digest",
        "dpop",
        "negotiate",
        "ntlm",
        "hoba",
        "mutual",
    ]
    .iter()
    .any(|scheme| value.eq_ignore_ascii_case(scheme))
}

/// The user (a client id) stays readable, the password does not.
fn basic(masker: &Masker, value: &str) -> String {
    let done = value
        .split_once(':')
        .is_some_and(|(_, p)| is_masked(p.as_bytes()));
    if done {
        return value.to_owned();
    }
    let decoded = STANDARD
        .decode(value.trim())
        .ok()
        .and_then(|b| String::from_utf8(b).ok());
    match decoded.as_deref().and_then(|d| d.split_once(':')) {
        Some((user, password)) if !password.is_empty() && user.chars().all(|c| !c.is_control()) => {
            format!("{user}:{}", masker.mask("client_secret", password))
        }
        _ => masker.mask("credentials", value),
    }
}

fn cookies(masker: &Masker, value: &str) -> String {
    let masked: Vec<String> = value.split(';').map(|c| cookie(masker, c)).collect();
    masked.join(";")
}

fn set_cookie(masker: &Masker, value: &str) -> String {
    let (first, attributes) = value.split_at(value.find(';').unwrap_or(value.len()));
    format!("{}{attributes}", cookie(masker, first))
}

fn cookie(masker: &Masker, pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) if jwt::is_jwt(value.as_bytes()) => {
            format!("{name}={}", masker.mask("cookie", value))
        }
        Some((name, value)) => format!("{name}={}", masker.mask("cookie", value)),
        None => {
            let trimmed = pair.trim();
            match pair.split_once(trimmed) {
                Some((before, after)) if !trimmed.is_empty() => {
                    format!("{before}{}{after}", masker.mask("cookie", trimmed))
                }
                _ => pair.to_owned(),
            }
        }
    }
}
