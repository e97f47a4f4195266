//! Run, step, stop and retry.

use crate::support::{config, single};
use authscope_engine::EngineError;
use authscope_lab::{RunningLab, TargetInfo};
use authscope_model::api::Command;
use authscope_model::event::{Ending, Mode};
use authscope_model::exchange::FailureKind;
use authscope_model::transcript::Status;
use authscope_model::{SessionConfig, StepKind, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::transcripts::story;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

const fn is_at_rest(transcript: &Transcript) -> bool {
    matches!(
        transcript.status,
        Status::Paused { .. } | Status::YourTurn(_) | Status::Finished(..)
    )
}

/// One step: the command, and the session at rest again.
async fn step(instance: &Instance, id: &str) -> Transcript {
    let before = instance.transcript(id).await.unwrap().last_seq;
    instance.command(id, Command::Step).await.unwrap();
    instance
        .wait(id, "the end of the step", |transcript| {
            transcript.last_seq > before && is_at_rest(transcript)
        })
        .await
        .unwrap()
}

/// What both sides have seen so far.
fn counts(lab: &RunningLab, target: &TargetInfo, transcript: &Transcript) -> (usize, usize) {
    (transcript.exchanges.len(), lab.log(&target.id).len())
}

#[tokio::test]
async fn a_step_is_exactly_one_exchange() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = Instance::start(Options::with_a_person()).await.unwrap();
    let id = instance.engine.create(config(&target), None).await.unwrap();
    assert_eq!(
        instance.transcript(&id).await.unwrap().status,
        Status::Ready
    );
    for expected in 1..=4 {
        let transcript = step(&instance, &id).await;
        assert_eq!(counts(&lab, &target, &transcript), (expected, expected));
    }
    let transcript = step(&instance, &id).await;
    assert!(
        matches!(transcript.status, Status::YourTurn(_)),
        "{}",
        story(&transcript)
    );
    assert_eq!(
        counts(&lab, &target, &transcript),
        (5, 4),
        "the browser sends it"
    );
    let transcript = back_from_the_browser(&instance, &id).await;
    assert!(matches!(
        transcript.status,
        Status::Paused {
            next: StepKind::Token,
            ..
        }
    ));
    // Of the page and the consent that was posted, only the way there and back is ours to see.
    assert_eq!(counts(&lab, &target, &transcript), (6, 6));
    for expected in 7..=10 {
        let transcript = step(&instance, &id).await;
        assert_eq!(counts(&lab, &target, &transcript), (expected, expected));
    }
    let transcript = instance.transcript(&id).await.unwrap();
    assert!(transcript.is_finished(), "{}", story(&transcript));
}

async fn back_from_the_browser(instance: &Instance, id: &str) -> Transcript {
    let url = instance.engine.authorization_url(id).await.unwrap();
    let person = Person::new("ana", "any", Consent::Allow).unwrap();
    let back = person
        .sign_in(&url, &instance.redirect_uri())
        .await
        .unwrap();
    let (status, page) = open_page(&back).await.unwrap();
    assert_eq!(status, 200, "{page}");
    instance
        .wait(id, "the next step", |t| {
            is_at_rest(t)
                && !matches!(t.status, Status::YourTurn(_))
                && t.last_of(StepKind::Callback).is_some()
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_stepped_flow_can_go_on_by_itself() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = Instance::start(Options::headless()).await.unwrap();
    let id = instance
        .engine
        .create(config(&target), Some(Mode::Step))
        .await
        .unwrap();
    instance.wait(&id, "a pause", is_at_rest).await.unwrap();
    assert_eq!(lab.log(&target.id).len(), 1);
    instance.command(&id, Command::Run).await.unwrap();
    let transcript = instance
        .wait(&id, "the end", Transcript::is_finished)
        .await
        .unwrap();
    assert!(matches!(
        transcript.status,
        Status::Finished(Ending::Complete, _)
    ));
}

/// A server that takes connections and says nothing.
async fn silent() -> (TcpListener, SessionConfig) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    (listener, SessionConfig::new(url))
}

#[tokio::test]
async fn stop_ends_the_request_that_is_out() {
    let (listener, config) = silent().await;
    let instance = Instance::start(Options::with_a_person()).await.unwrap();
    let id = instance.run(config).await.unwrap();
    let (mut connection, _) = listener.accept().await.unwrap();
    let mut sent = vec![0; 18];
    connection.read_exact(&mut sent).await.unwrap();
    assert_eq!(sent, b"POST /mcp HTTP/1.1");
    instance.command(&id, Command::Stop).await.unwrap();
    let transcript = instance.transcript(&id).await.unwrap();
    assert!(
        matches!(transcript.status, Status::Finished(Ending::Stopped, _)),
        "{}",
        story(&transcript)
    );
    let [exchange] = transcript.exchanges.as_slice() else {
        panic!("{}", story(&transcript));
    };
    assert_eq!(exchange.failure().unwrap().kind, FailureKind::Aborted);
    // The connection is closed by us: reading it comes to an end.
    connection.read_to_end(&mut sent).await.unwrap();
    let again = instance.command(&id, Command::Stop).await.unwrap_err();
    assert!(again.to_string().contains("over already"), "{again}");
}

/// Retrying makes a branch; what happened before stays as it was.
#[tokio::test]
async fn retry_makes_a_branch() {
    let (_lab, target) = single("healthy", &[]).await;
    let instance = Instance::start(Options::with_a_person()).await.unwrap();
    let id = instance.run(config(&target)).await.unwrap();
    let first = signed_in(&instance, &id, 0).await;
    let from = first.first_of(StepKind::Authorize).unwrap().id;
    let retry = Command::Retry { exchange: from };
    instance.command(&id, retry).await.unwrap();
    let second = signed_in(&instance, &id, 1).await;
    let kept = &second.exchanges[..first.exchanges.len()];
    assert_eq!(kept, first.exchanges, "history was rewritten");
    let [branch] = second.branches.as_slice() else {
        panic!("{:?}", second.branches);
    };
    assert_eq!(
        (branch.branch, branch.parent, branch.before_exchange),
        (1, 0, from)
    );
    let steps = |transcript: &Transcript| -> Vec<StepKind> {
        transcript.lineage().map(|exchange| exchange.step).collect()
    };
    assert_eq!(
        steps(&second),
        steps(&first),
        "a branch and its history are one whole flow"
    );
}

/// Signs in when a branch asks for it, and the complete flow.
async fn signed_in(instance: &Instance, id: &str, branch: u32) -> Transcript {
    let asked = |t: &Transcript| t.branch == branch && matches!(t.status, Status::YourTurn(_));
    instance.wait(id, "the sign-in", asked).await.unwrap();
    back_from_the_browser(instance, id).await;
    let ended = |t: &Transcript| t.branch == branch && t.is_finished();
    let transcript = instance.wait(id, "the end", ended).await.unwrap();
    assert!(
        matches!(transcript.status, Status::Finished(Ending::Complete, _)),
        "{}",
        story(&transcript)
    );
    transcript
}

#[tokio::test]
async fn retry_of_the_token_request_redeems_the_code_twice() {
    let (lab, target) = single("healthy", &[]).await;
    let options = Options {
        keep_state: true,
        ..Options::headless()
    };
    let instance = Instance::start(options).await.unwrap();
    let id = instance.run(config(&target)).await.unwrap();
    let first = instance
        .wait(&id, "the end", Transcript::is_finished)
        .await
        .unwrap();
    let exchange = first.first_of(StepKind::Token).unwrap().id;
    instance
        .command(&id, Command::Retry { exchange })
        .await
        .unwrap();
    let second = instance
        .wait(&id, "the end of the branch", |t| {
            t.branch == 1 && t.is_finished()
        })
        .await
        .unwrap();
    assert!(
        matches!(second.status, Status::Finished(Ending::Blocked, _)),
        "{}",
        story(&second)
    );
    let log = lab.log(&target.id);
    let token: Vec<&str> = log
        .iter()
        .filter(|entry| entry.path == "/token")
        .map(|entry| entry.body.as_str())
        .collect();
    assert_eq!(token.len(), 2);
    assert_eq!(token[0], token[1], "the same request was sent again");
}

#[tokio::test]
async fn a_step_that_never_was_cannot_be_retried() {
    let (_lab, target) = single("healthy", &[]).await;
    let options = Options {
        keep_state: true,
        ..Options::headless()
    };
    let instance = Instance::start(options).await.unwrap();
    let id = instance.run(config(&target)).await.unwrap();
    instance
        .wait(&id, "the end", Transcript::is_finished)
        .await
        .unwrap();
    for exchange in [0, 99] {
        let error = instance
            .command(&id, Command::Retry { exchange })
            .await
            .unwrap_err();
        assert!(matches!(error, EngineError::NotNow(_)), "{error}");
        assert!(error.to_string().contains("no step"), "{error}");
    }
}
