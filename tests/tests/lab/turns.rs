//! What a person is asked beside signing in, and what they may ask for afterwards.

use crate::support::{asking_programs, config, single};
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

/// The registered client is read back, replaced and deleted, each a step of its own.
#[tokio::test]
async fn a_registration_is_managed() {
    let asked = Asked::new("registration-only", &[], |_| {}).await;
    asked.complete().await;
    let rename = Command::UpdateRegistration {
        metadata: r#"{"client_name": "Renamed"}"#.into(),
    };
    for (command, step, status) in [
        (Command::ReadRegistration, StepKind::RegistrationRead, 200),
        (rename, StepKind::RegistrationUpdate, 200),
        (Command::ReadRegistration, StepKind::RegistrationRead, 200),
        (
            Command::DeleteRegistration,
            StepKind::RegistrationDelete,
            204,
        ),
    ] {
        let transcript = asked.and_then(command).await;
        let last = transcript.last_of(step).unwrap();
        assert_eq!(
            (last.status(), last.extra),
            (Some(status), true),
            "{}",
            story(&transcript)
        );
        if step == StepKind::RegistrationRead
            && transcript.last_of(StepKind::RegistrationUpdate).is_some()
        {
            let read = last.response().unwrap().body.json().unwrap();
            assert_eq!(read["client_name"], "Renamed");
        }
    }
    let gone = asked
        .instance
        .command(&asked.id, Command::ReadRegistration)
        .await;
    assert!(gone.unwrap_err().to_string().contains("RFC 7592"));
    let events = asked
        .instance
        .engine
        .store()
        .events(&asked.id, 0, usize::MAX)
        .await
        .unwrap();
    let log = asked._lab.log("registration-only");
    let stored = serde_json::to_string(&events).unwrap();
    let sent = log.iter().filter(|e| e.path.starts_with("/register/"));
    let tokens: Vec<&str> = sent
        .filter_map(|e| e.header("authorization")?.strip_prefix("Bearer "))
        .collect();
    assert_eq!(tokens.len(), 4);
    for token in tokens {
        assert!(
            !stored.contains(token),
            "the management token is stored in the clear"
        );
    }
}

#[tokio::test]
async fn a_refresh_token_is_used_twice() {
    for (faults, reused) in [
        (&[][..], StepKind::NegativeProbe),
        (&["refresh-not-rotated"], StepKind::Refresh),
    ] {
        let asked = Asked::new("healthy", faults, |_| {}).await;
        asked.complete().await;
        let transcript = asked.and_then(Command::RefreshTwice).await;
        let uses = transcript
            .exchanges
            .iter()
            .filter(|e| e.request.body.text.contains("grant_type=refresh_token"));
        assert_eq!(uses.count(), 2, "{}", story(&transcript));
        assert!(transcript.last_of(reused).is_some());
    }
}

#[tokio::test]
async fn resources_and_prompts_are_listed_afterwards() {
    let asked = Asked::new("healthy", &[], |_| {}).await;
    asked.complete().await;
    let transcript = asked.and_then(Command::ListEverything).await;
    for step in [StepKind::McpResourcesList, StepKind::McpPromptsList] {
        assert!(transcript.last_of(step).is_some(), "{}", story(&transcript));
    }
}

/// An edit of the client shows in the document at once, and in the next registration.
#[tokio::test]
async fn the_client_is_edited() {
    let asked = Asked::new("healthy", &[], |_| {}).await;
    let first = asked.complete().await;
    asked
        .command(Command::EditClient {
            metadata: r#"{"client_name": "Edited"}"#.into(),
        })
        .await;
    let served: serde_json::Value = reqwest::get(&first.client_document_url)
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(served["client_name"], "Edited");
    let error = asked
        .instance
        .command(
            &asked.id,
            Command::EditClient {
                metadata: "[1]".into(),
            },
        )
        .await;
    assert!(error.unwrap_err().to_string().contains("JSON object"));
    asked.command(Command::Reregister).await;
    let second = asked.complete_branch(1).await;
    let sent = second
        .last_of(StepKind::Register)
        .unwrap()
        .request
        .body
        .json()
        .unwrap();
    assert_eq!(sent["client_name"], "Edited");
}

/// A client saved for an issuer is used there by the next session, without registering; forgetting it registers again.
#[tokio::test]
async fn a_saved_client_serves_the_next_session() {
    let asked = Asked::new("registration-gives-secret", &[], |_| {}).await;
    asked.complete().await;
    asked.command(Command::SaveClient).await;
    let saved = asked.instance.engine.clients().await.unwrap();
    let [client] = saved.as_slice() else {
        panic!("{saved:?}");
    };
    assert_eq!(
        (client.issuer.as_str(), client.has_secret),
        (asked.target.issuer.as_str(), true)
    );
    let id = asked.instance.run(config(&asked.target)).await.unwrap();
    let next = Asked { id, ..asked };
    let second = next.complete().await;
    assert!(
        second.first_of(StepKind::Register).is_none(),
        "{}",
        story(&second)
    );
    let sent = &second.first_of(StepKind::Authorize).unwrap().request.url;
    assert!(sent.contains(&client.client_id), "{sent}");
    next.command(Command::Reregister).await;
    let third = next.complete_branch(1).await;
    assert!(third.first_of(StepKind::Register).is_some());
    assert!(next.instance.engine.clients().await.unwrap().is_empty());
}

#[tokio::test]
async fn where_following_redirects_comes_to_a_page_a_person_goes_on() {
    let (lab, target) = asking_programs().await;
    let instance = Instance::start(Options::with_a_person()).await.unwrap();
    let mut config = config(&target);
    config.follow_redirects = true;
    let id = instance.run(config).await.unwrap();
    let asked = Asked {
        _lab: lab,
        target,
        instance,
        id,
    };
    let Turn::Authorize { exchange, .. } = asked.turn().await else {
        panic!("not asked");
    };
    let waiting = asked.instance.transcript(&asked.id).await.unwrap();
    let steps = waiting.exchanges.iter();
    let tried: Vec<_> = steps.filter(|it| it.step == StepKind::Authorize).collect();
    assert_eq!(tried.len(), 2, "{}", story(&waiting));
    assert_eq!(tried[1].id, exchange);
    // The same request, with the same state: what came back counts for both.
    assert_eq!(tried[0].request.url, tried[1].request.url);
    let said = |text: &str| waiting.notes.iter().any(|note| note.text.contains(text));
    assert!(said("wants a person"), "{}", story(&waiting));
    asked.complete().await;
}

#[tokio::test]
async fn without_a_person_the_page_ends_the_run_with_words() {
    let (_lab, target) = asking_programs().await;
    let instance = Instance::start(Options::headless()).await.unwrap();
    let transcript = instance.finish(config(&target)).await.unwrap();
    assert!(
        !matches!(transcript.status, Status::Finished(Ending::Complete, _)),
        "{}",
        story(&transcript)
    );
}
