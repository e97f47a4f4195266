//! What is different in every run, and therefore no difference.
//!
//! By name where a specification gives the name its meaning, else by shape: identifiers, dates and masks look
//! like what they are. When in doubt a difference counts.

use crate::addresses::Addresses;
use crate::comparison::Volatile;

/// Headers, parameters and members made anew for each run.
const FRESH: &[&str] = &[
    "state",
    "nonce",
    "code",
    "code_challenge",
    "code_verifier",
    "jti",
    "sid",
    "session_state",
    "at_hash",
    "c_hash",
    "s_hash",
    "jkt",
    "ath",
    "request_uri",
    "device_code",
    "user_code",
    "verification_uri_complete",
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "registration_access_token",
    "registration_client_uri",
    "client_assertion",
    "assertion",
    "subject_token",
    "authorization",
    "dpop",
    "dpop-nonce",
    "mcp-session-id",
    "set-cookie",
    "cookie",
    "etag",
    "request_id",
    "requestid",
    "trace_id",
    "traceid",
    "correlation_id",
    "correlationid",
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "x-trace-id",
    "x-amzn-trace-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-amz-cf-id",
    "x-ms-request-id",
    "client-request-id",
    "cf-ray",
    "fly-request-id",
    "x-vercel-id",
    "traceparent",
    "tracestate",
    "report-to",
    "nel",
    "baggage",
    "mcp-param-request-id",
    "progresstoken",
];

/// Dates and times.
const TIMES: &[&str] = &[
    "date",
    "age",
    "expires",
    "last-modified",
    "iat",
    "exp",
    "nbf",
    "auth_time",
    "client_id_issued_at",
    "client_secret_expires_at",
    "expires_at",
    "issued_at",
    "created_at",
    "updated_at",
    "timestamp",
    "server-timing",
    "x-runtime",
    "x-response-time",
    "x-envoy-upstream-service-time",
    "retry-after",
];

/// Headers that follow from the rest of a message or from the connection.
const DERIVED: &[&str] = &[
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "content-md5",
    "digest",
    "host",
];

/// Why the difference of two values does not count; `None` when it does.
pub(crate) fn of(name: &str, a: &str, b: &str, addresses: &Addresses) -> Option<Volatile> {
    let last = last(name);
    if last == "client_id" {
        return addresses.same(a, b).then_some(Volatile::Fresh);
    }
    if addresses.same(a, b) {
        return Some(Volatile::Address);
    }
    let (a, b) = addresses.plain(a, b);
    let (open_a, open_b) = (unmasked(&a), unmasked(&b));
    if open_a == open_b {
        return Some(Volatile::Secret);
    }
    named(&last, name, &open_a, &open_b).or_else(|| shaped(&last, &a, &b))
}

/// Why a value on one side only does not count.
pub(crate) fn alone(name: &str) -> Option<Volatile> {
    let last = last(name);
    match last.as_str() {
        "date" | "age" => Some(Volatile::Time),
        "content-length" | "transfer-encoding" | "connection" | "keep-alive" => {
            Some(Volatile::Derived)
        }
        _ => None,
    }
}

/// The last segment of a path of names, in lower case: `client_id` of `Location ?client_id`.
fn last(name: &str) -> String {
    let end = name.rsplit(['.', ' ', '?']).next().unwrap_or(name);
    end.to_ascii_lowercase()
}

fn named(last: &str, name: &str, a: &str, b: &str) -> Option<Volatile> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    if FRESH.contains(&last) {
        // A mask of another kind, a scheme or the claims of a token are no matter of chance.
        return (scheme(a) == scheme(b)).then_some(Volatile::Fresh);
    }
    if TIMES.contains(&last) {
        return (is_zero(a) == is_zero(b)).then_some(Volatile::Time);
    }
    if DERIVED.contains(&last) && last != "host" {
        return Some(Volatile::Derived);
    }
    // The key of a DPoP proof, and the id of a JSON-RPC message.
    let fresh = name.ends_with(" header.jwk.x") || name.ends_with(" header.jwk.y") || name == "id";
    fresh.then_some(Volatile::Fresh)
}

/// `Bearer` of `Bearer abc`; nothing of a value without a blank.
fn scheme(value: &str) -> &str {
    value.split_once(' ').map_or("", |(scheme, _)| scheme)
}

/// 0 means "never" where a date is expected.
fn is_zero(value: &str) -> bool {
    value.trim_matches('"') == "0"
}

fn shaped(last: &str, a: &str, b: &str) -> Option<Volatile> {
    if is_uuid(a) && is_uuid(b) || is_hex(a) && is_hex(b) && a.len() == b.len() {
        return Some(Volatile::Fresh);
    }
    if is_date(a) && is_date(b) {
        return Some(Volatile::Time);
    }
    let seconds = |text: &str| text.parse::<i64>().ok();
    let (a, b) = (seconds(a)?, seconds(b)?);
    // Rests of a lifetime, read a moment later.
    let near = a.abs_diff(b) <= 5 && (last.contains("expires") || last == "max-age");
    near.then_some(Volatile::Time)
}

fn is_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    text.split('-').count() == groups.len()
        && text.split('-').zip(groups).all(|(part, length)| {
            part.len() == length && part.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

/// A long hexadecimal text with a digit in it; `deadbeef` may be a name.
fn is_hex(text: &str) -> bool {
    text.len() >= 16
        && text.bytes().all(|b| b.is_ascii_hexdigit())
        && text.bytes().any(|b| b.is_ascii_digit())
}

/// `2026-07-28T10:00:00…` (RFC 3339) or `Tue, 28 Jul 2026 10:00:00 GMT` (RFC 9110). A revision's date is neither.
fn is_date(text: &str) -> bool {
    let digits = |from: usize, to: usize| {
        text.get(from..to)
            .is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()))
    };
    let rfc3339 = digits(0, 4)
        && digits(5, 7)
        && digits(8, 10)
        && matches!(text.get(10..11), Some("T" | "t" | " "))
        && digits(11, 13);
    let imf = text.len() == 29 && text.ends_with(" GMT") && text.get(3..5) == Some(", ");
    rfc3339 || imf
}

/// A text in which masks show their kind only: hashes are keyed by session, lengths vary.
fn unmasked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('⟨') {
        let Some((mask, after)) = from.split_once('⟩') else {
            break;
        };
        out.push_str(before);
        out.push('⟨');
        out.push_str(mask.split('·').next().unwrap_or_default().trim());
        out.push('⟩');
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(name: &str, a: &str, b: &str) -> Option<Volatile> {
        of(name, a, b, &Addresses::default())
    }

    #[test]
    fn what_is_made_anew_does_not_count() {
        assert_eq!(
            why(
                "state",
                "abcd⟨state · 43 chars · #1⟩",
                "efgh⟨state · 43 chars · #2⟩"
            ),
            Some(Volatile::Fresh)
        );
        assert_eq!(
            why(
                "Location ?code",
                "⟨code · 43 chars · #a⟩",
                "⟨code · 40 chars · #b⟩"
            ),
            Some(Volatile::Secret)
        );
        assert_eq!(why("Date", "x", "y"), Some(Volatile::Time));
        assert_eq!(
            why(
                "result.sessionId",
                "7b1b6a5e-3a55-4a53-9a43-0e0d6a6a7a3a",
                "7b1b6a5e-3a55-4a53-9a43-0e0d6a6a7a3b"
            ),
            Some(Volatile::Fresh)
        );
        assert_eq!(why("expires_in", "3600", "3599"), Some(Volatile::Time));
        assert_eq!(
            why("made", "2026-07-28T10:00:00Z", "2026-07-28T11:00:00Z"),
            Some(Volatile::Time)
        );
    }

    #[test]
    fn what_means_something_counts() {
        assert_eq!(why("issuer", "https://a", "https://a/"), None);
        assert_eq!(why("expires_in", "3600", "60"), None);
        assert_eq!(
            why(
                "Authorization",
                "Bearer ⟨access_token · 9 chars · #a⟩",
                "DPoP ⟨access_token · 9 chars · #b⟩"
            ),
            None
        );
        assert_eq!(
            why("MCP-Protocol-Version", "2025-11-25", "2026-07-28"),
            None
        );
        assert_eq!(why("client_id", "a", "b"), None);
        assert_eq!(why("client_secret_expires_at", "0", "1790000000"), None);
        assert_eq!(alone("registration_endpoint"), None);
        assert_eq!(alone("state"), None);
    }
}
