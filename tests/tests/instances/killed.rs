//! Instances are killed in the middle of flows: others go on within seconds, nothing recorded is lost, and nothing that
//! can be done only once is done twice.

use crate::support::{
    Cluster, Process, Target, Viewer, authorization_url, browser, command, create, free_port,
    sign_in,
};
use authscope_model::config::Grant;
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{EventKind, SessionConfig, StepKind, Transcript};
use authscope_testkit::Random;
use authscope_tests::person::open_page;
use authscope_tests::transcripts::story;
use reqwest::Client;
use serde_json::json;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// A takeover: five seconds until an instance counts as lost, and some for a busy machine.
const SECONDS: Duration = Duration::from_secs(15);

fn is_turn(transcript: &Transcript) -> bool {
    matches!(transcript.status, Status::YourTurn(_))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_request_is_out_and_while_a_person_signs_in() {
    let target = Target::start(Duration::ZERO).await;
    let public_url = format!("http://127.0.0.1:{}/", free_port());
    let cluster = Cluster::new(public_url.clone(), &[]);
    let (a, b, c) = tokio::join!(
        cluster.start(free_port()),
        cluster.start(free_port()),
        cluster.start(free_port())
    );
    let browser = browser();
    target.mcp.open(false);
    let id = create(&browser, &a.base, &target.config()).await;
    let mut viewer = Viewer::connect(&browser, &c.base, &id).await;
    target.mcp.holds_one().await.unwrap();
    let killed = Instant::now();
    a.kill();
    target.mcp.open(true);
    viewer.wait("the person's turn", is_turn).await.unwrap();
    assert!(killed.elapsed() < SECONDS, "{:?}", killed.elapsed());
    // History was not rewritten: the request that was lost is there, and a branch that goes on before it.
    assert_eq!(viewer.transcript.branch, 1, "{}", story(&viewer.transcript));
    assert_eq!(viewer.sent(&[StepKind::Probe]), 2);

    // Whoever runs it now is one of two: the other one takes the callback while that one is being killed.
    let url = authorization_url(&browser, &c.base, &id).await;
    let back = sign_in(&url, &public_url, &c.base).await.unwrap();
    let killed = Instant::now();
    b.kill();
    let (status, page) = open_page(&back).await.unwrap();
    assert_eq!(status, 200, "{page}");
    viewer.end().await.unwrap();
    assert!(killed.elapsed() < SECONDS, "{:?}", killed.elapsed());
    assert!(
        matches!(
            viewer.transcript.status,
            Status::Finished(Ending::Complete, _)
        ),
        "{}",
        story(&viewer.transcript)
    );
    assert_eq!(target.token_requests(), 1);
    drop(c);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_a_code_is_entered_elsewhere_the_polls_go_on() {
    let target = Target::of("device-authorization", Duration::ZERO).await;
    let cluster = Cluster::new(format!("http://127.0.0.1:{}/", free_port()), &[]);
    let (a, b) = tokio::join!(cluster.start(free_port()), cluster.start(free_port()));
    let browser = browser();
    let config = SessionConfig {
        grant: Grant::DeviceCode,
        ..target.config()
    };
    let id = create(&browser, &a.base, &config).await;
    let mut viewer = Viewer::connect(&browser, &b.base, &id).await;
    viewer.wait("the person's turn", is_turn).await.unwrap();
    a.kill();
    // Nobody touches the session, and the code is good at the second poll.
    viewer.end().await.unwrap();
    let status = &viewer.transcript.status;
    let complete = matches!(status, Status::Finished(Ending::Complete, _));
    assert!(complete, "{}", story(&viewer.transcript));
    drop(b);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_goes_down_in_the_middle_of_a_run_and_comes_back() {
    let target = Target::start(Duration::ZERO).await;
    let mut cluster = Cluster::new(format!("http://127.0.0.1:{}/", free_port()), &[]);
    let (a, b) = tokio::join!(cluster.start(free_port()), cluster.start(free_port()));
    let browser = browser();
    target.mcp.open(false);
    let id = create(&browser, &a.base, &target.config()).await;
    target.mcp.holds_one().await.unwrap();
    let before = Viewer::history(&browser, &b.base, &id).await.unwrap();
    cluster.postgres.crash();
    // The answer comes and cannot be recorded.
    target.mcp.open(true);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (status, said) = open_page(&format!("{}readyz", b.base)).await.unwrap();
    assert_eq!(status, 503, "{said}");
    cluster.postgres.start_again().unwrap();

    let end = Instant::now() + SECONDS * 2;
    let after = loop {
        let read = Viewer::history(&browser, &b.base, &id).await;
        let read = read.unwrap_or_default();
        if is_turn(&Transcript::from_events(&read)) {
            break read;
        }
        assert!(
            Instant::now() < end,
            "{}",
            story(&Transcript::from_events(&read))
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(after[..before.len()], before, "history was rewritten");
    let numbers: Vec<u64> = after.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..).take(after.len()).collect::<Vec<_>>());
}

/// Sessions of one round of the loop.
const AT_ONCE: usize = 4;
const ROUNDS: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_every_flow_comes_to_its_end() {
    // Slow enough to be met in the middle of a request.
    let target = Target::start(Duration::from_millis(60)).await;
    let public_url = format!("http://127.0.0.1:{}/", free_port());
    let cluster = Cluster::new(public_url, &[]);
    let mut instances = Vec::new();
    for _ in 0..3 {
        instances.push(cluster.start(free_port()).await);
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut tokens = 0;
    for round in 0..ROUNDS {
        let victim = instances.remove(0);
        tokens += self::round(&cluster, &target, &instances, victim, &mut random, round).await;
        instances.push(cluster.start(free_port()).await);
    }
    assert!(
        target.token_requests() <= tokens,
        "{} requests for tokens, {tokens} recorded",
        target.token_requests()
    );
}

/// Runs sessions on an instance, kills it, and sees them to their ends. Gives how often a token was asked for.
async fn round(
    cluster: &Cluster,
    target: &Target,
    others: &[Process],
    victim: Process,
    random: &mut Random,
    round: u64,
) -> usize {
    let browser = browser();
    let mut flows = Vec::new();
    for turn in 0..AT_ONCE {
        let id = create(&browser, &victim.base, &target.config()).await;
        let other = &others[turn % others.len()];
        let viewer = Viewer::connect(&browser, &other.base, &id).await;
        let flow = Flow {
            browser: browser.clone(),
            public_url: cluster.public_url.clone(),
            base: other.base.clone(),
            id,
        };
        flows.push(tokio::spawn(async move { flow.play(viewer).await }));
        tokio::time::sleep(Duration::from_millis(random.below(120))).await;
    }
    tokio::time::sleep(Duration::from_millis(random.below(900))).await;
    victim.kill();
    let mut tokens = 0;
    for flow in flows {
        let viewer = flow.await.unwrap();
        let viewer = viewer.unwrap_or_else(|error| panic!("round {round}: {error:#}"));
        is_sound(&viewer);
        tokens += viewer.sent(&[StepKind::Token]);
    }
    tokens
}

struct Flow {
    browser: Client,
    public_url: String,
    base: String,
    id: String,
}

impl Flow {
    /// Does what a person does until the run is over, through another instance than the one that is killed.
    async fn play(self, mut viewer: Viewer) -> anyhow::Result<Viewer> {
        let mut retried = 0;
        loop {
            viewer
                .wait("a turn or the end", |t| is_turn(t) || t.is_finished())
                .await?;
            match &viewer.transcript.status {
                Status::Finished(Ending::Complete, _) => return Ok(viewer),
                // A request that is not sent twice was out: the person starts over from the first step.
                Status::Finished(Ending::Incomplete, message) if message.contains("was lost") => {
                    retried += 1;
                    anyhow::ensure!(retried < 4, "{}", story(&viewer.transcript));
                    let retry = json!({"type": "retry", "exchange": 1});
                    let said = command(&self.browser, &self.base, &self.id, retry).await;
                    anyhow::ensure!(said.status() == 204, "{:?}", said.text().await);
                    viewer.wait("the branch", |t| !t.is_finished()).await?;
                }
                Status::YourTurn(_) => self.sign_in(&mut viewer).await?,
                _ => anyhow::bail!("{}", story(&viewer.transcript)),
            }
        }
    }

    async fn sign_in(&self, viewer: &mut Viewer) -> anyhow::Result<()> {
        let url = authorization_url(&self.browser, &self.base, &self.id).await;
        let back = sign_in(&url, &self.public_url, &self.base).await?;
        let (status, page) = open_page(&back).await?;
        anyhow::ensure!(status == 200, "{page}");
        viewer.wait("the callback", |t| !is_turn(t)).await
    }
}

/// Every exchange has one outcome at most, and none was recorded that had not been announced or come in.
fn is_sound(viewer: &Viewer) {
    let mut done = HashSet::new();
    let mut sent = HashSet::new();
    for event in &viewer.events {
        match &event.kind {
            EventKind::Sending { exchange, .. } => assert!(sent.insert(*exchange)),
            EventKind::Exchange { exchange } => assert!(done.insert(exchange.id)),
            _ => {}
        }
    }
    assert!(!sent.is_empty() && !done.is_empty());
}
