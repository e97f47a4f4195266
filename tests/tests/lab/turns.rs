//! What a person is asked beside signing in, and what they may ask for afterwards.

use crate::support::{config, single};
use authscope_lab::{RunningLab, TargetInfo};
use authscope_model::api::Command;
use authscope_model::event::{Ending, Turn};
use authscope_model::transcript::Status;
use authscope_model::{SessionConfig, StepKind, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::transcripts::story;

/// A session that was asked something.
struct Asked {
    _lab: RunningLab,
    target: TargetInfo,
    instance: Instance,
    id: String,
}

impl Asked {
    async fn new(preset: &str, faults: &[&str], edit: impl FnOnce(&mut SessionConfig)) -> Self {
        let (lab, target) = single(preset, faults).await;
        let instance = Instance::start(Options::with_a_person()).await.unwrap();
        let mut config = config(&target);
        edit(&mut config);
        let id = instance.run(config).await.unwrap();
        Self {
            _lab: lab,
            target,
            instance,
            id,
        }
    }

    async fn turn(&self) -> Turn {
        let asked = |t: &Transcript| matches!(t.status, Status::YourTurn(_)) || t.is_finished();
        let transcript = self.instance.wait(&self.id, "a turn", asked).await.unwrap();
        match transcript.status {
            Status::YourTurn(turn) => turn,
            _ => panic!("{}", story(&transcript)),
        }
    }

    async fn command(&self, command: Command) {
        self.instance.command(&self.id, command).await.unwrap();
    }

    /// Signs in, and the end of the flow.
    async fn complete(&self) -> Transcript {
        self.complete_branch(0).await
    }

    async fn complete_branch(&self, branch: u32) -> Transcript {
        let asked = |t: &Transcript| {
            t.branch == branch && matches!(t.status, Status::YourTurn(Turn::Authorize { .. }))
        };
        let waiting = self.instance.wait(&self.id, "the sign-in", asked);
        waiting.await.unwrap();
        let url = self.instance.engine.authorization_url(&self.id).await;
        let person = Person::new("ana", "any", Consent::Allow).unwrap();
        let redirect_uri = self.instance.redirect_uri();
        let back = person.sign_in(&url.unwrap(), &redirect_uri).await.unwrap();
        open_page(&back).await.unwrap();
        let ended = |t: &Transcript| t.branch == branch && t.is_finished();
        let transcript = self.instance.wait(&self.id, "the end", ended).await;
        let transcript = transcript.unwrap();
        assert!(
            matches!(transcript.status, Status::Finished(Ending::Complete, _)),
            "{}",
            story(&transcript)
        );
        transcript
    }

    /// Gives a command after the end, and the next end.
    async fn and_then(&self, command: Command) -> Transcript {
        let now = self.instance.transcript(&self.id).await.unwrap();
        let before = now.exchanges.len();
        self.command(command).await;
        let ended = |t: &Transcript| t.is_finished() && t.exchanges.len() > before;
        let waiting = self
            .instance
            .wait(&self.id, "the end of the command", ended);
        waiting.await.unwrap()
    }
}

#[tokio::test]
async fn several_authorization_servers_are_a_choice() {
    let asked = Asked::new("several-authorization-servers", &[], |_| {}).await;
    let Turn::ChooseAuthorizationServer { candidates } = asked.turn().await else {
        panic!("not asked");
    };
    assert_eq!(candidates.len(), 2);
    let unknown = Command::ChooseAuthorizationServer {
        issuer: "https://elsewhere.example".into(),
    };
    let error = asked
        .instance
        .command(&asked.id, unknown)
        .await
        .unwrap_err();
    assert!(error.to_string().contains(&candidates[1]), "{error}");
    let issuer = candidates[1].clone();
    asked
        .command(Command::ChooseAuthorizationServer {
            issuer: issuer.clone(),
        })
        .await;
    let transcript = asked.complete().await;
    assert_eq!(transcript.issuer(), Some(issuer.as_str()));
    let token = transcript.last_of(StepKind::Token).unwrap();
    assert!(
        token.request.url.starts_with(&issuer),
        "{}",
        token.request.url
    );
}

#[tokio::test]
async fn without_a_person_the_first_authorization_server_is_used() {
    let (_lab, target) = single("several-authorization-servers", &[]).await;
    let instance = Instance::start(Options::headless()).await.unwrap();
    let transcript = instance.finish(config(&target)).await.unwrap();
    assert_eq!(transcript.issuer(), Some(target.issuer.as_str()));
}

#[tokio::test]
async fn a_client_id_is_asked_for_when_nothing_else_is_left() {
    let asked = Asked::new("preregistered-only", &[], |config| {
        config.client_id = None;
        config.client_secret = None;
    })
    .await;
    let Turn::ProvideClientId { reason } = asked.turn().await else {
        panic!("not asked");
    };
    assert!(reason.contains("registration_endpoint"), "{reason}");
    asked
        .command(Command::ProvideClient {
            client_id: "lab-confidential".into(),
            client_secret: Some("lab-secret".into()),
        })
        .await;
    let transcript = asked.complete().await;
    let events = asked
        .instance
        .engine
        .store()
        .events(&asked.id, 0, usize::MAX)
        .await
        .unwrap();
    let stored = serde_json::to_string(&events).unwrap();
    assert!(!stored.contains("lab-secret"), "{}", story(&transcript));
}

/// Where a conforming client stops, a person may go on, and the recording says that they did.
#[tokio::test]
async fn going_on_is_deliberate() {
    let asked = Asked::new("healthy", &["issuer-extra-slash"], |_| {}).await;
    let Turn::GoOn { reason, clause } = asked.turn().await else {
        panic!("not asked");
    };
    assert_eq!(clause, "RFC8414-3.3");
    assert!(reason.contains(&asked.target.issuer), "{reason}");
    asked.command(Command::GoOn).await;
    let transcript = asked.complete().await;
    assert_eq!(transcript.stops.len(), 1);
    let how = transcript.turns[0]
        .ended
        .as_ref()
        .map(|(_, how)| how.as_str());
    assert!(
        how.is_some_and(|how| how.contains("deliberately")),
        "{how:?}"
    );
}

#[tokio::test]
async fn an_answer_to_no_question_is_refused() {
    let asked = Asked::new("healthy", &[], |_| {}).await;
    asked.turn().await;
    let error = asked
        .instance
        .command(&asked.id, Command::GoOn)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("nothing asked"), "{error}");
    asked.complete().await;
}

#[tokio::test]
async fn a_blocked_window_is_an_event_in_words() {
    let asked = Asked::new("healthy", &[], |_| {}).await;
    asked.turn().await;
    for how in ["blocked", "closed"] {
        asked
            .command(Command::PopupClosed { how: how.into() })
            .await;
    }
    let transcript = asked.complete().await;
    let notes: Vec<&str> = transcript
        .notes
        .iter()
        .map(|note| note.text.as_str())
        .collect();
    assert!(
        notes
            .iter()
            .any(|note| note.contains("blocked the sign-in window")),
        "{notes:?}"
    );
    assert!(
        notes.iter().any(|note| note.contains("was closed")),
        "{notes:?}"
    );
}

/// The life of the token, step by step at the person's wish.
#[tokio::test]
async fn the_token_is_refreshed_used_and_revoked() {
    let asked = Asked::new("healthy", &[], |_| {}).await;
    asked.complete().await;
    let transcript = asked.and_then(Command::Refresh).await;
    let refresh = transcript.last_of(StepKind::Refresh).unwrap();
    assert_eq!((refresh.status(), refresh.extra), (Some(200), true));
    assert_eq!(
        transcript.exchanges.last().unwrap().step,
        StepKind::McpToolsList
    );
    let transcript = asked
        .and_then(Command::CallTool {
            name: "whoami".into(),
            arguments: String::new(),
        })
        .await;
    assert_eq!(
        transcript.last_of(StepKind::McpToolsCall).unwrap().status(),
        Some(200)
    );
    for (command, step) in [
        (Command::Introspect, StepKind::Introspect),
        (Command::Revoke, StepKind::Revoke),
    ] {
        let transcript = asked.and_then(command).await;
        let answered = transcript
            .last_of(step)
            .and_then(|exchange| exchange.status());
        assert!(answered.is_some(), "{step:?}\n{}", story(&transcript));
    }
}

/// What the authorization server does not offer is refused in words, and the run stays complete.
#[tokio::test]
async fn what_is_not_offered_cannot_be_asked_for() {
    let asked = Asked::new("no-refresh", &[], |_| {}).await;
    asked.complete().await;
    for (command, missing) in [
        (Command::Userinfo, "userinfo_endpoint"),
        (Command::Refresh, "no refresh token"),
    ] {
        let error = asked.instance.command(&asked.id, command).await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains(missing), "{error}");
    }
    let transcript = asked.instance.transcript(&asked.id).await.unwrap();
    assert!(
        matches!(transcript.status, Status::Finished(Ending::Complete, _)),
        "{}",
        story(&transcript)
    );
}

#[tokio::test]
async fn a_client_can_be_forgotten_and_registered_again() {
    let asked = Asked::new("healthy", &[], |_| {}).await;
    let first = asked.complete().await;
    asked.command(Command::Reregister).await;
    let second = asked.complete_branch(1).await;
    let registered = |t: &Transcript| {
        t.exchanges
            .iter()
            .filter(|e| e.step == StepKind::Register)
            .count()
    };
    assert_eq!((registered(&first), registered(&second)), (1, 2));
    assert_eq!(second.branch, 1);
}

/// What a person is asked is over with the run.
#[tokio::test]
async fn a_stopped_run_takes_no_answer() {
    let asked = Asked::new("healthy", &["issuer-extra-slash"], |_| {}).await;
    asked.turn().await;
    asked.command(Command::Stop).await;
    let error = asked.instance.command(&asked.id, Command::GoOn).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("nothing asked"), "{error}");
}
