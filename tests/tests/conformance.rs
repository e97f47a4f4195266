//! Ring `conformance`: the official MCP conformance suite.
//!
//! Its fake servers judge `authscope conformance-client`, its authorization server scenarios judge the lab, and its own
//! log of what it saw is compared with our recording. The suite modes of its command line ignore exit codes, so
//! every scenario is a call of its own; a warning fails one as much as a failure does.

#![expect(
    clippy::unwrap_used,
    reason = "what these helpers run into is a failed test"
)]

use authscope_lab::{Lab, LabConfig, RunningLab};
use authscope_model::{Participant, Recording};
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::ports::free_port;
use authscope_tests::tools::{Suite, authscope};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Calls of the suite at the same time.
const AT_ONCE: usize = 3;

/// What the first revision asks of clients.
const V2025_03_26: &[&str] = &[
    "2025-03-26-oauth-metadata-backcompat",
    "2025-03-26-oauth-endpoint-fallback",
];

const V2025_06_18: &[&str] = &[
    "token-endpoint-auth-basic",
    "token-endpoint-auth-post",
    "token-endpoint-auth-none",
];

const V2025_11_25: &[&str] = &[
    "metadata-default",
    "metadata-var1",
    "metadata-var2",
    "metadata-var3",
    "basic-cimd",
    "scope-from-www-authenticate",
    "scope-from-scopes-supported",
    "scope-omitted-when-undefined",
    "scope-step-up",
    "scope-retry-limit",
    "token-endpoint-auth-basic",
    "token-endpoint-auth-post",
    "token-endpoint-auth-none",
    "pre-registration",
];

/// What the last revision asks beyond the one before.
const V2026_07_28: &[&str] = &[
    "resource-mismatch",
    "offline-access-scope",
    "offline-access-not-supported",
    "authorization-server-migration",
    "iss-supported",
    "iss-not-advertised",
    "iss-supported-missing",
    "iss-wrong-issuer",
    "iss-unexpected",
    "iss-normalized",
    "metadata-issuer-mismatch",
];

/// Extensions, which belong to no revision.
const EXTENSIONS: &[&str] = &[
    "client-credentials-jwt",
    "client-credentials-basic",
    "enterprise-managed-authorization",
    "dpop",
    "dpop-nonce",
    "wif-jwt-bearer",
];

/// Every scenario with its revision, none for extensions.
fn scenarios() -> Vec<(&'static str, Option<&'static str>)> {
    let last = [V2025_11_25, V2026_07_28].concat();
    [
        (V2025_03_26, Some("2025-03-26")),
        (V2025_06_18, Some("2025-06-18")),
        (V2025_11_25, Some("2025-11-25")),
        (last.as_slice(), Some("2026-07-28")),
        (EXTENSIONS, None),
    ]
    .into_iter()
    .flat_map(|(names, revision)| names.iter().map(move |name| (*name, revision)))
    .collect()
}

/// One call of the suite with a client.
async fn run_client(
    suite: &Suite,
    client: &str,
    scenario: &str,
    revision: Option<&str>,
    results: &Path,
) -> Output {
    let mut command = suite.command();
    command
        .args(["client", "--timeout", "20000", "--command", client])
        .args(["--scenario", &format!("auth/{scenario}")])
        .arg("--output-dir")
        .arg(results);
    if let Some(revision) = revision {
        command.args(["--spec-version", revision]);
    }
    command.output().await.unwrap()
}

/// What is wrong with a run; nothing when it passed.
fn complaint(output: &Output) -> Option<String> {
    let printed = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (!output.status.success())
        .then(|| format!("{}\n{}", printed(&output.stdout), printed(&output.stderr)))
}

#[tokio::test]
async fn every_client_scenario_passes() {
    let suite = Arc::new(Suite::install().unwrap());
    let client = format!("{} conformance-client", authscope().unwrap().display());
    let results = Arc::new(tempfile::tempdir().unwrap());
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut runs = JoinSet::new();
    for (number, (scenario, revision)) in scenarios().into_iter().enumerate() {
        let (suite, client, results) = (Arc::clone(&suite), client.clone(), Arc::clone(&results));
        let slots = Arc::clone(&slots);
        runs.spawn(async move {
            let _slot = slots.acquire_owned().await.unwrap();
            let folder = results.path().join(number.to_string());
            let output = run_client(&suite, &client, scenario, revision, &folder).await;
            (number, scenario, revision, complaint(&output))
        });
    }
    let mut runs = runs.join_all().await;
    runs.sort_by_key(|(number, ..)| *number);
    let failed = runs
        .iter()
        .filter(|(.., complaint)| complaint.is_some())
        .count();
    let (mut table, mut complaints) = (String::new(), String::new());
    for (_, scenario, revision, complaint) in &runs {
        let (revision, mark) = (
            revision.unwrap_or("extension"),
            if complaint.is_some() {
                "FAILED"
            } else {
                "passed"
            },
        );
        writeln!(table, "{revision:<11} {scenario:<40} {mark}").unwrap();
        if let Some(complaint) = complaint {
            writeln!(complaints, "{scenario} ({revision}):\n{complaint}").unwrap();
        }
    }
    println!("{table}{} of {} passed", runs.len() - failed, runs.len());
    assert_eq!(runs.len(), 50);
    assert_eq!(failed, 0, "{complaints}");
}

/// The files of checks that the suite left in its folder of results.
fn check_files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == "checks.json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The checks of one scenario.
fn checks(folder: &Path) -> Vec<Value> {
    let found = check_files(folder);
    let [file] = found.as_slice() else {
        panic!("{found:?}");
    };
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Method and path of each request that the suite's servers saw, in order.
fn seen(checks: &[Value]) -> Vec<String> {
    let requests = checks.iter().filter(|check| {
        ["incoming-request", "incoming-auth-request"]
            .contains(&check["id"].as_str().unwrap_or_default())
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    requests
        .map(|check| {
            format!(
                "{} {}",
                text(&check["details"]["method"]),
                text(&check["details"]["path"])
            )
        })
        .collect()
}

/// Method and path of each request of a recording that went to a server.
fn recorded(recording: &Recording) -> Vec<String> {
    let transcript = recording.transcript();
    let ours = transcript
        .exchanges
        .iter()
        .filter(|exchange| exchange.from == Participant::Client);
    ours.map(|exchange| {
        let url = url::Url::parse(exchange.request.url.split('?').next().unwrap()).unwrap();
        format!("{} {}", exchange.request.method, url.path())
    })
    .collect()
}

/// What the suite's servers logged is what we recorded: same requests, same order.
#[tokio::test]
async fn the_recording_is_what_the_suite_saw() {
    let suite = Suite::install().unwrap();
    let binary = authscope().unwrap();
    for scenario in ["metadata-default", "metadata-var3", "scope-step-up"] {
        let results = tempfile::tempdir().unwrap();
        let file = results.path().join("recording.json");
        let client = format!(
            "{} check --spec 2025-11-25 --call-tool test-tool --format json --out {} --record {}",
            binary.display(),
            results.path().join("report.json").display(),
            file.display()
        );
        let folder = results.path().join("suite");
        let output = run_client(&suite, &client, scenario, Some("2025-11-25"), &folder).await;
        let recording = std::fs::read_to_string(&file);
        let recording = recording
            .unwrap_or_else(|error| panic!("{scenario}: {error} {:?}", complaint(&output)));
        let recording = Recording::parse(&recording).unwrap();
        let (ours, theirs) = (recorded(&recording), seen(&checks(&folder)));
        assert!(theirs.len() >= 7, "{theirs:?}");
        assert_eq!(ours, theirs, "{scenario}");
    }
}

/// The suite as a client of the lab's authorization server.
async fn judge_the_lab(lab: &RunningLab, more: &[&str]) -> (bool, String) {
    let results = tempfile::tempdir().unwrap();
    let suite = Suite::install().unwrap();
    let target = &lab.targets()[0];
    let port = free_port().unwrap();
    let mut child = suite
        .command()
        .args([
            "authorization",
            "--url",
            &target.issuer,
            "--port",
            &port.to_string(),
        ])
        .args(["--resource", &target.mcp_url])
        .args(more)
        .arg("--output-dir")
        .arg(results.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = String::new();
    let reading = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.starts_with(&target.issuer) {
                sign_in(&line, port).await;
            }
            printed += &line;
            printed.push('\n');
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reading)
        .await
        .unwrap();
    for file in check_files(results.path()) {
        printed += &std::fs::read_to_string(file).unwrap();
    }
    (child.wait().await.unwrap().success(), printed)
}

/// Opens the authorization URL that the suite printed, as the person it waits for.
async fn sign_in(url: &str, port: u16) {
    let person = Person::new("ana", "any", Consent::Allow).unwrap();
    let back = person
        .sign_in(url, &format!("http://127.0.0.1:{port}/callback"))
        .await;
    open_page(&back.unwrap()).await.unwrap();
}

/// Status of each check with an id, as the suite wrote it down.
fn statuses(printed: &str, id: &str) -> Vec<String> {
    let named = format!("\"id\": \"{id}\"");
    let after = printed.split(named.as_str()).skip(1);
    after
        .filter_map(|rest| rest.split("\"status\": \"").nth(1)?.split('"').next())
        .map(str::to_owned)
        .collect()
}

/// Not by `--scenario`: the grant takes its metadata from the scenario before it in the same run.
#[tokio::test]
async fn the_lab_passes_the_authorization_server_scenarios() {
    let lab = lab("healthy").await;
    let (passed, printed) = judge_the_lab(&lab, &["--client-id", "lab-public"]).await;
    assert!(passed, "{printed}");
    for id in ["authorization-server-metadata", "authorization-code-grant"] {
        assert_eq!(statuses(&printed, id), ["SUCCESS"], "{id}:\n{printed}");
    }
    for bad in ["FAILURE", "WARNING", "SKIPPED"] {
        assert!(!printed.contains(bad), "{printed}");
    }
}

/// With a secret, on a target that does not advertise `none`: the suite would use that.
#[tokio::test]
async fn the_lab_passes_the_grant_with_a_secret() {
    let lab = lab("preregistered-only").await;
    let client = [
        "--client-id",
        "lab-confidential",
        "--client-secret",
        "lab-secret",
    ];
    let (_, printed) = judge_the_lab(&lab, &client).await;
    let grant = statuses(&printed, "authorization-code-grant");
    assert_eq!(grant, ["SUCCESS"], "{printed}");
}

async fn lab(preset: &str) -> RunningLab {
    let config = LabConfig::default();
    Lab::start_single(config, preset, &[]).await.unwrap()
}
