//! What a headless run costs beyond the target's own answers.
//!
//! Runs the whole flow against the lab's healthy target, then lets a bare HTTP client send the same requests again, with
//! nothing around them: no recording, no masking, no rules. With `AUTHSCOPE_BIN`, `authscope check` is timed as well, process
//! start included. Meaningful in a release build only: `cargo run --release -p authscope-tests --bin overhead`.

use anyhow::Context as _;
use authscope_lab::{Lab, LabConfig, LogEntry, RunningLab, Side, TargetInfo};
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{Recording, SessionConfig, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::transcripts::story;
use reqwest::redirect::Policy;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// Runs that are timed, and runs before them that are not.
const TIMED: usize = 40;
const WARM: usize = 5;

/// The issue at hand: what a run may cost.
const GOAL: Duration = Duration::from_millis(30);

/// Times of one run.
struct Cost {
    whole: Duration,
    /// Waiting for the first byte of each answer.
    answers: Duration,
}

fn main() -> anyhow::Result<()> {
    // The lab on a thread of its own, so that its work is not in the way of the client's.
    let servers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let lab = servers.block_on(Lab::start_single(LabConfig::default(), "healthy", &[]))?;
    let client = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let report = client.block_on(measure(&lab))?;
    std::io::stdout().write_all(report.as_bytes())?;
    Ok(())
}

async fn measure(lab: &RunningLab) -> anyhow::Result<String> {
    let target = lab
        .target("healthy")
        .context("there is no healthy target")?;
    let mut runs = Vec::new();
    for number in 0..WARM + TIMED {
        lab.clear_log(&target.id);
        let cost = run(target).await?;
        if number >= WARM {
            runs.push(cost);
        }
    }
    let template = lab.log(&target.id);
    let mut floors = Vec::new();
    for number in 0..WARM + TIMED {
        let cost = replay(target, &template).await?;
        if number >= WARM {
            floors.push(cost);
        }
    }
    let beyond = median(
        runs.iter()
            .map(|cost| cost.whole.saturating_sub(cost.answers)),
    );
    let whole = median(runs.iter().map(|cost| cost.whole));
    let floor = median(floors.into_iter());
    let ratio = whole.as_secs_f64() / floor.as_secs_f64();
    let mut report = format!(
        "{} requests, median of {TIMED} runs\n\
         run, engine in process     {}\n\
         of which beyond answers    {}   (goal: {})\n\
         bare client, same requests {}\n\
         ratio to the bare client   {ratio:.1}\n",
        template.len(),
        millis(whole),
        millis(beyond),
        millis(GOAL),
        millis(floor),
    );
    if let Some(binary) = std::env::var_os("AUTHSCOPE_BIN") {
        let runs = processes(&binary, target).await?;
        let process = median(runs.iter().map(|cost| cost.whole));
        let beyond = runs
            .iter()
            .map(|cost| cost.whole.saturating_sub(cost.answers));
        report += &format!(
            "authscope check, process   {}   ({} more than the bare client)\n\
             of which beyond answers    {}   (goal: {})\n",
            millis(process),
            millis(process.saturating_sub(floor)),
            millis(median(beyond)),
            millis(GOAL),
        );
    }
    Ok(report)
}

fn millis(time: Duration) -> String {
    format!("{:6.1} ms", time.as_secs_f64() * 1000.0)
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

async fn run(target: &TargetInfo) -> anyhow::Result<Cost> {
    let start = Instant::now();
    let instance = Instance::start(Options::headless()).await?;
    let transcript = instance
        .finish(SessionConfig::new(target.mcp_url.clone()))
        .await?;
    let whole = start.elapsed();
    anyhow::ensure!(
        matches!(transcript.status, Status::Finished(Ending::Complete, _)),
        "the run is not complete: {}",
        story(&transcript)
    );
    Ok(Cost {
        whole,
        answers: answers(&transcript),
    })
}

fn answers(transcript: &Transcript) -> Duration {
    let waits = transcript
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.timing.wait_us);
    Duration::from_micros(waits.sum())
}

/// Sends the requests of a log again. What the servers make anew takes the place of what they made then.
async fn replay(target: &TargetInfo, template: &[LogEntry]) -> anyhow::Result<Duration> {
    let mut names = Names::of(template);
    let start = Instant::now();
    let http = reqwest::Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()?;
    let mcp_origin = target.mcp_url.trim_end_matches("/mcp");
    for entry in template {
        let origin = match entry.side {
            Side::McpServer => mcp_origin,
            Side::AuthorizationServer => &target.issuer,
        };
        let query = entry.query.as_deref().map(|query| format!("?{query}"));
        let url = format!("{origin}{}{}", entry.path, query.unwrap_or_default());
        let mut request = http.request(entry.method.parse()?, names.now(&url));
        for (name, value) in &entry.headers {
            if !["host", "content-length"].contains(&name.as_str()) {
                request = request.header(name, names.now(value));
            }
        }
        let answer = request.body(names.now(&entry.body)).send().await?;
        anyhow::ensure!(
            answer.status() == entry.status,
            "{} answered {}, not {} as before",
            entry.path,
            answer.status(),
            entry.status
        );
        names.learn(entry, answer).await?;
    }
    Ok(start.elapsed())
}

/// Values that differ between runs: as they were in the log, and as they are now.
struct Names {
    client: (String, String),
    code: (String, String),
    token: (String, String),
    session: (String, String),
}

impl Names {
    fn of(log: &[LogEntry]) -> Self {
        let parameter = |text: &str, name: &str| -> Option<String> {
            let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
        };
        let body = |name: &str| log.iter().find_map(|entry| parameter(&entry.body, name));
        let header = |name: &str| log.iter().find_map(|entry| entry.header(name));
        let was = |value: Option<String>| (value.unwrap_or_default(), String::new());
        Self {
            client: was(body("client_id")),
            code: was(body("code")),
            token: was(header("authorization").map(str::to_owned)),
            session: was(header("mcp-session-id").map(str::to_owned)),
        }
    }

    fn now(&self, text: &str) -> String {
        [&self.client, &self.code, &self.token, &self.session]
            .into_iter()
            .filter(|(was, now)| !was.is_empty() && !now.is_empty())
            .fold(text.to_owned(), |text, (was, now)| text.replace(was, now))
    }

    async fn learn(&mut self, entry: &LogEntry, answer: reqwest::Response) -> anyhow::Result<()> {
        let header = |name: &str| {
            let value = answer
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok());
            value.map(str::to_owned)
        };
        if let Some(id) = header("mcp-session-id") {
            self.session.1 = id;
        }
        if let Some(location) = header("location") {
            let code = location
                .split("code=")
                .nth(1)
                .and_then(|rest| rest.split('&').next());
            self.code.1 = code.context("no code came back")?.to_owned();
        }
        let body = answer.bytes().await?;
        if entry.path.ends_with("/register") {
            let reply: serde_json::Value = serde_json::from_slice(&body)?;
            self.client.1 = reply["client_id"].as_str().unwrap_or_default().to_owned();
        }
        if entry.path.ends_with("/token") {
            let reply: serde_json::Value = serde_json::from_slice(&body)?;
            let token = reply["access_token"].as_str().unwrap_or_default();
            self.token.1 = format!("Bearer {token}");
        }
        Ok(())
    }
}

async fn processes(binary: &std::ffi::OsStr, target: &TargetInfo) -> anyhow::Result<Vec<Cost>> {
    let mut times = Vec::new();
    let file = tempfile::NamedTempFile::new()?;
    for number in 0..WARM + TIMED {
        let start = Instant::now();
        let done = tokio::process::Command::new(binary)
            .args(["check", "--format", "json", &target.mcp_url, "--record"])
            .arg(file.path())
            .output()
            .await?;
        let whole = start.elapsed();
        anyhow::ensure!(
            done.status.success(),
            "authscope check failed: {}",
            String::from_utf8_lossy(&done.stdout)
        );
        let recording = Recording::parse(&std::fs::read_to_string(file.path())?)?;
        if number >= WARM {
            times.push(Cost {
                whole,
                answers: answers(&recording.transcript()),
            });
        }
    }
    Ok(times)
}
