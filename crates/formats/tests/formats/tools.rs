//! HAR files as browsers, proxies and Postman write them: recognised from the traffic alone.

use crate::{found, har_of, healthy, opened};
use authscope_formats::import;
use authscope_model::event::{Ending, Fact};
use authscope_model::transcript::Status;
use authscope_model::{Participant, StepKind};
use serde_json::{Value, json};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Secrets of the file; none of them may be seen afterwards.
const SECRETS: [&str; 6] = [
    VERIFIER,
    "SplxlOBeZQQYbYS6WxSbIA1234567890",
    "canary-access-token-0123456789abcdef",
    "canary-refresh-token-0123456789abcdef",
    "canary-cookie-0123456789",
    "canary-client-secret-0123456789",
];

fn entry(
    at: u32,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &str,
    answer: (u16, &[(&str, &str)], &str),
) -> Value {
    let pairs = |pairs: &[(&str, &str)]| -> Vec<Value> {
        pairs
            .iter()
            .map(|(n, v)| json!({"name": n, "value": v}))
            .collect()
    };
    let kind = headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case("content-type"))
        .map_or("", |(_, v)| v);
    let media = answer
        .1
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case("content-type"))
        .map_or("", |(_, v)| v);
    let mut entry = json!({
        "startedDateTime": format!("2026-07-01T12:00:{at:02}.000Z"), "time": 12.5,
        "request": {"method": method, "url": url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs(headers), "queryString": [], "headersSize": -1, "bodySize": body.len()},
        "response": {"status": answer.0, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs(answer.1),
            "content": {"size": answer.2.len(), "mimeType": media, "text": answer.2}, "redirectURL": "", "headersSize": -1, "bodySize": -1},
        "cache": {}, "timings": {"send": 0, "wait": 10, "receive": 2.5},
    });
    if !body.is_empty() {
        entry["request"]["postData"] = json!({"mimeType": kind, "text": body});
    }
    entry
}

/// A whole flow of a confidential client, unmasked, as any tool might record it.
fn flow() -> Vec<Value> {
    let json_type = ("Content-Type", "application/json");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let rpc = |method: &str| {
        json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}}}).to_string()
    };
    let token = format!("Bearer {}", SECRETS[2]);
    let accept = ("Accept", "application/json, text/event-stream");
    let version = ("MCP-Protocol-Version", "2025-06-18");
    let callback = format!(
        "https://app.example/cb?code={}&state=xyzxyzxyz123456789012&iss=https%3A%2F%2Fas.example",
        SECRETS[1]
    );
    let token_body = format!(
        "grant_type=authorization_code&code={}&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_verifier={VERIFIER}&client_id=c1&client_secret={}&resource=https%3A%2F%2Fmcp.example%2Fmcp",
        SECRETS[1], SECRETS[5]
    );
    let tokens = json!({"access_token": SECRETS[2], "token_type": "Bearer", "expires_in": 3600, "refresh_token": SECRETS[3], "scope": "a"}).to_string();
    let cookie = format!("sid={}", SECRETS[4]);
    vec![
        entry(
            0,
            "GET",
            "https://app.example/logo.png",
            &[],
            "",
            (404, &[], ""),
        ),
        entry(
            1,
            "POST",
            "https://mcp.example/mcp",
            &[json_type, accept, version],
            &rpc("initialize"),
            (
                401,
                &[(
                    "WWW-Authenticate",
                    "Bearer resource_metadata=\"https://mcp.example/.well-known/oauth-protected-resource/mcp\"",
                )],
                "",
            ),
        ),
        entry(
            2,
            "GET",
            "https://mcp.example/.well-known/oauth-protected-resource/mcp",
            &[],
            "",
            (
                200,
                &[json_type],
                r#"{"resource":"https://mcp.example/mcp","authorization_servers":["https://as.example"]}"#,
            ),
        ),
        entry(
            3,
            "GET",
            "https://as.example/.well-known/oauth-authorization-server",
            &[],
            "",
            (
                200,
                &[json_type],
                r#"{"issuer":"https://as.example","authorization_endpoint":"https://as.example/a","token_endpoint":"https://as.example/t","registration_endpoint":"https://as.example/r","response_types_supported":["code"],"grant_types_supported":["authorization_code","refresh_token"],"code_challenge_methods_supported":["S256"],"token_endpoint_auth_methods_supported":["client_secret_post"],"authorization_response_iss_parameter_supported":true}"#,
            ),
        ),
        entry(
            4,
            "GET",
            &format!(
                "https://as.example/a?response_type=code&client_id=c1&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=xyzxyzxyz123456789012&code_challenge={CHALLENGE}&code_challenge_method=S256&resource=https%3A%2F%2Fmcp.example%2Fmcp"
            ),
            &[("Cookie", &cookie)],
            "",
            (302, &[("Location", &callback)], ""),
        ),
        entry(
            5,
            "GET",
            &callback,
            &[],
            "",
            (200, &[("Content-Type", "text/html")], "<p>done</p>"),
        ),
        entry(
            6,
            "OPTIONS",
            "https://as.example/t",
            &[],
            "",
            (204, &[], ""),
        ),
        entry(
            7,
            "POST",
            "https://as.example/t",
            &[form],
            &token_body,
            (200, &[json_type, ("Cache-Control", "no-store")], &tokens),
        ),
        entry(
            8,
            "POST",
            "https://mcp.example/mcp",
            &[json_type, accept, version, ("Authorization", &token)],
            &rpc("initialize"),
            (
                200,
                &[json_type],
                r#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"s","version":"1"}}}"#,
            ),
        ),
        entry(
            9,
            "POST",
            "https://mcp.example/mcp",
            &[json_type, accept, version, ("Authorization", &token)],
            r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#,
            (200, &[json_type], r#"{"jsonrpc":"2.0","id":2,"result":{}}"#),
        ),
    ]
}

fn file(creator: &str, entries: Vec<Value>) -> Value {
    json!({"log": {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": entries}})
}

fn steps(document: &Value) -> Vec<StepKind> {
    opened(document).exchanges.iter().map(|e| e.step).collect()
}

const EXPECTED: [StepKind; 10] = [
    StepKind::Unknown,
    StepKind::Probe,
    StepKind::PrmFromChallenge,
    StepKind::AsMetadataRfc8414,
    StepKind::Authorize,
    StepKind::Callback,
    StepKind::Unknown,
    StepKind::Token,
    StepKind::McpInitialize,
    StepKind::Unknown,
];

#[test]
fn a_whole_flow_is_recognised_judged_and_masked() {
    let document = file("WebInspector", flow());
    let imported = import::read(&document.to_string()).unwrap().recording;
    let transcript = imported.transcript();
    assert_eq!(
        transcript
            .exchanges
            .iter()
            .map(|e| e.step)
            .collect::<Vec<_>>(),
        EXPECTED
    );
    assert_eq!(found(&transcript), [""; 0]);
    assert!(
        matches!(&transcript.status, Status::Finished(Ending::Complete, _)),
        "{:?}",
        transcript.status
    );
    assert_eq!(
        transcript.config.as_ref().unwrap().server_url,
        "https://mcp.example/mcp"
    );
    assert_eq!(transcript.revision().as_str(), "2025-06-18");
    assert_eq!(transcript.redirect_uri, "https://app.example/cb");
    let pkce = transcript.facts.iter().find_map(|(_, fact)| match fact {
        Fact::Pkce {
            challenge,
            recomputed,
        } => Some((challenge.as_str(), recomputed.as_str())),
        _ => None,
    });
    assert_eq!(pkce, Some((CHALLENGE, CHALLENGE)));
    let callback = transcript.first_of(StepKind::Callback).unwrap();
    assert_eq!(
        (callback.from, callback.to),
        (Participant::You, Participant::Client)
    );
    assert_eq!(transcript.exchanges[9].purpose, "ping");
    let everything = serde_json::to_string(&imported).unwrap();
    for secret in SECRETS {
        assert!(!everything.contains(secret), "{secret} was not masked");
    }
    for format in authscope_formats::export::Format::ALL {
        let text = authscope_formats::export::export(format, &imported);
        assert!(
            SECRETS.iter().all(|secret| !text.contains(secret)),
            "{format:?}"
        );
    }
}

#[test]
fn chrome_lists_pseudo_headers_and_joins_lines() {
    let mut entries = flow();
    for entry in &mut entries {
        entry["_resourceType"] = "fetch".into();
        entry["request"]["httpVersion"] = "http/2.0".into();
        let headers = entry["request"]["headers"].as_array_mut().unwrap();
        for header in headers.iter_mut() {
            header["name"] = header["name"].as_str().unwrap().to_ascii_lowercase().into();
        }
        headers.insert(0, json!({"name": ":authority", "value": "x"}));
    }
    entries[4]["response"]["headers"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "set-cookie", "value": "a=1; Secure\nb=2"}));
    let transcript = opened(&file("WebInspector", entries));
    assert_eq!(
        transcript
            .exchanges
            .iter()
            .map(|e| e.step)
            .collect::<Vec<_>>(),
        EXPECTED
    );
    let cookies = transcript.exchanges[4]
        .response()
        .unwrap()
        .headers
        .iter()
        .filter(|h| h.name == "set-cookie")
        .count();
    assert_eq!(cookies, 2);
    assert!(
        transcript.exchanges.iter().all(|e| e
            .request
            .headers
            .iter()
            .all(|h| !h.name.starts_with(':')))
    );
    assert_eq!(found(&transcript), [""; 0]);
}

#[test]
fn a_sanitized_file_blames_nobody() {
    let mut entries = flow();
    for entry in &mut entries {
        let headers = entry["request"]["headers"].as_array_mut().unwrap();
        headers.retain(|h| h["name"] != "Authorization" && h["name"] != "Cookie");
    }
    let transcript = opened(&file("WebInspector", entries));
    assert_eq!(found(&transcript), [""; 0]);
    assert!(
        transcript
            .notes
            .iter()
            .any(|note| note.text.contains("Authorization")),
        "{:?}",
        transcript.notes
    );
}

#[test]
fn firefox_and_mitmproxy_write_base64_and_out_of_order() {
    use base64::Engine as _;
    let mut entries = flow();
    for entry in &mut entries {
        let content = &mut entry["response"]["content"];
        let text = content["text"].as_str().unwrap().to_owned();
        content["text"] = base64::engine::general_purpose::STANDARD
            .encode(text)
            .into();
        content["encoding"] = "base64".into();
        entry["timings"] = json!({"blocked": -1, "dns": -1, "ssl": -1, "connect": -1, "send": 0, "wait": 3, "receive": 1});
        entry["startedDateTime"] = entry["startedDateTime"]
            .as_str()
            .unwrap()
            .replace(".000Z", ".000123+00:00")
            .into();
    }
    entries.reverse();
    assert_eq!(steps(&file("mitmproxy", entries)), EXPECTED);
}

#[test]
fn fiddler_begins_with_a_mark_and_postman_with_params() {
    let text = format!("\u{feff}{}", file("Fiddler", flow()));
    assert_eq!(
        import::read(&text)
            .unwrap()
            .recording
            .transcript()
            .exchanges
            .len(),
        10
    );
    let mut entries = flow();
    let body = entries[7]["request"]["postData"]["text"]
        .as_str()
        .unwrap()
        .to_owned();
    let params: Vec<Value> = authscope_protocol::form::parse(&body)
        .iter()
        .map(|(n, v)| json!({"name": n, "value": v}))
        .collect();
    entries[7]["request"]["postData"] =
        json!({"mimeType": "application/x-www-form-urlencoded", "params": params});
    entries[0].as_object_mut().unwrap().remove("response");
    entries[1]["response"]["status"] = "401".into();
    let transcript = opened(&file("Postman", entries));
    assert_eq!(
        transcript
            .exchanges
            .iter()
            .map(|e| e.step)
            .collect::<Vec<_>>(),
        EXPECTED
    );
    assert!(transcript.exchanges[0].response().is_none());
    assert_eq!(found(&transcript), [""; 0]);
}

#[test]
fn a_fault_is_found_in_a_foreign_file() {
    let mut entries = flow();
    entries[2]["response"]["content"]["text"] =
        r#"{"resource":"https://mcp.example/mcp/","authorization_servers":["https://as.example"]}"#
            .into();
    let findings = found(&opened(&file("WebInspector", entries)));
    assert!(
        findings
            .iter()
            .any(|f| f.starts_with("prm-resource-mismatch")
                || f.contains("https://mcp.example/mcp/")),
        "{findings:?}"
    );
    let mut entries = flow();
    entries.truncate(8);
    entries[7]["response"]["status"] = 400.into();
    entries[7]["response"]["content"]["text"] =
        r#"{"error":"invalid_grant","error_description":"PKCE verification failed"}"#.into();
    let transcript = opened(&file("WebInspector", entries));
    assert!(matches!(
        &transcript.status,
        Status::Finished(Ending::Blocked, _)
    ));
    assert!(!found(&transcript).is_empty());
}

/// Our own recordings with everything taken out that only we write.
#[test]
fn every_kind_of_healthy_flow_is_recognised() {
    for settings in [
        "2025-06-18 registration=dcr",
        "2025-11-25 registration=cimd",
        "2025-11-25 registration=preregistered",
        "2025-11-25 issuer=https://idp.example.com/realms/acme",
        "2025-03-26",
    ] {
        let recording = healthy(settings);
        let mut document = har_of(&recording);
        document["log"]["creator"]["name"] = "WebInspector".into();
        for entry in document["log"]["entries"].as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("_authscope");
        }
        let before: Vec<StepKind> = recording
            .transcript()
            .exchanges
            .iter()
            .map(|e| e.step)
            .collect();
        let fetched = |step: &StepKind| *step == StepKind::ClientDocumentFetch;
        let expected: Vec<StepKind> = before
            .iter()
            .map(|s| if fetched(s) { StepKind::Unknown } else { *s })
            .collect();
        let transcript = opened(&document);
        assert_eq!(
            transcript
                .exchanges
                .iter()
                .map(|e| e.step)
                .collect::<Vec<_>>(),
            expected,
            "{settings}"
        );
        assert_eq!(found(&transcript), [""; 0], "{settings}");
    }
}
