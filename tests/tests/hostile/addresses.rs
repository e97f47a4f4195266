//! Addresses that lead astray: storms of redirects, other schemes, the metadata service, and line breaks on their way
//! into headers.

use crate::app::App;
use crate::target::{
    AS, Act, PRM, Target, as_metadata, json_value, prm, registered, response, token,
};
use authscope_model::StepKind;
use authscope_model::exchange::FailureKind;
use authscope_tests::transcripts::story;
use serde_json::{Value, json};

/// Hops that are followed for a document, beside the first request.
const HOPS: usize = 5;

#[tokio::test]
async fn storms_of_redirects_end() {
    let app = App::start();
    for path in ["/mcp", PRM, AS, "/register", "/token"] {
        for status in [301, 302, 303, 307, 308] {
            let target = Target::start(move |asked, origin| {
                let again = asked.path == path || asked.path.starts_with("/storm");
                let location = format!("location: {origin}/storm?{}a\r\n", asked.query);
                again.then(|| response(status, &location, ""))
            })
            .await;
            let (_, transcript) = app.run(&target.mcp()).await;
            let longest = longest_chain(&transcript);
            assert!(
                longest <= HOPS,
                "{path} {status}: {longest} hops\n{}",
                story(&transcript)
            );
            assert!(target.asked().len() < 120, "{}", target.asked().len());
        }
    }
    app.is_well().await;
}

/// The most redirects followed in a row.
fn longest_chain(transcript: &authscope_model::Transcript) -> usize {
    let hops = |mut from: Option<u32>| {
        let mut count = 0;
        while let Some(exchange) = from.and_then(|id| transcript.exchange(id)) {
            count += 1;
            from = exchange.redirected_from;
        }
        count
    };
    let all = transcript.exchanges.iter();
    all.filter(|e| e.step != StepKind::AuthorizeHop)
        .map(|e| hops(e.redirected_from))
        .max()
        .unwrap_or(0)
}

#[tokio::test]
async fn a_storm_at_the_sign_in_ends_in_words() {
    let app = App::start();
    let target = Target::start(|asked, origin| {
        let location = format!(
            "location: {origin}/authorize?again={}\r\n",
            asked.query.len()
        );
        (asked.path == "/authorize").then(|| response(302, &location, ""))
    })
    .await;
    let (_, transcript) = app.run(&target.mcp()).await;
    let hops = transcript
        .exchanges
        .iter()
        .filter(|e| e.step == StepKind::AuthorizeHop);
    assert!(hops.count() <= 15, "{}", story(&transcript));
    assert!(
        story(&transcript).contains("redirected more than 15 times"),
        "{}",
        story(&transcript)
    );
    app.is_well().await;
}

/// What no browser and no client may be sent to.
const SCHEMES: [&str; 9] = [
    "javascript:alert(document.domain)//",
    "JavaScript://127.0.0.1/%0aalert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:http://127.0.0.1/1",
    "ms-msdt:/id",
];

#[tokio::test]
async fn no_browser_is_sent_to_another_scheme() {
    let app = App::start();
    for scheme in SCHEMES {
        let target = metadata_with("authorization_endpoint", scheme).await;
        for follow in [false, true] {
            let config =
                json!({"server_url": target.mcp(), "follow_redirects": follow, "keep_going": true});
            let id = app.create_with(config).await;
            let transcript = app.settled(&id).await;
            let page = app.get(&format!("sessions/{id}/authorize")).await;
            let location = page.headers().get("location");
            assert!(location.is_none(), "{scheme}: {location:?}");
            assert!(
                page.status().is_client_error(),
                "{scheme}: {}",
                page.status()
            );
            let html = page.text().await.unwrap();
            assert!(!html.contains(scheme.trim()), "{scheme}: {html}");
            let found = authscope_rules::diagnose(&transcript);
            assert!(
                found
                    .iter()
                    .any(|f| f.rule.contains("endpoint") || f.rule.contains("metadata")),
                "{scheme}:\n{}",
                story(&transcript)
            );
        }
    }
    app.is_well().await;
}

async fn metadata_with(member: &'static str, value: &'static str) -> Target {
    Target::start(move |asked, origin| {
        let mut metadata = as_metadata(origin);
        metadata[member] = value.into();
        (asked.path == AS).then(|| json_value(200, &metadata))
    })
    .await
}

#[tokio::test]
async fn nothing_is_dialled_by_another_scheme() {
    let app = App::start();
    for scheme in SCHEMES {
        for member in [
            "token_endpoint",
            "registration_endpoint",
            "jwks_uri",
            "issuer",
        ] {
            let target = metadata_with(member, scheme).await;
            let (_, transcript) = app.run(&target.mcp()).await;
            refused(&transcript, scheme);
        }
        let target = Target::start(move |asked, origin| {
            let mut metadata = prm(origin);
            metadata["authorization_servers"] = json!([scheme]);
            (asked.path == PRM).then(|| json_value(200, &metadata))
        })
        .await;
        refused(&app.run(&target.mcp()).await.1, scheme);
        let challenge = format!("www-authenticate: Bearer resource_metadata=\"{scheme}\"\r\n");
        let target = Target::at("/mcp", response(401, &challenge, "")).await;
        refused(&app.run(&target.mcp()).await.1, scheme);
        let location = format!("location: {scheme}\r\n");
        for path in [PRM, "/authorize"] {
            let target = Target::at(path, response(302, &location, "")).await;
            refused(&app.run(&target.mcp()).await.1, scheme);
        }
    }
    app.is_well().await;
}

/// Whatever was asked for by that address failed before anything was dialled.
fn refused(transcript: &authscope_model::Transcript, scheme: &str) {
    for exchange in &transcript.exchanges {
        let url = exchange.request.url.trim().to_ascii_lowercase();
        if url.starts_with("http://127.0.0.1:") {
            continue;
        }
        assert_eq!(exchange.peer, None, "{scheme}:\n{}", story(transcript));
        if let Some(failure) = exchange.failure() {
            assert!(
                matches!(
                    failure.kind,
                    FailureKind::Url | FailureKind::Guard | FailureKind::Dns
                ),
                "{scheme}: {failure:?}"
            );
        }
    }
}

#[tokio::test]
async fn the_metadata_service_is_not_reached_by_any_way() {
    let app = App::start();
    for address in [
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fd00:ec2::254]/",
        "http://[2002:a9fe:a9fe::]/",
    ] {
        let location = format!("location: {address}\r\n");
        for path in [PRM, AS, "/authorize"] {
            let target = Target::at(path, response(302, &location, "")).await;
            let (_, transcript) = app.run(&target.mcp()).await;
            guarded(&transcript, address);
        }
        let challenge = format!("www-authenticate: Bearer resource_metadata=\"{address}\"\r\n");
        let target = Target::at("/mcp", response(401, &challenge, "")).await;
        guarded(&app.run(&target.mcp()).await.1, address);
        let target = Target::start(move |asked, origin| {
            let mut metadata = as_metadata(origin);
            for member in ["token_endpoint", "registration_endpoint"] {
                metadata[member] = address.into();
            }
            (asked.path == AS).then(|| json_value(200, &metadata))
        })
        .await;
        guarded(&app.run(&target.mcp()).await.1, address);
    }
    app.is_well().await;
}

fn guarded(transcript: &authscope_model::Transcript, address: &str) {
    let away = transcript
        .exchanges
        .iter()
        .filter(|e| !e.request.url.starts_with("http://127.0.0.1:"));
    let mut refused = 0;
    for exchange in away {
        let failure = exchange.failure();
        let failure = failure.unwrap_or_else(|| panic!("{address}:\n{}", story(transcript)));
        assert_eq!(failure.kind, FailureKind::Guard, "{failure:?}");
        assert_eq!(failure.setting.as_deref(), Some("--guard-allow"));
        assert_eq!(exchange.peer, None);
        refused += 1;
    }
    assert!(
        refused > 0,
        "{address} was never asked for:\n{}",
        story(transcript)
    );
}

/// Line breaks as they may come out of JSON and of percent-encoding.
const BREAKS: [&str; 4] = [
    "\r\nx-injected: 1",
    "\nx-injected: 1",
    "%0d%0ax-injected: 1",
    "\r\n\r\nGET /injected HTTP/1.1\r\nhost: x\r\n\r\n",
];

#[tokio::test]
async fn no_string_of_a_server_breaks_into_a_header() {
    let app = App::start();
    for attack in BREAKS {
        for member in [
            "client_id",
            "client_secret",
            "access_token",
            "token_type",
            "scope",
            "issuer",
            "token_endpoint",
            "authorization_endpoint",
            "resource",
            "authorization_servers",
            "mcp-session-id",
            "protocolVersion",
        ] {
            let target =
                Target::start(move |asked, origin| injected(asked, origin, member, attack)).await;
            let (id, transcript) = app.run(&target.mcp()).await;
            for asked in target.asked() {
                assert!(
                    !asked.head.to_ascii_lowercase().contains("\nx-injected"),
                    "{member}: {}",
                    asked.head
                );
                assert_ne!(asked.path, "/injected", "{member}:\n{}", story(&transcript));
            }
            for path in [
                format!("sessions/{id}/authorize"),
                format!("api/sessions/{id}/export/json"),
                format!("api/sessions/{id}/export/html"),
            ] {
                let answer = app.get(&path).await;
                assert!(
                    !answer.headers().contains_key("x-injected"),
                    "{member} at {path}"
                );
            }
        }
    }
    app.is_well().await;
}

fn injected(
    asked: &crate::target::Asked,
    origin: &str,
    member: &str,
    attack: &str,
) -> Option<Vec<Act>> {
    let with = |mut value: Value| {
        let before = value[member].as_str().unwrap_or(origin).to_owned();
        if member == "authorization_servers" {
            value[member] = json!([format!("{origin}{attack}")]);
        } else if value.get(member).is_some() || matches!(member, "client_secret") {
            value[member] = format!("{before}{attack}").into();
        }
        value
    };
    let authorized = asked.head.to_ascii_lowercase().contains("authorization");
    Some(match asked.path.as_str() {
        PRM => json_value(200, &with(prm(origin))),
        AS => json_value(200, &with(as_metadata(origin))),
        "/register" => json_value(201, &with(registered(asked))),
        "/token" => json_value(200, &with(token())),
        "/mcp" if authorized && asked.body.contains("\"initialize\"") => {
            let id = serde_json::from_str::<Value>(&asked.body).ok()?["id"].clone();
            let mut version = "2025-11-25".to_owned();
            if member == "protocolVersion" {
                version.push_str(attack);
            }
            let session = if member == "mcp-session-id" {
                format!(
                    "mcp-session-id: a{}\r\n",
                    attack.replace("\r\n\r\n", "\r\n")
                )
            } else {
                String::new()
            };
            let headers = format!("content-type: application/json\r\n{session}");
            let result = json!({"jsonrpc": "2.0", "id": id, "result": {"protocolVersion": version,
                "capabilities": {}, "serverInfo": {"name": "x", "version": "1"}}});
            response(200, &headers, result.to_string())
        }
        _ => return None,
    })
}
