//! What was masked in a request, and the placeholders that stand for it while it is edited.

use crate::support::{masker, raw};
use authscope_model::mask::marked::{Marked, Piece, draft, draft_headers, hash_of, pieces};
use authscope_model::{Header, RawRequest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

fn jwt() -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#);
    let payload = URL_SAFE_NO_PAD.encode(r#"{"sub":"ana","client_secret":"pa55-word-in-claims"}"#);
    format!("{header}.{payload}.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg")
}

fn request(url: &str, headers: &[(&str, &str)], body: &str) -> RawRequest {
    RawRequest {
        url: url.into(),
        headers: headers.iter().map(|(n, v)| Header::new(*n, *v)).collect(),
        body: body.as_bytes().to_vec(),
        ..raw().request
    }
}

fn values(marked: &[Marked]) -> Vec<&str> {
    let mut values: Vec<&str> = marked.iter().map(|m| m.value.as_str()).collect();
    values.sort_unstable();
    values
}

#[test]
fn every_masked_value_is_told_with_its_whole() {
    let token = jwt();
    let basic = format!("Basic {}", STANDARD.encode("my-id:pass word"));
    let bearer = format!("Bearer {token}");
    let sent = request(
        "https://as.example/t?state=abcdefgh12345678",
        &[
            ("Authorization", &bearer),
            ("Proxy-Authorization", &basic),
            ("Cookie", "sid=short"),
        ],
        "",
    );
    let marked = masker().marked(&sent);
    assert_eq!(
        values(&marked),
        [
            "abcdefgh12345678",
            "pa55-word-in-claims",
            token.as_str(),
            "pass word",
            "short"
        ]
        .into_iter()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
    );
    assert!(marked.iter().any(|m| m.token && m.value == token));
}

/// Text that looks like a mask, because somebody wrote it, is no masked value.
#[test]
fn a_mask_that_was_sent_as_text_is_told_as_none() {
    let forged = "⟨access_token · 43 chars · #abcdef⟩";
    let pair = STANDARD.encode(format!("{forged}:client-secret-1234"));
    let sent = request(
        &format!("https://evil.example/{forged}?access_token={forged}"),
        &[
            ("Authorization", &format!("Basic {pair}")),
            ("X-Auth-Token", forged),
        ],
        forged,
    );
    assert_eq!(values(&masker().marked(&sent)), ["client-secret-1234"]);
}

#[test]
fn a_draft_has_one_placeholder_for_each_value() {
    let token = jwt();
    let bearer = format!("Bearer {token}");
    let sent = request(
        &format!("https://as.example/t?state=abcdefgh12345678&x=1&id_token_hint={token}"),
        &[
            ("Host", "as.example"),
            ("content-length", "9"),
            ("Authorization", &bearer),
        ],
        &format!("a=b&assertion={token}&c=d"),
    );
    let masker = masker();
    let marked = masker.marked(&sent);
    let find = |hash: &str| marked.iter().find(|m| m.hash == hash);
    let recorded = masker.request(&sent);
    let hash = &marked.iter().find(|m| m.token).unwrap().hash;
    let state = &marked
        .iter()
        .find(|m| m.value.starts_with("abcd"))
        .unwrap()
        .hash;
    assert_eq!(
        draft(&recorded.url, find),
        format!(
            "https://as.example/t?state=⟨state · 16 chars · #{state}⟩&x=1&id_token_hint=⟨JWT · #{hash}⟩"
        )
    );
    assert_eq!(
        draft(&recorded.body.text, find),
        format!("a=b&assertion=⟨JWT · #{hash}⟩&c=d")
    );
    let headers = draft_headers(&recorded.headers, find);
    assert_eq!(
        headers,
        [Header::new(
            "Authorization",
            format!("Bearer ⟨JWT · #{hash}⟩")
        )]
    );
    // What is not known stays as it was recorded.
    let unknown = draft(&recorded.url, |_| None);
    assert_eq!(unknown, recorded.url.replace("%23", "#"));
}

#[test]
fn placeholders_are_found_in_any_text() {
    assert_eq!(
        pieces("a⟨b #1⟩⟨c⟩ d⟨e"),
        [
            Piece::Text("a"),
            Piece::Placeholder("⟨b #1⟩"),
            Piece::Placeholder("⟨c⟩"),
            Piece::Text(" d⟨e"),
        ]
    );
    assert_eq!(hash_of("⟨x · #0a1b2c⟩"), Some("0a1b2c"));
    assert_eq!(hash_of("⟨x · %230a1b2c⟩"), Some("0a1b2c"));
    for none in ["⟨x⟩", "⟨x #12⟩", "⟨x #12345g⟩", "x", "⟨email · personal⟩"] {
        assert_eq!(hash_of(none), None, "{none}");
    }
}
