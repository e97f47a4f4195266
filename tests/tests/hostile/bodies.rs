//! Bodies that flood, stall, nest, or are not what they say.

use crate::app::App;
use crate::bomb;
use crate::target::{
    AS, Act, PRM, Target, as_metadata, json_text, json_value, prm, response, token,
};
use authscope_model::exchange::{Cut, FailureKind};
use authscope_model::{Exchange, Outcome, Transcript};
use authscope_tests::transcripts::story;
use serde_json::json;
use std::time::Duration;

/// Bytes of a body that are kept.
const CAP: u64 = 1 << 20;
const MEGABYTE: usize = 1_000_000;

/// The exchanges with a path.
fn with<'a>(transcript: &'a Transcript, path: &str) -> Vec<&'a Exchange> {
    let all = transcript.exchanges.iter();
    let found: Vec<_> = all
        .filter(|e| {
            e.request
                .url
                .split('?')
                .next()
                .unwrap_or_default()
                .ends_with(path)
        })
        .collect();
    assert!(
        !found.is_empty(),
        "no request to {path}:\n{}",
        story(transcript)
    );
    found
}

fn cuts(transcript: &Transcript, path: &str) -> Vec<Option<Cut>> {
    let found = with(transcript, path);
    found
        .iter()
        .filter_map(|e| e.response())
        .map(|r| r.body.cut)
        .collect()
}

/// The head of a response without a length.
fn head(status: u16, media: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} x\r\ncontent-type: {media}\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn fifty_megabytes_at_every_endpoint_are_cut_and_said() {
    let app = App::start();
    for path in ["/mcp", PRM, AS, "/register", "/authorize", "/token"] {
        let acts = vec![
            Act::Write(head(200, "application/json")),
            Act::Write(b"{\"a\":\"".to_vec()),
            Act::Repeat(vec![b'x'; MEGABYTE], 50),
        ];
        let target = Target::at(path, acts).await;
        let (_, transcript) = app.run(&target.mcp()).await;
        assert!(
            cuts(&transcript, path).contains(&Some(Cut::Cap)),
            "{path}:\n{}",
            story(&transcript)
        );
        for exchange in with(&transcript, path) {
            let kept = exchange.response().map_or(0, |r| r.body.text.len());
            assert!(kept as u64 <= CAP, "{path}: {kept} bytes kept");
        }
        app.is_well().await;
    }
    eprintln!("at most {} MiB", app.peak() >> 20);
}

#[tokio::test]
async fn twenty_runs_that_flood_at_once_stay_in_bounds() {
    let app = App::start();
    let acts = vec![
        Act::Write(head(200, "application/json")),
        Act::Repeat(vec![b'['; MEGABYTE], 50),
    ];
    let target = Target::at(PRM, acts).await;
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(app.create(&target.mcp()).await);
    }
    for id in ids {
        let transcript = app.settled(&id).await;
        assert!(cuts(&transcript, PRM).contains(&Some(Cut::Cap)));
    }
    app.is_well().await;
    eprintln!("at most {} MiB", app.peak() >> 20);
}

#[tokio::test]
async fn compressed_bombs_are_not_unpacked() {
    let app = App::start();
    for (coding, bytes) in [
        ("gzip", bomb::gzip()),
        ("deflate", bomb::deflate()),
        ("zstd", bomb::zstd()),
        ("br", bomb::brotli()),
    ] {
        let length = bytes.len() as u64;
        for path in [PRM, AS, "/token"] {
            let headers =
                format!("content-type: application/json\r\ncontent-encoding: {coding}\r\n");
            let target = Target::at(path, response(200, &headers, &bytes)).await;
            let (_, transcript) = app.run(&target.mcp()).await;
            let answered = with(&transcript, path)
                .into_iter()
                .filter_map(Exchange::response);
            for answer in answered {
                assert_eq!(answer.body.length, length, "{coding} at {path}");
                assert!(
                    answer.body.text.contains("it is compressed"),
                    "{coding}: {:?}",
                    answer.body
                );
            }
            let found = authscope_rules::diagnose(&transcript);
            assert!(
                found.iter().any(|f| f.rule == "content-encoding-wrong"),
                "{coding} at {path}:\n{}",
                story(&transcript)
            );
        }
    }
    app.is_well().await;
}

/// A flow up to its first authenticated call, which is answered like this.
async fn initialize(app: &App, acts: Vec<Act>) -> Transcript {
    let target = Target::start(move |asked, _| {
        let first = asked.path == "/mcp" && asked.body.contains("\"initialize\"");
        (first && asked.head.to_ascii_lowercase().contains("authorization")).then(|| acts.clone())
    })
    .await;
    app.run(&target.mcp()).await.1
}

#[tokio::test]
async fn an_endless_event_stream_ends() {
    let app = App::hurried();
    let flood = b"data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n".repeat(100);
    for (acts, cut) in [
        (Act::Forever(flood, Duration::ZERO), Cut::Cap),
        (
            Act::Forever(b": still here\n\n".to_vec(), Duration::from_millis(100)),
            Cut::Timeout,
        ),
        (
            Act::Forever(
                b"data: never the end of the line".to_vec(),
                Duration::from_millis(1),
            ),
            Cut::Timeout,
        ),
    ] {
        let transcript =
            initialize(&app, vec![Act::Write(head(200, "text/event-stream")), acts]).await;
        let cuts = cuts(&transcript, "/mcp");
        assert!(
            cuts.contains(&Some(cut)),
            "{cut:?} of {cuts:?}:\n{}",
            story(&transcript)
        );
        app.is_well().await;
    }
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_limit() {
    let app = App::hurried();
    let drip = |byte: u8| Act::Forever(vec![byte], Duration::from_millis(50));
    for path in [PRM, AS, "/token"] {
        let target = Target::at(
            path,
            vec![Act::Write(head(200, "application/json")), drip(b' ')],
        )
        .await;
        let (_, transcript) = app.run(&target.mcp()).await;
        assert!(
            cuts(&transcript, path).contains(&Some(Cut::Timeout)),
            "{}",
            story(&transcript)
        );
    }
    for start in ["", "HTTP/1.1 200 x\r\nx: "] {
        let target = Target::at(PRM, vec![Act::Write(start.into()), drip(b'H')]).await;
        let (_, transcript) = app.run(&target.mcp()).await;
        let failed = with(&transcript, PRM)[0].failure().unwrap().clone();
        assert!(
            matches!(failed.kind, FailureKind::Timeout | FailureKind::Http),
            "{failed:?}"
        );
        assert!(
            failed.message.contains("--timeout") || failed.message.contains("not HTTP"),
            "{failed:?}"
        );
    }
    app.is_well().await;
}

#[tokio::test]
async fn deep_json_is_refused_in_words_and_nothing_overflows() {
    let app = App::start();
    let deep = "[".repeat(900_000);
    let object = "{\"a\":".repeat(180_000);
    let closed = format!("{}{}", "[".repeat(400_000), "]".repeat(400_000));
    for path in [PRM, AS, "/register", "/token"] {
        for text in [&deep, &object, &closed] {
            let status = if path == "/register" { 201 } else { 200 };
            let target = Target::at(path, json_text(status, text)).await;
            let (id, transcript) = app.run(&target.mcp()).await;
            let answered = with(&transcript, path)[0].response().unwrap();
            assert_eq!(answered.body.text.len(), text.len());
            for format in ["json", "har", "html", "markdown", "svg", "mermaid"] {
                let file = app.get(&format!("api/sessions/{id}/export/{format}")).await;
                assert_eq!(file.status(), 200, "{path} {format}");
            }
        }
    }
    let transcript = initialize(&app, json_text(200, &deep)).await;
    assert!(transcript.is_finished() || !transcript.exchanges.is_empty());
    app.is_well().await;
}

#[tokio::test]
async fn ten_thousand_scopes_are_read() {
    let app = App::start();
    let scopes: Vec<String> = (0..10_000).map(|n| format!("s{n}")).collect();
    let many = scopes.clone();
    let target = Target::start(move |asked, origin| {
        Some(match asked.path.as_str() {
            PRM => {
                let mut value = prm(origin);
                value["scopes_supported"] = json!(many);
                json_value(200, &value)
            }
            AS => {
                let mut value = as_metadata(origin);
                value["scopes_supported"] = json!(many);
                json_value(200, &value)
            }
            "/token" => {
                let mut value = token();
                value["scope"] = many.join(" ").into();
                json_value(200, &value)
            }
            _ => return None,
        })
    })
    .await;
    let (id, transcript) = app.run(&target.mcp()).await;
    assert!(transcript.is_finished(), "{}", story(&transcript));
    let diagnosis = app.get(&format!("api/sessions/{id}/diagnosis")).await;
    assert_eq!(diagnosis.status(), 200);
    // In a header they do not fit, which is said as such.
    let challenge = format!(
        "www-authenticate: Bearer scope=\"{}\"\r\n",
        scopes.join(" ")
    );
    let target = Target::at("/mcp", response(401, &challenge, "")).await;
    let (_, transcript) = app.run(&target.mcp()).await;
    let first = &transcript.exchanges[0];
    match &first.outcome {
        Outcome::Response(response) => assert!(
            response
                .header("www-authenticate")
                .unwrap()
                .contains("s9999")
        ),
        Outcome::Failed(failure) => assert!(failure.message.contains("64 KiB"), "{failure:?}"),
        Outcome::Unseen => panic!("{first:?}"),
    }
    app.is_well().await;
}

#[tokio::test]
async fn nul_and_invalid_utf_8_are_kept_or_named() {
    let app = App::start();
    let mut latin =
        b"{\"resource\":\"caf\xe9\",\"authorization_servers\":[\"http://\xff\xfe/\"]}".to_vec();
    for body in [
        latin.clone(),
        b"{\"resource\":\"a\0b\"}".to_vec(),
        br#"{"resource":"a\u0000b","authorization_servers":["http://127.0.0.1\u0000.example/"]}"#
            .to_vec(),
        br#"{"resource":"\ud800","authorization_servers":["\udfff"]}"#.to_vec(),
        vec![0; 5000],
        vec![0xff; 5000],
        std::mem::take(&mut latin).repeat(1000),
    ] {
        let length = body.len() as u64;
        let target = Target::at(PRM, json_text(200, &body)).await;
        let (id, transcript) = app.run(&target.mcp()).await;
        let answered = with(&transcript, PRM)[0].response().unwrap();
        assert_eq!(answered.body.length, length);
        let kept = answered.body.base64.is_some() || !answered.body.text.is_empty();
        assert!(kept, "{:?}", answered.body);
        let exported = app.get(&format!("api/sessions/{id}/export/json")).await;
        assert_eq!(exported.status(), 200);
    }
    let odd = "www-authenticate: Bearer realm=\"\0\u{1}\"\r\nx-\u{ff}: \u{fe}\r\n";
    let mut bytes = format!("HTTP/1.1 401 x\r\n{odd}content-length: 0\r\n\r\n").into_bytes();
    bytes.insert(20, 0xff);
    let target = Target::at("/mcp", vec![Act::Write(bytes)]).await;
    let (_, transcript) = app.run(&target.mcp()).await;
    assert!(!transcript.exchanges.is_empty(), "{}", story(&transcript));
    app.is_well().await;
}
