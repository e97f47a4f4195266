//! The binary under attack: a process with a data folder of its own, asked over HTTP, its memory read from the system.

use authscope_model::Transcript;
use authscope_model::api::{SessionSnapshot, SessionSummary};
use authscope_tests::tools;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a run against a hostile target may take, on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(240);
/// Bytes that the process may ever have held: the flow's bodies are capped, so it is far from what targets send.
const MOST_MEMORY: u64 = 400 << 20;

/// A running authscope.
pub(crate) struct App {
    child: Child,
    /// Its address as it says itself.
    pub(crate) url: String,
    /// Where it is asked: on this machine, whatever its public name.
    local: String,
    /// The cookie of the browser that owns a session.
    owner: Mutex<String>,
    data: TempDir,
    http: reqwest::Client,
}

impl Drop for App {
    fn drop(&mut self) {
        // Gone already when the test found that out by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl App {
    /// Starts it for this machine.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// Starts it with a short limit for each request, for targets that stall.
    pub(crate) fn hurried() -> Self {
        Self::with(&["--timeout", "2"])
    }

    /// Starts it with further arguments of `serve`.
    pub(crate) fn with(args: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let log = File::create(data.path().join("log")).unwrap();
        let mut child = Command::new(tools::authscope().unwrap())
            .args(["--log", "info", "serve", "--listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(data.path().join("data"))
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim().strip_prefix("authscope is ready: ");
        let url = url.unwrap_or_else(|| panic!("{line}")).to_owned();
        Self {
            local: format!("http://127.0.0.1:{}/", listening(child.id())),
            owner: Mutex::default(),
            url,
            child,
            data,
            http: reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
        }
    }

    /// Everything that was logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.data.path().join("log")).unwrap()
    }

    /// A GET, redirects not followed.
    pub(crate) async fn get(&self, path: &str) -> reqwest::Response {
        let sent = self
            .http
            .get(format!("{}{path}", self.local))
            .header("cookie", self.owner.lock().unwrap().clone())
            .send();
        sent.await.unwrap()
    }

    /// A POST of JSON.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> reqwest::Response {
        let sent = self.http.post(format!("{}{path}", self.local)).json(body);
        sent.send().await.unwrap()
    }

    /// A POST of JSON by the browser that made the session of [`App::run_as_owner`].
    pub(crate) async fn post_as_owner(&self, path: &str, body: &Value) -> reqwest::Response {
        let cookie = self.owner.lock().unwrap().clone();
        let sent = self.http.post(format!("{}{path}", self.local)).json(body);
        sent.header("cookie", cookie).send().await.unwrap()
    }

    /// Runs against a target as somebody with a browser of their own.
    pub(crate) async fn run_as_owner(&self, server: &str) -> (String, Transcript) {
        let config = json!({"server_url": server, "follow_redirects": true});
        let body = json!({"config": config, "start": "run"});
        let made = self.post_as_owner("api/sessions", &body).await;
        let cookie = made.headers()["set-cookie"].to_str().unwrap();
        *self.owner.lock().unwrap() = cookie.split(';').next().unwrap().to_owned();
        let id = made.json::<SessionSummary>().await.unwrap().id;
        let transcript = self.settled(&id).await;
        (id, transcript)
    }

    /// Makes a session that runs by itself, redirects of the authorization leg followed.
    pub(crate) async fn create(&self, server: &str) -> String {
        self.create_with(json!({"server_url": server, "follow_redirects": true}))
            .await
    }

    /// Makes a session with these settings and sets it going.
    pub(crate) async fn create_with(&self, config: Value) -> String {
        let body = json!({"config": config, "start": "run"});
        let made = self.post("api/sessions", &body).await;
        assert_eq!(made.status(), 201, "{}", made.text().await.unwrap());
        made.json::<SessionSummary>().await.unwrap().id
    }

    /// The session once nothing goes on in it any more.
    pub(crate) async fn settled(&self, id: &str) -> Transcript {
        let begin = Instant::now();
        // The list is cheap; a snapshot judges the whole session each time.
        while !self.is_at_rest(id).await {
            assert!(
                begin.elapsed() < PATIENCE,
                "session {id} hangs:\n{}",
                self.log()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        loop {
            let answer = self.get(&format!("api/sessions/{id}")).await;
            if answer.status() == 200 {
                let seen: SessionSnapshot = answer.json().await.unwrap();
                return Transcript::from_events(&seen.events);
            }
            assert_eq!(answer.status(), 503, "{}", answer.text().await.unwrap());
            assert!(begin.elapsed() < PATIENCE, "session {id} cannot be read");
        }
    }

    async fn is_at_rest(&self, id: &str) -> bool {
        let list = self.get("api/sessions?limit=500").await;
        let list: Vec<SessionSummary> = list.json().await.unwrap();
        let status = list
            .into_iter()
            .find(|row| row.id == id)
            .map(|row| row.status);
        matches!(status.as_deref(), Some("finished" | "your_turn" | "paused"))
    }

    /// Runs against a target and waits for the end.
    pub(crate) async fn run(&self, server: &str) -> (String, Transcript) {
        let id = self.create(server).await;
        let transcript = self.settled(&id).await;
        (id, transcript)
    }

    /// How long it has kept the processor busy: what others do on this machine does not count.
    pub(crate) fn busy(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // After the name in brackets; the twelfth and thirteenth are ticks of a hundredth of a second.
        let words: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        let ticks: u64 = [11, 12]
            .iter()
            .map(|at| words[*at].parse::<u64>().unwrap())
            .sum();
        Duration::from_millis(ticks * 10)
    }

    /// Checks that it still answers, and that its memory stayed bounded.
    pub(crate) async fn is_well(&self) {
        let begin = Instant::now();
        let healthy = self.get("healthz").await;
        assert_eq!(healthy.status(), 200);
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "/healthz took {:?}",
            begin.elapsed()
        );
        let peak = self.peak();
        assert!(
            peak < MOST_MEMORY,
            "{} MiB were held at the most",
            peak >> 20
        );
        let log = self.log();
        assert!(!log.contains("panicked"), "{log}");
    }

    /// The most memory that the process ever held, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB").trim();
        kib.parse::<u64>().unwrap() * 1024
    }
}

/// The port that a process listens on: what it says may be another, when it has a public URL.
fn listening(process: u32) -> u16 {
    let folder = format!("/proc/{process}/fd");
    let sockets: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter_map(|link| {
            let link = link.to_string_lossy().into_owned();
            Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned())
        })
        .collect();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let port = table.lines().skip(1).find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        // State 0A is LISTEN; the tenth word is the number of the socket.
        let ours = words.get(3) == Some(&"0A")
            && sockets.iter().any(|s| words.get(9) == Some(&s.as_str()));
        let (_, port) = words.get(1)?.split_once(':')?;
        ours.then(|| u16::from_str_radix(port, 16).ok()).flatten()
    });
    port.unwrap()
}
