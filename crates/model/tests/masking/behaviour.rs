//! What masks show, what stays readable, and the edges.

use crate::support::*;
use authscope_model::exchange::Cut;
use authscope_model::{Header, Masker, RawExchange, RawOutcome};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[test]
fn a_secret_cut_in_two_is_masked() {
    let mut masker = masker();
    masker.learn("client_secret", CANARY);
    let start = &CANARY[..CANARY.len() - 4];
    let mut raw = response("text/plain", format!("echo {start}").as_bytes());
    let shown = |raw: &RawExchange| {
        masker
            .exchange(raw, meta())
            .response()
            .unwrap()
            .body
            .text
            .clone()
    };
    assert!(shown(&raw).contains(start), "a whole text is no cut secret");
    if let RawOutcome::Response(response) = &mut raw.outcome {
        response.cut = Some(Cut::Cap);
    }
    assert!(!shown(&raw).contains("cAnArY"));
    let received = failed(start);
    assert!(!format!("{:?}", masker.exchange(&received, meta())).contains("cAnArY"));
}

#[test]
fn what_is_masked_by_name_is_masked_by_value_in_the_same_exchange() {
    let mut raw = response("text/html", format!("<h1>{CANARY}</h1>").as_bytes());
    raw.request
        .headers
        .push(Header::new("authorization", format!("Bearer {CANARY}")));
    assert_hidden("echoed header", &masker(), &raw);
    let secrets = masker().secrets(&raw);
    assert!(
        secrets
            .iter()
            .any(|s| s.value == CANARY && s.kind == "access_token")
    );
    assert!(!format!("{secrets:?}").contains(CANARY));
}

#[test]
fn evidence_stays_readable() {
    let metadata = r#"{"issuer":"https://as.example/","authorization_endpoint":"https://as.example/authorize?x=1","token_endpoint":"https://as.example/token","code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["client_secret_basic","private_key_jwt"],"grant_types_supported":["authorization_code"],"response_types_supported":["code","code id_token"],"scopes_supported":["read:token","openid"],"revocation_endpoint_auth_methods_supported":["none"]}"#;
    let registration = r#"{"client_id":"s6BhdRkqt3-abcdefghijklmnop","client_secret_expires_at":0,"client_id_issued_at":1700000000,"redirect_uris":["http://127.0.0.1:4848/oauth/callback"],"token_endpoint_auth_method":"none","client_name":"authscope","scope":"openid mcp:tools:read0123456789abcdef"}"#;
    let jwks = r#"{"keys":[{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc","e":"AQAB","alg":"RS256","use":"sig","kid":"2011-04-29","x5t#S256":"abcdefghijabcdefghijabcdefghijabcdefghij"}]}"#;
    let errors = [
        r#"{"error":"invalid_grant","error_description":"The code_verifier: does not match"}"#,
        r#"{"code":"invalid_request","message":"x"}"#,
        r#"{"code":"AADSTS50011"}"#,
        r#"{"code":"ERR_INVALID_TOKEN"}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"Invalid token: expired"}}"#,
        r#"{"access_token":null,"token":false,"expires_in":3600,"token_type":"Bearer","password":"","state":"active"}"#,
        r#"{"name":"echo","inputSchema":{"type":"object","properties":{"token":{"type":"string","description":"a token: any"}},"required":["token"]}}"#,
        r#"{"result":{"_meta":{"progressToken":"abc123def456"}}}"#,
        r#"{"auth":"none","credentials":"required"}"#,
        "Authorization: required. The cookie: missing. Invalid token: expired",
        "exit code=137; code: invalid_request",
    ];
    for text in [metadata, registration, jwks].iter().chain(&errors) {
        assert_eq!(masker().text(text), **text);
    }
    for (name, value) in [
        (
            "WWW-Authenticate",
            r#"Bearer realm="OAuth", error="invalid_token", error_description="Missing or invalid access token", resource_metadata="https://mcp.example/.well-known/oauth-protected-resource", scope="read write""#,
        ),
        (
            "Location",
            "https://as.example/authorize?response_type=code&client_id=https%3A%2F%2Fc.example%2Fmeta.json&scope=a+b&resource=https%3A%2F%2Fmcp.example%2Fmcp&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&redirect_uri=http%3A%2F%2F127.0.0.1%3A4848%2Fcb&iss=https%3A%2F%2Fas.example",
        ),
        (
            "Location",
            "http://127.0.0.1/cb?error=access_denied&error_description=no+way&error_uri=https://e",
        ),
        ("Authorization", "Bearer"),
        ("Authorization", "Bearer "),
        ("ETag", "\"33a64df551425fcc55e4d42a148795d9f25f89d4\""),
        ("Date", "Tue, 15 Nov 1994 08:12:31 GMT"),
        ("mcp-protocol-version", "2025-11-25"),
    ] {
        let line = [Header::new(name, value)];
        assert_eq!(masker().headers(&line), line);
    }
}

#[test]
fn masks_show_what_they_may() {
    let m = masker();
    let mask = m.mask("client_secret", CANARY);
    assert!(
        mask.starts_with(&format!("⟨client_secret · {} chars · #", CANARY.len())),
        "{mask}"
    );
    assert_eq!(m.mask("client_secret", CANARY), mask);
    assert_ne!(m.mask("client_secret", "another"), mask);
    assert_ne!(Masker::new(b"another").mask("client_secret", CANARY), mask);
    assert_eq!(m.mask("client_secret", ""), "");
    assert_eq!(m.mask("client_secret", &mask), mask);
    // Equality shows whatever the encoding.
    let hash = mask.rsplit('#').next().unwrap();
    assert!(
        m.text(&format!(r#"{{"access_token":"{CANARY}"}}"#))
            .contains(hash)
    );
    assert!(
        m.url(&format!("https://c/?access_token={}", percent(CANARY)))
            .contains(&format!("%23{hash}"))
    );
    assert!(
        m.form(&format!("access_token={}", percent(CANARY)))
            .contains(&format!("#{hash}"))
    );
    let basic = STANDARD.encode(format!("client-1:{CANARY}"));
    let line = m.headers(&[Header::new("Authorization", format!("Basic {basic}"))]);
    assert_eq!(
        line[0].value,
        format!("Basic client-1:⟨client_secret · 20 chars · #{hash}")
    );
    let state = m.url("https://c/?state=wxyzABCDEFGH&x=1");
    assert!(
        state.starts_with("https://c/?state=wxyz⟨state · 12 chars · %23"),
        "{state}"
    );
    assert!(state.ends_with("⟩&x=1"), "{state}");
}

#[test]
fn jwts_keep_header_and_payload() {
    let claims = r#"{"aud":"https://mcp.example/mcp","scope":"read","iss":"https://as.example"}"#;
    let token = jwt(claims, "c2lnbmF0dXJlc2lnbmF0dXJl");
    let body = format!(r#"{{"access_token":"{token}","token_type":"Bearer"}}"#);
    let mut m = masker();
    let masked = m.text(&body);
    let kept = &token[..token.rfind('.').unwrap() + 1];
    assert!(
        masked.contains(&format!("{kept}⟨signature · 24 chars · #")),
        "{masked}"
    );
    m.learn("access_token", &token);
    assert_eq!(
        m.text(&body),
        masked,
        "learning a JWT does not hide its claims"
    );
    let header = m.headers(&[Header::new("authorization", format!("Bearer {token}"))]);
    assert!(
        header[0]
            .value
            .starts_with(&format!("Bearer {kept}⟨signature")),
        "{header:?}"
    );
}

#[test]
fn names_of_the_operator_count() {
    let masker = masker().with_names(["X-Tenant", "matter_id"]);
    let line = masker.headers(&[Header::new("x-tenant", "plain")]);
    assert!(line[0].value.starts_with("⟨x-tenant · 5 chars"));
    assert!(!masker.text(r#"{"matterId":"plain"}"#).contains("plain"));
    assert!(!masker.url("https://c/?matter-id=plain").contains("plain"));
}

#[test]
fn words_are_not_torn_apart_by_plain_secrets() {
    let mut masker = masker();
    masker.learn("client_secret", "secret");
    masker.learn("password", "abc123");
    let text = r#"{"client_secret_expires_at":0,"x":"xabc123y","note":"wrong secret"}"#;
    assert_eq!(masker.text(text), text);
    assert!(!masker.text("got abc123!").contains("abc123"));
    assert!(
        !masker
            .text(r#"{"client_secret":"secret"}"#)
            .contains("\"secret\"")
    );
}

#[test]
fn compressed_bodies_are_not_kept() {
    for (header, bytes) in [
        ("gzip", &[0x1f, 0x8b, 8, 0, 0xff][..]),
        ("", &[0x1f, 0x8b, 8, 0, 0xff]),
    ] {
        let mut raw = response("application/json", bytes);
        if let RawOutcome::Response(response) = &mut raw.outcome {
            response
                .headers
                .push(Header::new("content-encoding", header));
        }
        let exchange = masker().exchange(&raw, meta());
        let body = &exchange.response().unwrap().body;
        assert_eq!(body.base64, None);
        assert!(body.text.contains("compressed"), "{}", body.text);
    }
    let image = masker().exchange(
        &response("image/png", &[0x89, b'P', b'N', b'G', 0xff]),
        meta(),
    );
    assert_eq!(
        image.response().unwrap().body.base64.as_deref(),
        Some("iVBOR/8=")
    );
}

#[test]
fn the_configuration_is_masked() {
    let mut config =
        authscope_model::SessionConfig::new(format!("https://mcp.example/mcp?api_key={CANARY}"));
    config.client_id = Some("client-1".into());
    config.client_secret = Some(CANARY.into());
    config.private_key = Some(CANARY.into());
    config.initial_access_token = Some(CANARY.into());
    config.grant = authscope_model::config::Grant::JwtBearer {
        assertion: CANARY.into(),
    };
    let pair = |name: &str, value: &str| authscope_model::config::Pair {
        name: name.into(),
        value: value.into(),
    };
    config.headers = vec![
        pair("X-Api-Key", CANARY),
        pair("Authorization", &format!("Bearer {CANARY}")),
        pair("X-Region", "eu"),
    ];
    config.authorize_params = vec![pair("id_token_hint", CANARY), pair("prompt", "consent")];
    config
        .client_metadata
        .insert("software_statement".into(), jwt("{}", CORE).into());
    config.call_tool = Some(authscope_model::config::ToolCall {
        name: "echo".into(),
        arguments: serde_json::json!({"password": CANARY, "text": "hello"}),
    });
    let masked = masker().config(&config);
    let text = serde_json::to_string(&masked).unwrap();
    assert!(!text.contains(CORE), "{text}");
    for kept in ["client-1", "\"eu\"", "consent", "hello", "mcp.example/mcp"] {
        assert!(text.contains(kept), "{kept} in {text}");
    }
}

#[test]
fn jwts_that_are_not_canonical_are_masked_all_the_same() {
    // The last bits of the header are not zero; then header and payload are padded.
    for token in [
        "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifY.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl11",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMiJ9.c2lnbmF0dXJlc2lnbmF0dXJl11==",
        "eyJhbGciOiJIUzI1NiJ9IA==.eyJzdWIiOiIxIn0=.c2lnbmF0dXJlc2lnbmF0dXJl11==",
    ] {
        for text in [
            token.to_owned(),
            format!("say {token}, key={token}&a=b"),
            format!("{{\"x\":\"{token}\"}}"),
        ] {
            let masked = masker().text(&text);
            assert!(
                !masked.contains("c2lnbmF0dXJlc2lnbmF0dXJl11"),
                "{text} became {masked}"
            );
            assert_eq!(masker().text(&masked), masked);
        }
    }
}

/// A variable that was never set is no secret, and the fault itself.
#[test]
fn what_stands_for_no_value_stays_readable() {
    let mut masker = masker();
    for nothing in ["undefined", "null", "None", "[object Object]"] {
        masker.learn("access_token", nothing);
        assert_eq!(masker.mask("access_token", nothing), nothing);
        let body = format!(r#"{{"access_token":"{nothing}","client_secret":"{CANARY}"}}"#);
        let shown = masker.text(&body);
        assert!(
            shown.contains(&format!(r#""access_token":"{nothing}""#)),
            "{shown}"
        );
        assert!(!shown.contains(CANARY), "{shown}");
    }
    let url = masker.url("http://127.0.0.1/cb?code=undefined&state=undefined");
    assert_eq!(url, "http://127.0.0.1/cb?code=undefined&state=undefined");
}
