//! `authscope check`: what a person at the terminal is told beside the report.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use authscope_lab::{Lab, LabConfig};
use serde_json::Value;
use support::{authscope, words};

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_device_is_told_beside_the_report() {
    let lab = Lab::start_single(LabConfig::default(), "device-authorization", &[])
        .await
        .unwrap();
    let url = lab.targets()[0].mcp_url.clone();
    let run = tokio::task::block_in_place(|| {
        authscope(&["check", &url, "--grant", "device-code", "--format", "json"])
    });
    let said = words(&run.stderr);
    let code = said.split(" and enter ").nth(1).unwrap();
    assert!(code.get(4..5) == Some("-"), "{said}");
    assert_eq!(said.matches(" and enter ").count(), 1, "once: {said}");
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(report["verdict"], "pass", "{report:#}");
    lab.shutdown().await;
}

#[test]
fn a_document_out_of_reach_is_told_before_the_run() {
    // Nothing answers there; the run is over at once.
    let base = [
        "check",
        "http://192.0.2.1:9/mcp",
        "--timeout",
        "1",
        "--client-metadata-url",
        "https://localhost:8443/client.json",
    ];
    let said = words(&authscope(&base).stderr);
    assert!(said.starts_with("warning: The client document"), "{said}");
    for way in ["--public-url", "dynamic registration", "registered client"] {
        assert!(said.contains(way), "{said}");
    }
    let other = [&base[..], &["--registration", "dcr"]].concat();
    assert_eq!(words(&authscope(&other).stderr), "");
}
