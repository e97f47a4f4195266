//! The places.

use crate::support::*;
use authscope_model::{Masker, RawExchange, RawOutcome};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Places where a name or a shape gives the secret away, nothing known by value.
#[expect(clippy::too_many_lines, reason = "a table")]
fn named_places() -> Vec<(&'static str, RawExchange)> {
    let c = CANARY;
    let q = percent(c);
    let qq = percent(&q);
    let nested = serde_json::json!({"a": [{"b": {"access_token": c}}]}).to_string();
    let in_string =
        serde_json::json!({"outer": serde_json::json!({"inner": nested}).to_string()}).to_string();
    let json = |text: &str| response("application/json", text.as_bytes());
    let html = |text: &str| response("text/html; charset=utf-8", text.as_bytes());
    vec![
        (
            "authorization bearer",
            request_header("Authorization", &format!("Bearer {c}")),
        ),
        (
            "authorization lower",
            request_header("authorization", &format!("dpop  {c}")),
        ),
        (
            "authorization without scheme",
            request_header("Authorization", c),
        ),
        (
            "authorization basic",
            request_header(
                "Authorization",
                &format!("Basic {}", STANDARD.encode(format!("client:{c}"))),
            ),
        ),
        (
            "authorization digest",
            request_header(
                "Authorization",
                &format!("Digest username=\"u\", response=\"{c}\""),
            ),
        ),
        (
            "proxy-authorization",
            request_header(
                "Proxy-Authorization",
                &format!("Basic {}", STANDARD.encode(format!("u:{c}"))),
            ),
        ),
        (
            "cookie",
            request_header("Cookie", &format!("a=1; session={c}; b=2")),
        ),
        (
            "set-cookie",
            response_header("Set-Cookie", &format!("session={c}; Path=/; HttpOnly")),
        ),
        ("api key header", request_header("X-Api-Key", c)),
        ("token header", response_header("X-Auth-Token", c)),
        (
            "dpop proof",
            request_header("DPoP", &jwt(r#"{"htm":"POST"}"#, CORE)),
        ),
        (
            "location query",
            response_header(
                "Location",
                &format!("https://c.example/cb?code={q}&state=1"),
            ),
        ),
        (
            "location fragment",
            response_header(
                "Location",
                &format!("https://c.example/cb#access_token={q}&token_type=bearer"),
            ),
        ),
        (
            "location nested",
            response_header(
                "Location",
                &format!(
                    "https://as/login?return_to={}",
                    percent(&format!("/authorize?id_token_hint={q}"))
                ),
            ),
        ),
        (
            "location nested twice",
            response_header(
                "location",
                &format!("/l?r={}", percent(&percent(&format!("/cb?code={c}")))),
            ),
        ),
        (
            "refresh header",
            response_header("Refresh", &format!("0;url=https://c/cb?code={q}")),
        ),
        (
            "link header",
            response_header(
                "Link",
                &format!("<https://c/cb?access_token={q}>; rel=next"),
            ),
        ),
        (
            "query",
            request_url(&format!(
                "https://c.example/cb?code={q}&iss=https://as.example"
            )),
        ),
        (
            "query token",
            request_url(&format!("https://mcp.example/mcp?access_token={c}")),
        ),
        (
            "query api key",
            request_url(&format!("https://mcp.example/mcp?api_key={q}&x=1")),
        ),
        (
            "query encoded name",
            request_url(&format!("https://mcp.example/mcp?%61ccess_token={q}")),
        ),
        (
            "fragment",
            request_url(&format!("https://c.example/cb#/route?access_token={q}")),
        ),
        (
            "userinfo",
            request_url(&format!("https://user:{q}@mcp.example/mcp")),
        ),
        (
            "form",
            form(&format!(
                "grant_type=authorization_code&code={q}&code_verifier={q}&client_secret={q}"
            )),
        ),
        (
            "form assertion",
            form(&format!("client_assertion={}&client_id=x", jwt("{}", CORE))),
        ),
        (
            "form password",
            form(&format!("username=a&password={q}&totp=1")),
        ),
        ("form refresh", form(&format!("refresh_token={qq}"))),
        (
            "json",
            json(&format!(
                r#"{{"access_token":"{c}","token_type":"Bearer","refresh_token" : "{c}"}}"#
            )),
        ),
        (
            "json pretty",
            json(&format!("{{\n  \"id_token\":\n    \"{c}\"\n}}")),
        ),
        ("json nested", json(&nested)),
        ("json in string in string", json(&in_string)),
        (
            "json list",
            json(&format!(r#"{{"tokens":["x"],"secret":["{c}", "{c}"]}}"#)),
        ),
        (
            "json object",
            json(&format!(r#"{{"token":{{"type":"opaque","value":"{c}"}}}}"#)),
        ),
        (
            "json camel case",
            json(&format!(r#"{{"accessToken":"{c}","clientSecret":"{c}"}}"#)),
        ),
        (
            "json escaped",
            json(&format!(r#"{{"access_token":"{}"}}"#, json_escaped(c))),
        ),
        (
            "json escaped name",
            json(&format!(r#"{{"access\u005ftoken":"{c}"}}"#)),
        ),
        ("json code", json(&format!(r#"{{"code":"{c}"}}"#))),
        (
            "json truncated",
            json(&format!(r#"{{"scope":"x","access_token":"{c}"#)),
        ),
        (
            "json single quotes",
            json(&format!("{{'access_token': '{c}'}}")),
        ),
        (
            "json unquoted name",
            json(&format!("{{access_token: \"{c}\"}}")),
        ),
        (
            "json trailing comma",
            json(&format!(r#"{{"access_token":"{c}",}}"#)),
        ),
        (
            "json with url",
            json(&format!(
                r#"{{"redirect":"https:\/\/c\/cb?code={q}&state=x"}}"#
            )),
        ),
        (
            "json headers",
            json(&format!(
                r#"{{"headers":{{"Authorization":"Bearer {c}","cookie":"a={c}"}}}}"#
            )),
        ),
        (
            "json lines",
            json(&format!("{{\"a\":1}}\n{{\"password\":\"{c}\"}}")),
        ),
        (
            "jwk",
            json(&format!(
                r#"{{"keys":[{{"d":"{CORE}","kty":"EC","x":"abc"}}]}}"#
            )),
        ),
        (
            "private key",
            json(&format!(
                r#"{{"key":"-----BEGIN PRIVATE KEY-----\n{CORE}\n-----END PRIVATE KEY-----"}}"#
            )),
        ),
        (
            "pem",
            response(
                "text/plain",
                format!("-----BEGIN EC PRIVATE KEY-----\n{CORE}\n").as_bytes(),
            ),
        ),
        (
            "jwt signature in json",
            json(&format!(r#"{{"access_token":"{}"}}"#, jwt("{}", CORE))),
        ),
        (
            "jwt signature in text",
            response(
                "text/plain",
                format!("token is {}.", jwt("{}", CORE)).as_bytes(),
            ),
        ),
        (
            "jwt claim",
            json(&format!(
                r#"{{"id_token":"{}"}}"#,
                jwt(&format!(r#"{{"access_token":"{c}"}}"#), "sig")
            )),
        ),
        (
            "jwt without signature",
            json(&format!(
                r#"{{"access_token":"{}"}}"#,
                jwt(&format!(r#"{{"sub":"{c}"}}"#), "")
            )),
        ),
        (
            "jwe",
            json(&format!(
                r#"{{"t":"{}.a.b.{CORE}.d"}}"#,
                URL_SAFE_NO_PAD.encode(r#"{"alg":"dir","enc":"A256GCM"}"#)
            )),
        ),
        (
            "sse",
            response(
                "text/event-stream",
                format!("event: message\ndata: {{\"access_token\":\"{c}\"}}\n\n").as_bytes(),
            ),
        ),
        (
            "sse escaped",
            response(
                "text/event-stream",
                format!("data: {{\"text\":\"{{\\\"access_token\\\":\\\"{c}\\\"}}\"}}\n\n")
                    .as_bytes(),
            ),
        ),
        (
            "html input",
            html(&format!(
                r#"<form><input type="hidden" name="code" value="{}"/></form>"#,
                html_escaped(c)
            )),
        ),
        (
            "html input reversed",
            html(&format!(
                r#"<input value='{c}' name='SAMLResponse' type=hidden>"#
            )),
        ),
        (
            "html meta",
            html(&format!(r#"<meta name="csrf-token" content="{c}">"#)),
        ),
        (
            "html link",
            html(&format!(
                r#"<a href="https://c/cb?code={q}&amp;state=abc">go</a>"#
            )),
        ),
        (
            "html data attribute",
            html(&format!(r#"<div data-access-token="{c}"></div>"#)),
        ),
        (
            "html script",
            html(&format!("<script>var token = '{c}';</script>")),
        ),
        ("html prose", html(&format!("<p>Invalid token: {c}</p>"))),
        (
            "name and value",
            json(&format!(
                r#"{{"headers":[{{"name":"Authorization","value":"Bearer {c}"}},{{"value":"{c}","name":"code"}}]}}"#
            )),
        ),
        (
            "xml element",
            response(
                "text/xml",
                format!("<r><password>{c}</password></r>").as_bytes(),
            ),
        ),
        (
            "header dump",
            response(
                "text/plain",
                format!("GET / HTTP/1.1\r\nAuthorization: Bearer {c}\r\nCookie: a={c}\r\n")
                    .as_bytes(),
            ),
        ),
        (
            "log line",
            response(
                "text/plain",
                format!("msg=failed access_token={c} status=401").as_bytes(),
            ),
        ),
        ("not http", failed(&format!("access_token={c}"))),
        (
            "form in plain text",
            response(
                "text/plain",
                format!("access_token={q}&scope=x&token_type=bearer").as_bytes(),
            ),
        ),
    ]
}

#[test]
fn named_secrets_are_masked_everywhere() {
    let places = named_places();
    assert!(places.len() > 60);
    for (place, raw) in &places {
        assert_hidden(place, &masker(), raw);
    }
}

#[test]
fn masking_masked_text_changes_nothing() {
    let masker = masker();
    for (place, raw) in named_places() {
        let once = masker.exchange(&raw, meta());
        let request = &once.request;
        assert_eq!(masker.url(&request.url), request.url, "{place}");
        assert_eq!(
            masker.url(&request.request_line),
            request.request_line,
            "{place}"
        );
        assert_eq!(
            masker.form(&request.body.text),
            request.body.text,
            "{place}"
        );
        assert_eq!(masker.headers(&request.headers), request.headers, "{place}");
        if let Some(response) = once.response() {
            assert_eq!(
                masker.headers(&response.headers),
                response.headers,
                "{place}"
            );
            assert_eq!(
                masker.text(&response.body.text),
                response.body.text,
                "{place}"
            );
        }
    }
}

/// Places where only the value tells.
fn unnamed_places() -> Vec<(&'static str, RawExchange)> {
    let c = CANARY;
    let q = percent(c);
    let plain = |text: String| response("text/plain", text.as_bytes());
    vec![
        ("plain", plain(format!("the value {c} is wrong"))),
        ("in a word", plain(format!("xx{c}yy"))),
        ("percent", plain(q.clone())),
        ("percent, all of it", plain(percent_all(c))),
        ("percent twice", plain(percent(&percent_all(c)))),
        ("percent three times", plain(percent(&percent(&q)))),
        ("json escaped", plain(json_escaped(c))),
        ("json escaped in a url", plain(percent(&json_escaped(c)))),
        ("html escaped", plain(html_escaped(c))),
        (
            "html escaped twice",
            plain(html_escaped(c).replace('&', "&amp;")),
        ),
        ("base64", plain(STANDARD.encode(c))),
        (
            "base64, shifted by one",
            plain(STANDARD.encode(format!("a{c}b"))),
        ),
        (
            "base64, shifted by two",
            plain(STANDARD.encode(format!("ab{c}b"))),
        ),
        (
            "base64, in a longer run",
            plain(format!("prefix{}", STANDARD.encode(format!("user:{c}")))),
        ),
        (
            "base64url",
            plain(URL_SAFE_NO_PAD.encode(format!("\u{ff}{c}"))),
        ),
        ("base64 twice", plain(STANDARD.encode(STANDARD.encode(c)))),
        (
            "percent in base64",
            plain(STANDARD.encode(format!("id:{q}"))),
        ),
        ("base64 in percent", plain(percent(&STANDARD.encode(c)))),
        ("jwt claim", plain(jwt(&format!(r#"{{"x":"{c}"}}"#), "sig"))),
        ("url path", request_url(&format!("https://c/{q}/x"))),
        ("query", request_url(&format!("https://c/?x={q}"))),
        ("header", response_header("X-Echo", c)),
        (
            "challenge",
            response_header(
                "WWW-Authenticate",
                &format!("Bearer error_description=\"{c}\""),
            ),
        ),
        ("status line", {
            let mut raw = raw();
            if let RawOutcome::Response(response) = &mut raw.outcome {
                response.status_line = format!("HTTP/1.1 400 bad {c}");
            }
            raw
        }),
        (
            "binary",
            response(
                "application/octet-stream",
                &[&[0xff, 0xfe, 0][..], c.as_bytes()].concat(),
            ),
        ),
        (
            "utf-16",
            response(
                "application/octet-stream",
                &c.encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .chain([0xff])
                    .collect::<Vec<_>>(),
            ),
        ),
        ("not http", failed(c)),
    ]
}

#[test]
fn known_secrets_are_masked_everywhere() {
    let mut masker = masker();
    masker.learn("client_secret", CANARY);
    for (place, raw) in unnamed_places() {
        assert_hidden(place, &masker, &raw);
    }
    for (place, raw) in unnamed_places() {
        let shown = serde_json::to_string(&Masker::new(b"k").exchange(&raw, meta())).unwrap();
        assert!(
            !shown.contains("client_secret"),
            "{place}: the test would pass without learning"
        );
    }
}
