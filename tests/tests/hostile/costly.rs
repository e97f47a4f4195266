//! Small answers that cost much to read: texts made to send masking, parsing and rules into loops within loops.

use crate::app::App;
use crate::target::{AS, PRM, Target, json_text, response};
use authscope_tests::transcripts::story;
use std::time::{Duration, Instant};

/// Just below what is kept of a body.
const SIZE: usize = 1_000_000;
/// What one run, or judging one, may keep the processor busy: much less when optimised, this much when not.
const MOST: Duration = Duration::from_secs(12);

fn fill(unit: &str) -> String {
    unit.repeat(SIZE / unit.len())
}

/// JSON with a secret of its own in each of many members.
fn many_secrets() -> String {
    let mut text = String::from("[");
    let mut number = 0_u64;
    while text.len() < SIZE {
        text.push_str(&format!(
            "{{\"access_token\":\"secret-number-{number:012}-x\"}},"
        ));
        number += 1;
    }
    text.push_str("1]");
    text
}

/// As many JWTs as fit.
fn many_jwts() -> String {
    let mut text = String::new();
    let mut number = 0_u64;
    while text.len() < SIZE {
        text.push_str(&format!(
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl{number:012}AAAAAAAAAAAAAAAAAAAA "
        ));
        number += 1;
    }
    text
}

async fn costs(app: &App, name: &str, path: &'static str, text: String) {
    let target = Target::at(path, json_text(200, text)).await;
    let before = app.busy();
    let (id, transcript) = app.run(&target.mcp()).await;
    let run = app.busy().saturating_sub(before);
    assert!(
        transcript
            .exchanges
            .iter()
            .any(|e| e.request.url.ends_with(path)),
        "{}",
        story(&transcript)
    );
    let before = app.busy();
    let diagnosis = app.get(&format!("api/sessions/{id}/diagnosis")).await;
    assert_eq!(diagnosis.status(), 200, "{name}");
    let rules = app.busy().saturating_sub(before);
    assert!(
        run < MOST && rules < MOST,
        "{name} at {path}: run {run:?}, rules {rules:?}"
    );
}

#[tokio::test]
async fn texts_that_cost_much_are_read_in_time() {
    let app = App::start();
    let token =
        |value: String| format!("{{\"access_token\":\"{value}\",\"token_type\":\"Bearer\"}}");
    for (name, path, text) in [
        ("many secrets", PRM, many_secrets()),
        ("many JWTs", PRM, many_jwts()),
        ("percent in percent", AS, fill("%2525252525")),
        ("backslashes", PRM, fill("\\")),
        ("entities in entities", AS, fill("&amp;amp;amp;")),
        (
            "marks that look like masks",
            PRM,
            fill("⟨a · 1 chars · #00000"),
        ),
        ("open marks", AS, fill("⟨")),
        ("base64", PRM, fill("QUJDREVGR0hJSktMTU5PUA")),
        ("dots", AS, fill("eyJ.")),
        ("names without values", PRM, fill("access_token=")),
        ("quotes", AS, fill("\"access_token\":\"")),
        ("key blocks", PRM, fill("-----BEGIN PRIVATE KEY-----")),
        ("a long token", "/token", token(fill("a1"))),
        ("a long token of dots", "/token", token(fill("eyJh."))),
        (
            "members with one name",
            PRM,
            format!("{{{}\"b\":1}}", fill("\"a\":1,")),
        ),
        ("user names", PRM, fill("http://a:b@")),
    ] {
        costs(&app, name, path, text).await;
    }
    app.is_well().await;
}

#[tokio::test]
async fn a_challenge_that_costs_much_is_read_in_time() {
    let app = App::start();
    for unit in [
        "Bearer ",
        "a=\"",
        "a=b,",
        "\\\"",
        "Bearer a=b, ",
        ",",
        "Bearer realm=\"\\",
    ] {
        let value = unit.repeat(60_000 / unit.len());
        let headers = format!("www-authenticate: {value}\r\n");
        let target = Target::at("/mcp", response(401, &headers, "")).await;
        let before = app.busy();
        let (_, transcript) = app.run(&target.mcp()).await;
        let run = app.busy().saturating_sub(before);
        assert!(run < MOST, "{unit}: {run:?}");
        assert!(!transcript.exchanges.is_empty(), "{unit}");
    }
    // As many lines as fit into a head.
    let lines = "www-authenticate: Bearer\r\n".repeat(1000);
    let target = Target::at("/mcp", response(401, &lines, "")).await;
    let (_, transcript) = app.run(&target.mcp()).await;
    assert!(!transcript.exchanges.is_empty());
    app.is_well().await;
}

#[tokio::test]
async fn others_are_answered_while_a_costly_text_is_read() {
    let app = App::start();
    let target = Target::at(PRM, json_text(200, many_jwts())).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(app.create(&target.mcp()).await);
    }
    for _ in 0..20 {
        let begin = Instant::now();
        assert_eq!(app.get("healthz").await.status(), 200);
        assert!(
            begin.elapsed() < Duration::from_secs(5),
            "{:?}",
            begin.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for id in ids {
        app.settled(&id).await;
    }
    app.is_well().await;
}
