//! `replay` and `export` of recordings and HAR files, as a person runs them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

const HAR: &str = r#"{"log":{"version":"1.2","creator":{"name":"Firefox","version":"140"},"entries":[
{"startedDateTime":"2026-07-01T12:00:00.000Z","time":5,"request":{"method":"POST","url":"https://mcp.example/mcp","httpVersion":"HTTP/1.1","cookies":[],"headers":[{"name":"Content-Type","value":"application/json"},{"name":"Cookie","value":"sid=canary-4815162342"}],"queryString":[],"headersSize":-1,"bodySize":-1,"postData":{"mimeType":"application/json","text":"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}"}},
"response":{"status":401,"statusText":"Unauthorized","httpVersion":"HTTP/1.1","cookies":[],"headers":[],"content":{"size":0,"mimeType":"x-unknown"},"redirectURL":"","headersSize":-1,"bodySize":0},"cache":{},"timings":{"send":0,"wait":5,"receive":0}}]}}"#;

fn authscope(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authscope"));
    command.current_dir(folder).args(args).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_har_file_is_judged_and_written_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("flow.har"), HAR).unwrap();
    let report = authscope(folder.path(), &["analyse", "flow.har"]);
    assert_eq!(report.status.code(), Some(3), "{}", out(&report));
    assert!(
        out(&report).contains("WWW-Authenticate"),
        "{}",
        out(&report)
    );
    for (format, begins) in [
        ("json", "{"),
        ("har", "{"),
        ("mermaid", "sequenceDiagram"),
        ("svg", "<svg "),
        ("markdown", "# MCP authorization"),
        ("html", "<!doctype html>"),
    ] {
        let written = authscope(folder.path(), &["export", "flow.har", "--format", format]);
        assert_eq!(written.status.code(), Some(0), "{format}");
        assert!(out(&written).starts_with(begins), "{format}");
        assert!(!out(&written).contains("canary-4815162342"), "{format}");
    }
    let kept = authscope(
        folder.path(),
        &["export", "flow.har", "--format", "json", "--out", "r.json"],
    );
    assert_eq!((kept.status.code(), out(&kept).as_str()), (Some(0), ""));
    let again = authscope(folder.path(), &["replay", "r.json"]);
    assert_eq!(out(&again), out(&report));
}

/// A server that takes connections and never answers: the run ends by its own limit and says so. What the probes may
/// do is said before anything is sent.
#[test]
fn a_run_ends_within_the_limit_it_states() {
    let folder = tempfile::tempdir().unwrap();
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mcp", silent.local_addr().unwrap());
    let limit = ["--time-limit", "1", "--timeout", "60"];
    let mut args = vec!["check", &url, "--format", "json", "--probe"];
    args.extend(limit);
    let started = std::time::Instant::now();
    let stopped = authscope(folder.path(), &args);
    assert!(started.elapsed().as_secs() < 30);
    assert_eq!(stopped.status.code(), Some(3), "{}", out(&stopped));
    let report: serde_json::Value = serde_json::from_str(&out(&stopped)).unwrap();
    assert_eq!(report["ending"], "stopped");
    let message = report["message"].as_str().unwrap_or_default();
    assert!(message.contains("1 seconds") && message.contains("--time-limit"));
    let words = String::from_utf8(stopped.stderr).unwrap();
    assert!(words.contains("garbage-token"), "{words}");
    assert!(words.contains("Revoke it afterwards"), "{words}");
}

#[test]
fn what_cannot_be_opened_is_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("page.har"), "<html>").unwrap();
    let refused = authscope(folder.path(), &["replay", "page.har"]);
    assert_eq!(refused.status.code(), Some(2));
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(
        words.contains("page.har") && words.contains("not JSON"),
        "{words}"
    );
}
