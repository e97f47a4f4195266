//! Arbitrary and hostile text: nothing panics, nothing takes for ever, masks stay as they are.

use crate::support::{CANARY, jwt, masker};
use proptest::prelude::*;
use std::time::{Duration, Instant};

/// Text made of the pieces that matter to the scanners.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("access_token"),
        Just("code"),
        Just("state"),
        Just("name"),
        Just("value"),
        Just("cookie"),
        Just("authorization"),
        Just("Bearer "),
        Just("Basic "),
        Just("\"kty\""),
        Just("d"),
        Just("="),
        Just(":"),
        Just(": "),
        Just("\""),
        Just("'"),
        Just("\\\""),
        Just("\\\\\""),
        Just("\\"),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just(","),
        Just("&"),
        Just("&amp;"),
        Just("#"),
        Just("?"),
        Just("%3D"),
        Just("%253D"),
        Just("%"),
        Just("\\u003d"),
        Just("\\u"),
        Just("<"),
        Just(">"),
        Just(" "),
        Just("\n"),
        Just("\r\n\r\n"),
        Just("data: "),
        Just("://"),
        Just("@"),
        Just("⟨"),
        Just("⟩"),
        Just("⟨code · 43 chars · #a91f3c⟩"),
        Just("⟨"),
        Just(" · "),
        Just("eyJhbGciOiJFUzI1NiJ9."),
        Just("eyJ"),
        Just("."),
        Just("-----BEGIN PRIVATE KEY-----"),
        Just("-----END"),
        Just("abc123DEF456ghi789"),
        Just("é"),
        Just(CANARY),
        Just("1234567"),
        Just("null"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn nothing_panics(text in any::<String>(), built in pieces()) {
        let mut masker = masker();
        masker.learn("client_secret", CANARY);
        for text in [text, built] {
            let _ = masker.url(&text);
            let _ = masker.form(&text);
            let shown = masker.text(&text);
            prop_assert!(!shown.contains(CANARY), "{shown}");
        }
    }

    #[test]
    fn masks_stay(built in pieces()) {
        let masker = masker();
        for mask in [authscope_model::Masker::text, authscope_model::Masker::url, authscope_model::Masker::form] {
            let once = mask(&masker, &built);
            let twice = mask(&masker, &once);
            prop_assert_eq!(&twice, &once, "from {}", built);
        }
    }
}

/// Inputs that make careless scanners quadratic, 32 KiB each.
#[test]
fn hostile_text_takes_linear_time() {
    let mut masker = masker();
    masker.learn("client_secret", CANARY);
    masker.learn("access_token", &"t0k3n".repeat(100));
    let units = [
        "token:\\\"x\\\\\\\"",
        "token:'",
        "token=\"",
        "eyJ",
        "eyJhbGciOiJFUzI1NiJ9.",
        "name=\"code\" ",
        "<input name=code ",
        "⟨code · 43 chars · #a91f3c⟩",
        "⟨",
        "%25",
        "\\u0025",
        "&#37;",
        "-----BEGIN PRIVATE KEY-----",
        "://a:b@",
        "A",
        "\\",
        "[\"secret\":[",
        "\"token\":{",
        "t0k3n",
        "authorization: Bearer ",
        "cookie: a=b;",
    ];
    for unit in units {
        let text = unit.repeat(32 * 1024 / unit.len());
        let start = Instant::now();
        let _ = masker.text(&text);
        let _ = masker.url(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?} for {unit:?}");
    }
    let nested = (0..20).fold(CANARY.to_owned(), |inner, _| {
        jwt(&format!(r#"{{"a":"{inner}"}}"#), "sig")
    });
    assert!(!masker.text(&nested).is_empty());
}

/// Bodies at the default cap. The bound is for slow, unoptimised runs; optimised it is below 100 ms each.
#[test]
fn ordinary_bodies_at_the_cap_are_quick() {
    let mut masker = masker();
    for index in 0..20 {
        masker.learn(
            "access_token",
            &format!("{index:02}-k9Xv2LmQ7RtYwZ4bN8cD3fG6hJ1pS5uA"),
        );
    }
    let tool = r#"{"name":"search_repositories","description":"Searches repositories; returns up to 100. \"query\" uses the search syntax.","inputSchema":{"type":"object","properties":{"query":{"type":"string"},"page_token":{"type":"string"}},"required":["query"]}},"#;
    let html = r#"<div class="row"><a href="/login?return_to=%2Fauthorize%3Fclient_id%3Dabc&amp;x=1">Sign in</a><script nonce="abc">var x = {"a": 1};</script></div>"#;
    let base64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";
    let form =
        "client_id=abc&scope=openid%20profile&redirect_uri=https%3A%2F%2Fc.example%2Fcb&x=%25";
    for unit in [
        tool,
        html,
        base64,
        form,
        "plain words, nothing else in here. ",
    ] {
        let text = unit.repeat(1024 * 1024 / unit.len());
        let start = Instant::now();
        let shown = masker.text(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "{took:?} for {unit:?}");
        assert!(shown.len() > text.len() / 2);
        println!("{took:?} for 1 MiB of {}…", &unit[..20]);
    }
}
