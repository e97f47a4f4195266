//! Error bodies as servers send them.

use super::*;
use proptest::prelude::*;

fn sentence(text: &str) -> String {
    read(400, "", text).unwrap().sentence()
}

fn shape(text: &str) -> ErrorShape {
    read(400, "", text).unwrap().shape
}

fn check(cases: &[(&str, &str, ErrorShape)]) {
    for (text, expected, kind) in cases {
        assert_eq!(sentence(text), *expected, "{text}");
        assert_eq!(shape(text), *kind, "{text}");
    }
}

#[test]
fn json_bodies_give_a_sentence() {
    use ErrorShape as S;
    check(&[
        (
            r#"{"error":"invalid_grant","error_description":"used"}"#,
            "HTTP 400 invalid_grant: used",
            S::OAuth,
        ),
        (
            r#"{"error":"invalid_grant"}"#,
            "HTTP 400 invalid_grant",
            S::OAuth,
        ),
        (
            r#"{"ok":false,"error":"invalid_code"}"#,
            "HTTP 400 invalid_code",
            S::OAuth,
        ),
        (
            "error=bad_verification_code&error_description=The+code",
            "HTTP 400 bad_verification_code: The code",
            S::Form,
        ),
        (
            r#"{"error":{"message":"no","code":"x"}}"#,
            "HTTP 400 x: no",
            S::Nested,
        ),
        (
            r#"{"error":1042,"reason":"bad grant"}"#,
            "HTTP 400 1042: bad grant",
            S::Message,
        ),
        (
            r#"{"errcode":40029,"errmsg":"invalid code"}"#,
            "HTTP 400: invalid code",
            S::Message,
        ),
        (
            r#"{"errorCode":"E061301","errorDescription":"Invalid code","errorMessage":"no such code"}"#,
            "HTTP 400 E061301: Invalid code: no such code",
            S::Message,
        ),
        (
            r#"{"status_code":404,"error_type":"code_not_found","error_message":"no such code"}"#,
            "HTTP 400 code_not_found: no such code",
            S::Message,
        ),
        (
            r#"{"errors":["Unauthorized"]}"#,
            "HTTP 400: Unauthorized",
            S::Nested,
        ),
        (
            r#"{"errors":[{"message":"no"}]}"#,
            "HTTP 400: no",
            S::Nested,
        ),
        (
            r#"{"message":"Forbidden"}"#,
            "HTTP 400: Forbidden",
            S::Message,
        ),
        (
            r#"{"detail":"Not authenticated"}"#,
            "HTTP 400: Not authenticated",
            S::Detail,
        ),
        (
            r#"{"detail":[{"msg":"a"},{"msg":"b"}]}"#,
            "HTTP 400: a; b",
            S::Detail,
        ),
        (r#"{"detail":{"error":"x"}}"#, "HTTP 400 x", S::Detail),
    ]);
}

#[test]
fn json_of_other_shapes_gives_a_sentence() {
    use ErrorShape as S;
    check(&[
        (
            r#"{"type":"about:blank","title":"Bad","status":400,"detail":"d"}"#,
            "HTTP 400: Bad: d",
            S::ProblemDetails,
        ),
        (
            r#"{"jsonrpc":"2.0","error":{"code":-32001,"message":"no"}}"#,
            "HTTP 400 -32001: no",
            S::JsonRpc,
        ),
        (r#"[{"error":"x"}]"#, "HTTP 400 x", S::OAuth),
        (r#"{"a":1}"#, "HTTP 400: {\"a\":1}", S::OtherJson),
        ("{}", "HTTP 400 without an error message", S::OtherJson),
        (
            r#"{"error":"Invalid client credentials"}"#,
            "HTTP 400: Invalid client credentials",
            S::Message,
        ),
        (
            r#"{"error":true,"message":"no"}"#,
            "HTTP 400: no",
            S::Message,
        ),
        (
            r#"{"errors":{"redirect_uri":["is not allowed"]}}"#,
            "HTTP 400: redirect_uri: is not allowed",
            S::Nested,
        ),
    ]);
}

#[test]
fn other_bodies_give_a_sentence() {
    use ErrorShape as S;
    check(&[
        (
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
            "HTTP 400 AccessDenied: Access Denied",
            S::Xml,
        ),
        ("<a/>", "HTTP 400 with an XML document", S::Xml),
        (
            "<!DOCTYPE html><codec><h1",
            "HTTP 400 with an HTML page",
            S::Html,
        ),
        (
            "<html><head><TITLE lang=en>Just a\n moment&amp;</TITLE>",
            "HTTP 400 with an HTML page titled \"Just a moment&\"",
            S::Html,
        ),
        (
            "<html><h1>403</h1>",
            "HTTP 400 with an HTML page titled \"403\"",
            S::Html,
        ),
        ("<html>", "HTTP 400 with an HTML page", S::Html),
        ("Forbidden", "HTTP 400: Forbidden", S::Text),
        ("", "HTTP 400 without a body", S::Empty),
    ]);
}

#[test]
fn a_success_is_no_error_unless_it_says_so() {
    assert_eq!(
        read(200, "application/json", r#"{"access_token":"a"}"#),
        None
    );
    assert_eq!(read(200, "text/html", "<html>"), None);
    assert_eq!(read(200, "", ""), None);
    assert_eq!(read(200, "", "access_token=a&scope="), None);
    let github = read(
        200,
        "application/json",
        r#"{"error":"bad_verification_code"}"#,
    );
    assert_eq!(
        github.unwrap().error.as_deref(),
        Some("bad_verification_code")
    );
    for text in [
        r#"{"message":"ok"}"#,
        r#"{"error":null,"errors":[]}"#,
        r#"{"error":false,"message":"ok"}"#,
    ] {
        assert_eq!(read(200, "", text), None, "{text}");
    }
    for text in [
        r#"{"error":{"message":"no"}}"#,
        r#"{"error":"The code was used"}"#,
        r#"{"errors":["no"]}"#,
        r#"{"error":true}"#,
    ] {
        assert!(read(200, "", text).is_some(), "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(status in 100_u16..600, kind in ".{0,8}", text in ".*") {
        if let Some(error) = read(status, &kind, &text) {
            prop_assert!(!error.sentence().is_empty());
        }
    }
}

/// Some servers say with a 200 that they failed.
#[test]
fn a_success_that_says_it_failed_is_an_error() {
    for text in [
        r#"{"ok":false,"error":"invalid_code"}"#,
        r#"{"success":false,"message":"Invalid code"}"#,
        r#"{"errcode":40029,"errmsg":"invalid code"}"#,
        r#"{"data":null,"errors":[{"message":"Code unknown"}]}"#,
    ] {
        let said = read(200, "application/json", text).map(|e| e.sentence());
        assert!(
            said.is_some_and(|s| s.to_lowercase().contains("code")),
            "{text}"
        );
    }
    for text in [
        r#"{"ok":true,"message":"done"}"#,
        r#"{"errcode":0,"errmsg":"ok"}"#,
        r#"{"errors":[],"success":true}"#,
        r#"{"access_token":"x","error":null}"#,
    ] {
        assert_eq!(read(200, "application/json", text), None, "{text}");
    }
}
