//! Several `authscope serve` on one PostgreSQL database, a lab to debug, and somebody who watches.

use anyhow::{Context as _, bail, ensure};
use authscope_lab::{Lab, LabConfig, PublicBase, RunningLab};
use authscope_model::{Event, EventKind, SessionConfig, Transcript};
use authscope_testkit::postgres::Postgres;
use authscope_tests::gate::Gate;
use authscope_tests::transcripts::story;
use authscope_tests::{golden, person, ports};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take, a takeover included.
const LIMIT: Duration = Duration::from_secs(40);

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    ports::free_port().unwrap()
}

/// The binary that is tested.
fn binary() -> PathBuf {
    authscope_tests::tools::authscope().unwrap()
}

/// The instances and what they share.
pub(crate) struct Cluster {
    pub(crate) postgres: Postgres,
    pub(crate) address: String,
    pub(crate) public_url: String,
    pub(crate) folder: TempDir,
    arguments: Vec<String>,
}

impl Cluster {
    /// A database, and the address under which all instances are to be reached.
    pub(crate) fn new(public_url: String, arguments: &[&str]) -> Self {
        let postgres = Postgres::start().unwrap();
        let address = postgres.database().unwrap();
        Self {
            postgres,
            address,
            public_url,
            folder: tempfile::tempdir().unwrap(),
            arguments: arguments.iter().map(|&a| a.to_owned()).collect(),
        }
    }

    /// Starts an instance on a port and waits until it is ready.
    pub(crate) async fn start(&self, port: u16) -> Process {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join(format!("{port}.log")))
            .unwrap();
        let mut command = Command::new(binary());
        command
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(["--public-url", &self.public_url])
            .args(&self.arguments)
            .env("AUTHSCOPE_STORE", &self.address)
            .env("AUTHSCOPE_KEY", "5a".repeat(32))
            .env("AUTHSCOPE_LOG", "debug")
            .stdout(Stdio::null())
            .stderr(log);
        let process = Process {
            child: command.spawn().unwrap(),
            base: format!("http://127.0.0.1:{port}/"),
        };
        let ready = async {
            while !process.is_ready().await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(LIMIT, ready).await;
        assert!(waited.is_ok(), "not ready: {}", self.log(port));
        process
    }

    /// What an instance has logged.
    pub(crate) fn log(&self, port: u16) -> String {
        let path = self.folder.path().join(format!("{port}.log"));
        std::fs::read_to_string(path).unwrap_or_default()
    }
}

/// A running instance.
pub(crate) struct Process {
    child: Child,
    pub(crate) base: String,
}

impl Process {
    async fn is_ready(&self) -> bool {
        let answer = person::open_page(&format!("{}readyz", self.base)).await;
        answer.is_ok_and(|(status, _)| status == 200)
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A healthy target behind gates: requests to it can be slow, or held.
pub(crate) struct Target {
    pub(crate) lab: RunningLab,
    name: &'static str,
    pub(crate) mcp: Gate,
    _authorization: Gate,
}

impl Target {
    pub(crate) async fn start(delay: Duration) -> Self {
        Self::of("healthy", delay).await
    }

    /// A target of the lab by its name.
    pub(crate) async fn of(name: &'static str, delay: Duration) -> Self {
        let [mcp, authorization] =
            [free_port(), free_port()].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        let gates = (
            Gate::start(mcp, delay).await.unwrap(),
            Gate::start(authorization, delay).await.unwrap(),
        );
        let config = LabConfig {
            authorization_listen: Some(authorization),
            public: Some(PublicBase {
                mcp: gates.0.origin(),
                authorization: gates.1.origin(),
            }),
            ..LabConfig::on(mcp)
        };
        Self {
            lab: Lab::start_single(config, name, &[]).await.unwrap(),
            name,
            mcp: gates.0,
            _authorization: gates.1,
        }
    }

    pub(crate) fn config(&self) -> SessionConfig {
        SessionConfig::new(self.lab.target(self.name).unwrap().mcp_url.clone())
    }

    /// How often the authorization server was asked for a token.
    pub(crate) fn token_requests(&self) -> usize {
        let log = self.lab.log(self.name);
        let tokens = log
            .iter()
            .filter(|entry| entry.method == "POST" && entry.body.contains("grant_type="));
        tokens.count()
    }
}

/// A browser: keeps cookies, follows nothing.
pub(crate) fn browser() -> Client {
    Client::builder()
        .cookie_store(true)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// Makes a session through an instance and sets it going.
pub(crate) async fn create(browser: &Client, base: &str, config: &SessionConfig) -> String {
    let body = json!({"config": config, "start": "run"});
    let made = browser
        .post(format!("{base}api/sessions"))
        .json(&body)
        .send();
    let made = made.await.unwrap();
    assert_eq!(made.status(), 201, "{:?}", made.text().await);
    let summary: Value = made.json().await.unwrap();
    summary["id"].as_str().unwrap().to_owned()
}

/// Gives a command through an instance.
pub(crate) async fn command(browser: &Client, base: &str, id: &str, command: Value) -> Response {
    let url = format!("{base}api/sessions/{id}/commands");
    browser.post(url).json(&command).send().await.unwrap()
}

/// The address a person is sent to, asked of an instance.
pub(crate) async fn authorization_url(browser: &Client, base: &str, id: &str) -> String {
    let url = format!("{base}sessions/{id}/authorize");
    let answer = browser.get(url).send().await.unwrap();
    let location = answer.headers().get("location").cloned();
    let Some(location) = location else {
        panic!("no redirect: {} {:?}", answer.status(), answer.text().await);
    };
    location.to_str().unwrap().to_owned()
}

/// Signs in and gives the address the browser is sent back to, but at another instance.
pub(crate) async fn sign_in(url: &str, public_url: &str, base: &str) -> anyhow::Result<String> {
    let person = person::Person::new("ana", "any", person::Consent::Allow)?;
    let callback = format!("{public_url}oauth/callback");
    let back = person.sign_in(url, &callback).await?;
    Ok(back.replacen(public_url, base, 1))
}

/// A message of a stream.
enum Message {
    Event(Box<Event>),
    Presence(Value),
    Gone,
}

impl Message {
    /// Reads one; `None` for those that only keep the connection.
    fn read(text: &str) -> anyhow::Result<Option<Self>> {
        let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let data = value("data: ").unwrap_or_default();
        Ok(match (value("event: "), value("id: ")) {
            (Some("presence"), _) => Some(Self::Presence(serde_json::from_str(data)?)),
            (Some("gone"), _) => Some(Self::Gone),
            (_, Some(_)) => Some(Self::Event(Box::new(serde_json::from_str(data)?))),
            _ => None,
        })
    }
}

/// Somebody who watches a session through an instance.
pub(crate) struct Viewer {
    stream: Response,
    buffer: String,
    pub(crate) events: Vec<Event>,
    pub(crate) transcript: Transcript,
}

impl Viewer {
    pub(crate) async fn connect(browser: &Client, base: &str, id: &str) -> Self {
        let url = format!("{base}api/sessions/{id}/events");
        let stream = browser.get(url).send().await.unwrap();
        assert_eq!(stream.status(), 200);
        Self {
            stream,
            buffer: String::new(),
            events: Vec::new(),
            transcript: Transcript::default(),
        }
    }

    /// What there is of a session now.
    pub(crate) async fn history(
        browser: &Client,
        base: &str,
        id: &str,
    ) -> anyhow::Result<Vec<Event>> {
        let url = format!("{base}api/sessions/{id}");
        let snapshot = browser.get(url).send().await?.error_for_status()?;
        let snapshot: Value = snapshot.json().await?;
        Ok(serde_json::from_value(snapshot["events"].clone())?)
    }

    /// Reads on until the recording fits. Numbers go up by one, always.
    pub(crate) async fn wait(
        &mut self,
        what: &str,
        fits: impl Fn(&Transcript) -> bool,
    ) -> anyhow::Result<()> {
        let reading = async {
            while !fits(&self.transcript) {
                let event = self.next().await?;
                ensure!(
                    event.seq == self.transcript.last_seq + 1,
                    "{} after {}",
                    event.seq,
                    self.transcript.last_seq
                );
                self.transcript.apply(&event);
                self.events.push(event);
            }
            anyhow::Ok(())
        };
        let read = tokio::time::timeout(LIMIT, reading).await;
        match read {
            Ok(read) => read,
            Err(_) => bail!(
                "{what} did not come; this did:\n{}",
                story(&self.transcript)
            ),
        }
    }

    /// Waits for the end of the run.
    pub(crate) async fn end(&mut self) -> anyhow::Result<()> {
        self.wait("the end", Transcript::is_finished).await
    }

    /// Reads on until who is there fits.
    pub(crate) async fn presence(
        &mut self,
        what: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<()> {
        let mut last = Value::Null;
        let reading = async {
            while !fits(&last) {
                if let Message::Presence(presence) = self.message().await? {
                    last = presence;
                }
            }
            anyhow::Ok(())
        };
        let read = tokio::time::timeout(LIMIT, reading).await;
        read.with_context(|| format!("{what} did not come"))?
    }

    /// Reads on until the server says that there is no more to come.
    pub(crate) async fn gone(&mut self) -> anyhow::Result<()> {
        let reading = async {
            while !matches!(self.message().await?, Message::Gone) {}
            Ok(())
        };
        tokio::time::timeout(LIMIT, reading).await?
    }

    async fn next(&mut self) -> anyhow::Result<Event> {
        loop {
            if let Message::Event(event) = self.message().await? {
                return Ok(*event);
            }
        }
    }

    async fn message(&mut self) -> anyhow::Result<Message> {
        loop {
            while let Some((message, rest)) = self.buffer.split_once("\n\n") {
                let message = Message::read(message);
                self.buffer = rest.to_owned();
                if let Some(message) = message? {
                    return Ok(message);
                }
            }
            let bytes = self.stream.chunk().await?;
            let bytes = bytes.context("the stream ended")?;
            self.buffer.push_str(std::str::from_utf8(&bytes)?);
        }
    }

    /// Requests of a kind that were sent, as far as the recording says.
    pub(crate) fn sent(&self, kinds: &[authscope_model::StepKind]) -> usize {
        let sent = self.events.iter().filter(
            |event| matches!(&event.kind, EventKind::Sending { step, .. } if kinds.contains(step)),
        );
        sent.count()
    }
}

/// A file of the repository.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(golden::root().join(path)).unwrap()
}
