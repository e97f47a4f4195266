//! The binary as people and supervisors run it: it says where it is, keeps what it has, and ends politely.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use authscope_lab::{Lab, LabConfig, RunningLab};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn authscope(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authscope"));
    command.args(args).env_remove("AUTHSCOPE_KEY");
    command
}

fn output(args: &[&str]) -> Output {
    authscope(args).output().unwrap()
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A running `authscope serve`.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts and waits for the line that says it is ready.
    fn start(data: &Path, listen: &str) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(data.join("test.log"))
            .unwrap();
        let path = data.to_str().unwrap();
        let mut child = authscope(&["serve", "--listen", listen, "--data", path])
            .env("AUTHSCOPE_LOG", "debug")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.as_mut().unwrap());
        out.read_line(&mut line).unwrap();
        let Some(url) = line.trim().strip_prefix("authscope is ready: ") else {
            let said = std::fs::read_to_string(data.join("test.log")).unwrap();
            panic!("not ready: {line:?} {said:?}");
        };
        Self {
            url: url.to_owned(),
            child,
        }
    }

    fn listen(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// Sends a signal and waits for the end; the exit code, when it ended by itself.
    fn end(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended when the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn lab() -> RunningLab {
    Lab::start_single(LabConfig::default(), "healthy", &[])
        .await
        .unwrap()
}

async fn create(server: &Server, target: &str) -> String {
    let body = json!({"config": {"server_url": target}, "start": "run"});
    let made = reqwest::Client::new()
        .post(format!("{}api/sessions", server.url))
        .json(&body)
        .send();
    let summary: Value = made
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .json()
        .await
        .unwrap();
    summary["id"].as_str().unwrap().to_owned()
}

/// Reads the session's stream until an event of this type came.
async fn wait_for(server: &Server, id: &str, kind: &str) {
    let url = format!("{}api/sessions/{id}/events", server.url);
    let mut stream = reqwest::get(url).await.unwrap().error_for_status().unwrap();
    let wanted = format!("\"kind\":{{\"type\":\"{kind}\"");
    let mut seen = String::new();
    while !seen.contains(&wanted) {
        let bytes = stream.chunk().await.unwrap();
        let bytes = bytes.unwrap_or_else(|| panic!("the stream ended without {kind}: {seen}"));
        seen.push_str(&String::from_utf8_lossy(&bytes));
    }
}

async fn snapshot(server: &Server, id: &str) -> Value {
    let url = format!("{}api/sessions/{id}", server.url);
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

/// What a browser does: to the provider, which consents by itself, and back to the callback.
async fn sign_in(server: &Server, id: &str) -> reqwest::Response {
    let url = format!("{}sessions/{id}/authorize", server.url);
    reqwest::get(url).await.unwrap()
}

async fn goes_on_after(signal: &str) {
    let lab = lab().await;
    let target = lab.targets()[0].mcp_url.clone();
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), "127.0.0.1:0");
    let listen = server.listen().to_owned();
    let id = create(&server, &target).await;
    wait_for(&server, &id, "your_turn").await;
    let before = snapshot(&server, &id).await;
    server.end(signal);

    let server = Server::start(data.path(), &listen);
    let after = snapshot(&server, &id).await;
    assert_eq!(after, before);
    let page = sign_in(&server, &id).await;
    assert_eq!(page.status(), 200, "{}", page.text().await.unwrap());
    wait_for(&server, &id, "finished").await;
    let done = snapshot(&server, &id).await;
    assert_eq!(done["summary"]["status"], "finished");
    assert_eq!(done["summary"]["failures"], 0, "{:#}", done["findings"]);
    let kept = before["events"].as_array().unwrap();
    assert_eq!(&done["events"].as_array().unwrap()[..kept.len()], kept);
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_goes_on_after_a_restart() {
    goes_on_after("-TERM").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_goes_on_after_the_process_was_killed() {
    goes_on_after("-KILL").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_goes_on_from_a_backup_in_another_folder() {
    let lab = lab().await;
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), "127.0.0.1:0");
    let listen = server.listen().to_owned();
    let id = create(&server, &lab.targets()[0].mcp_url).await;
    wait_for(&server, &id, "your_turn").await;
    let before = snapshot(&server, &id).await;
    let file = data.path().join("copy");
    let line = ["backup", file.to_str().unwrap(), "--data"];
    let made = output(&[&line[..], &[data.path().to_str().unwrap()]].concat());
    let said = words(&made.stdout) + &words(&made.stderr);
    assert!(made.status.success(), "{said}");
    assert!(said.contains("authscope.key"), "{said}");
    server.end("-KILL");

    let restored = tempfile::tempdir().unwrap();
    std::fs::rename(&file, restored.path().join("authscope.db")).unwrap();
    let key = "authscope.key";
    std::fs::copy(data.path().join(key), restored.path().join(key)).unwrap();
    let server = Server::start(restored.path(), &listen);
    assert_eq!(snapshot(&server, &id).await, before);
    sign_in(&server, &id).await;
    wait_for(&server, &id, "finished").await;
    lab.shutdown().await;
}

/// One request as a browser that follows nothing makes it.
async fn hop(url: &str) -> reqwest::Response {
    let none = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().redirect(none).build().unwrap();
    client.get(url).send().await.unwrap()
}

fn location(response: &reqwest::Response) -> String {
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_callback_takes_one_answer_and_tells_about_the_others() {
    let lab = lab().await;
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), "127.0.0.1:0");
    let id = create(&server, &lab.targets()[0].mcp_url).await;
    wait_for(&server, &id, "your_turn").await;
    let provider = location(&hop(&format!("{}sessions/{id}/authorize", server.url)).await);
    let callback = location(&hop(&provider).await);
    assert!(
        callback.starts_with(&format!("{}oauth/callback?", server.url)),
        "{callback}"
    );

    let altered = hop(&format!(
        "{}oauth/callback?code=x&state=altered",
        server.url
    ))
    .await;
    assert_eq!(altered.status(), 400);
    let first = hop(&callback).await;
    assert_eq!(first.status(), 200);
    let page = first.text().await.unwrap();
    assert!(page.contains(&format!("href=\"/sessions/{id}\"")), "{page}");
    wait_for(&server, &id, "finished").await;
    let second = hop(&callback).await;
    assert_eq!(second.status(), 400);
    let page = second.text().await.unwrap();
    assert!(page.contains("This response was not used"), "{page}");

    // Each of them is in the recording.
    let recorded = snapshot(&server, &id).await;
    let events = recorded["events"].as_array().unwrap();
    let callbacks = events
        .iter()
        .filter(|event| event["kind"]["exchange"]["step"] == "callback");
    assert_eq!(callbacks.count(), 3);
    // The code is neither there nor in any file nor in the log.
    let code = callback.split("code=").nth(1).unwrap();
    let code = code.split('&').next().unwrap();
    assert!(code.len() > 10, "{callback}");
    assert!(!recorded.to_string().contains(code));
    let files = std::fs::read_dir(data.path()).unwrap();
    let mut logged = false;
    for file in files {
        let path = file.unwrap().path();
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        assert!(!text.contains(code), "{}", path.display());
        logged |= text.contains("route=\"/oauth/callback\"");
    }
    assert!(logged, "the search looks at the log");
    lab.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn supervisors_are_answered() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), "127.0.0.1:0");
    let listen = server.listen().to_owned();
    let healthy = output(&["healthcheck", "--listen", &listen]);
    assert!(healthy.status.success(), "{}", words(&healthy.stderr));
    assert_eq!(server.end("-TERM"), Some(0));
    let gone = output(&["healthcheck", "--listen", &listen]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(
        words(&gone.stderr).contains(&listen),
        "{}",
        words(&gone.stderr)
    );
}

#[test]
fn two_servers_do_not_share_a_folder() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), "127.0.0.1:0");
    let path = data.path().to_str().unwrap();
    let second = output(&["serve", "--listen", "127.0.0.1:0", "--data", path]);
    assert_eq!(second.status.code(), Some(2));
    let said = words(&second.stderr);
    assert!(said.contains("another authscope is using it"), "{said}");
    assert_eq!(server.end("-INT"), Some(0));
}

#[test]
fn wrong_settings_are_told_before_anything_starts() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("unused");
    let path = path.to_str().unwrap();
    for (args, reason) in [
        (vec!["--listen", "0.0.0.0:0"], "--public-url"),
        (vec!["--public-url", "ftp://x/"], "scheme must be https"),
        (vec!["--ui-dir", "/nowhere/at/all"], "no such folder"),
        (vec!["--guard", "open"], "not a guard mode"),
        (vec!["--retain-live", "1w"], "a number and s, m, h or d"),
        (
            vec!["--cacert", "/nowhere.pem"],
            "read --cacert /nowhere.pem",
        ),
    ] {
        let mut line = vec!["serve", "--data", path];
        if !args.contains(&"--listen") {
            line.extend(["--listen", "127.0.0.1:0"]);
        }
        line.extend(&args);
        let ended = output(&line);
        let said = words(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(reason), "{args:?}: {said}");
        assert!(!Path::new(path).exists(), "{args:?}");
    }
}

#[test]
fn the_lab_is_listed() {
    let listed = output(&["lab", "--list"]);
    assert!(listed.status.success());
    let text = words(&listed.stdout);
    assert!(text.contains("\n  healthy "), "{text}");
}
