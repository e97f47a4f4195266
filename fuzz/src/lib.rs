//! What is fuzzed, and what must hold of it whatever comes in: no panic, and the promises named at each function.

use authscope_formats::export::{Format, export};
use authscope_formats::import;
use authscope_model::mask::Masker;
use authscope_model::{Header, Recording};
use authscope_protocol::as_metadata::AsMetadata;
use authscope_protocol::callback::Callback;
use authscope_protocol::parsed::Parsed;
use authscope_protocol::prm::Prm;
use authscope_protocol::registration::RegistrationReply;
use authscope_protocol::token::TokenResponse;
use authscope_protocol::{challenge, form, jwt, oauth_error};

fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// The challenge header, one line per header line: every range is one, and where nothing is wrong it points at what it
/// says.
pub fn challenge(data: &[u8]) {
    let text = text(data);
    let headers: Vec<Header> = text
        .split('\n')
        .map(|line| Header::new("WWW-Authenticate", line))
        .collect();
    let read = challenge::parse(&headers);
    let strict = read.problems.is_empty();
    for challenge in &read.list {
        let line = headers[challenge.header].value.as_str();
        assert!(line.get(challenge.range.clone()).is_some());
        let scheme = line.get(challenge.scheme_range.clone());
        // What had to be mended is not what stands there.
        assert!(scheme.is_some_and(|scheme| !strict || scheme == challenge.scheme));
        for param in &challenge.params {
            let name = line.get(param.name_range.clone());
            assert!(name.is_some_and(|name| !strict || name == param.name));
            let raw = line.get(param.value_range.clone());
            assert!(raw.is_some_and(|raw| !strict || param.quoted || raw == param.value));
        }
    }
}

fn says_why<T>(parsed: &Parsed<T>) {
    assert!(parsed.value.is_some() || !parsed.problems.is_empty());
    for problem in &parsed.problems {
        assert!(!problem.message.is_empty());
        assert!(problem.received.chars().count() < 1000, "{problem:?}");
    }
}

/// Metadata of resource and authorization server: what cannot be read says why.
pub fn metadata(data: &[u8]) {
    let text = text(data);
    says_why(&Prm::parse(&text));
    says_why(&AsMetadata::parse(&text));
    says_why(&RegistrationReply::parse(&text));
}

/// Masking what is masked changes nothing, and no code stays in a URL.
pub fn callback(data: &[u8]) {
    let text = text(data);
    let callback = Callback::parse(&text);
    let _ = form::parse(&text);
    let masker = Masker::new(b"fuzz");
    let masked = masker.url(&text);
    assert_eq!(masker.url(&masked), masked);
    let once = |code: &String| is_random(code) && text.matches(code.as_str()).count() == 1;
    if let Some(code) = callback.code.filter(once) {
        assert!(!masked.contains(&code), "{text:?} became {masked:?}");
    }
}

/// Whether a value looks like a credential and like nothing else.
fn is_random(value: &str) -> bool {
    value.len() >= 20
        && value.bytes().all(|b| b.is_ascii_alphanumeric())
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().any(|b| b.is_ascii_lowercase())
}

/// The token response, and the errors that come instead of it.
pub fn token(data: &[u8]) {
    let text = text(data);
    says_why(&TokenResponse::parse(&text));
    for media in [
        "application/json",
        "application/x-www-form-urlencoded",
        "text/html",
        "",
    ] {
        for status in [200, 400, 401, 500] {
            if let Some(error) = oauth_error::read(status, media, &text) {
                assert!(!error.sentence().is_empty());
            }
        }
    }
    let masker = Masker::new(b"fuzz");
    let masked = masker.text(&text);
    assert_eq!(masker.text(&masked), masked);
}

/// JWTs for display: every accessor, and the signature does not stay.
pub fn jwt(data: &[u8]) {
    let text = text(data);
    let _ = jwt::encrypted_header(&text);
    let Some(token) = jwt::decode(&text) else {
        assert!(!jwt::looks_like(&text));
        return;
    };
    let _ = (
        token.aud(),
        token.scopes(),
        token.scopes_claim(),
        token.iss(),
        token.exp(),
        token.iat(),
    );
    let _ = (
        token.nbf(),
        token.alg(),
        token.typ(),
        token.kid(),
        token.confirmation_thumbprint(),
    );
    let masked = Masker::new(b"fuzz").text(&text);
    assert_eq!(Masker::new(b"fuzz").text(&masked), masked);
    // A signature that is header or payload as well is no secret.
    let once = text.matches(&token.signature).count() == 1;
    if token.alg().is_some() && is_random(&token.signature) && once {
        assert!(
            !masked.contains(&token.signature),
            "{text:?} became {masked:?}"
        );
    }
}

/// A recording: whatever opens can be judged and written in every format, and opens again as it was.
pub fn recording(data: &[u8]) {
    if let Ok(opened) = import::read(&text(data)) {
        can_be_used(&opened.recording);
    }
}

/// A HAR file: the same.
pub fn har(data: &[u8]) {
    // The frame every HAR file has, so that the bytes are spent on entries.
    let whole = format!(
        "{{\"log\":{{\"version\":\"1.2\",\"entries\":[{}]}}}}",
        text(data)
    );
    if let Ok(opened) = import::read(&whole) {
        can_be_used(&opened.recording);
    }
    if let Ok(opened) = import::read(&text(data)) {
        can_be_used(&opened.recording);
    }
}

fn can_be_used(recording: &Recording) {
    let _ = authscope_rules::diagnose(&recording.transcript());
    for format in Format::ALL {
        let _ = export(format, recording);
    }
    let again = import::read(&export(Format::Json, recording)).map(|opened| opened.recording);
    assert_eq!(again.as_ref(), Ok(recording));
}
