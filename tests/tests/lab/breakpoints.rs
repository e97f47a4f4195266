//! Breakpoints: the flow waits for a person before a request is sent, or before its answer is read.

use crate::support::{config_on, single};
use authscope_engine::Leg;
use authscope_lab::{RunningLab, TargetInfo};
use authscope_model::api::{Command, Resend};
use authscope_model::config::{BreakAt, Breakpoint};
use authscope_model::event::{Ending, Turn};
use authscope_model::exchange::FailureKind;
use authscope_model::transcript::Status;
use authscope_model::{EventKind, SessionConfig, StepKind, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::transcripts::{complaints, story};
use std::time::Duration;

const fn before(step: StepKind) -> Breakpoint {
    Breakpoint {
        step,
        at: BreakAt::BeforeSend,
    }
}

const fn after(step: StepKind) -> Breakpoint {
    Breakpoint {
        step,
        at: BreakAt::AfterReceive,
    }
}

/// Somebody is there for breakpoints, and nobody has to sign in.
async fn instance() -> Instance {
    let options = Options {
        leg: Leg::Follow,
        ..Options::with_a_person()
    };
    Instance::start(options).await.unwrap()
}

fn with(config: SessionConfig, breakpoints: &[Breakpoint]) -> SessionConfig {
    SessionConfig {
        breakpoints: breakpoints.to_vec(),
        ..config
    }
}

async fn held(instance: &Instance, id: &str, at: Breakpoint) -> Transcript {
    instance
        .wait(id, "the breakpoint", move |t| {
            matches!(&t.status, Status::YourTurn(Turn::Breakpoint { step, at: end, .. })
                if *step == at.step && *end == at.at)
        })
        .await
        .unwrap()
}

async fn end(instance: &Instance, id: &str) -> Transcript {
    instance
        .wait(id, "the end", Transcript::is_finished)
        .await
        .unwrap()
}

fn is_complete(done: &Transcript) {
    let complete = matches!(done.status, Status::Finished(Ending::Complete, _));
    assert!(complete, "{}", story(done));
}

#[tokio::test]
async fn the_flow_waits_before_a_request_and_before_its_answer() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let places = [before(StepKind::Token), after(StepKind::Token)];
    let config = with(config_on(&lab, &target), &places);
    let id = instance.run(config).await.unwrap();
    let waiting = held(&instance, &id, places[0]).await;
    let sent = lab.log(&target.id).len();
    assert!(waiting.last_of(StepKind::Token).is_none());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(lab.log(&target.id).len(), sent, "nothing is sent meanwhile");
    instance.command(&id, Command::Release).await.unwrap();
    let waiting = held(&instance, &id, places[1]).await;
    let answer = waiting.last_of(StepKind::Token).unwrap();
    assert_eq!(answer.status(), Some(200), "the answer is there to be seen");
    assert!(waiting.last_of(StepKind::McpInitialize).is_none());
    instance.command(&id, Command::Release).await.unwrap();
    let done = end(&instance, &id).await;
    is_complete(&done);
    assert!(complaints(&done).is_empty(), "{}", story(&done));
    // Both waits were a person's time, and one token request was sent.
    let waits: Vec<_> = done
        .turns
        .iter()
        .filter(|t| matches!(t.turn, Turn::Breakpoint { .. }))
        .collect();
    assert_eq!(waits.len(), 2);
    assert!(waits.iter().all(|t| t.ended.is_some()));
    assert!(waits[0].ended.as_ref().unwrap().0 >= waits[0].at + 50);
    let tokens = lab
        .log(&target.id)
        .iter()
        .filter(|e| e.path.ends_with("/token"))
        .count();
    assert_eq!(tokens, 1);
}

#[tokio::test]
async fn breakpoints_are_set_and_taken_away_during_a_session() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let id = instance
        .engine
        .create(config_on(&lab, &target), None)
        .await
        .unwrap();
    let set = |breakpoints| Command::SetBreakpoints { breakpoints };
    let places = vec![before(StepKind::Register), before(StepKind::McpInitialize)];
    instance.command(&id, set(places.clone())).await.unwrap();
    assert_eq!(instance.transcript(&id).await.unwrap().breakpoints, places);
    let nothing = instance.command(&id, Command::Release).await.unwrap_err();
    assert!(nothing.to_string().contains("nothing waits"), "{nothing}");
    instance.command(&id, Command::Run).await.unwrap();
    held(&instance, &id, before(StepKind::Register)).await;
    // Run goes on as well as Send does.
    instance.command(&id, Command::Run).await.unwrap();
    held(&instance, &id, before(StepKind::McpInitialize)).await;
    instance.command(&id, set(Vec::new())).await.unwrap();
    instance.command(&id, Command::Run).await.unwrap();
    let done = end(&instance, &id).await;
    is_complete(&done);
    let too_many = vec![before(StepKind::Token); 101];
    assert!(instance.command(&id, set(too_many)).await.is_err());
}

#[tokio::test]
async fn a_request_is_sent_edited_and_blames_nobody() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let config = with(config_on(&lab, &target), &[before(StepKind::Token)]);
    let id = instance.run(config).await.unwrap();
    held(&instance, &id, before(StepKind::Token)).await;
    let draft = instance.engine.held(&id).await.unwrap();
    assert!(
        draft.body.contains("code=⟨") && draft.body.contains("code_verifier=⟨"),
        "{draft:?}"
    );
    let edited = Resend {
        of: 0,
        method: draft.method,
        url: draft.url,
        headers: draft.headers,
        body: draft.body,
        status: None,
    };
    let away = Resend {
        url: target.mcp_url.replace("127.0.0.1", "localhost"),
        ..edited.clone()
    };
    let why = instance
        .engine
        .send_held(&id, away, false)
        .await
        .unwrap_err();
    assert!(why.to_string().contains("goes nowhere else"), "{why}");
    held(&instance, &id, before(StepKind::Token)).await;
    let wrong = Resend {
        body: format!(
            "{}&code_verifier=wrong",
            edited.body.replace("code_verifier", "x")
        ),
        ..edited
    };
    let sent = instance.engine.send_held(&id, wrong, false).await.unwrap();
    let done = end(&instance, &id).await;
    let exchange = done.exchange(sent.exchange).unwrap();
    assert!(exchange.edited && exchange.step == StepKind::Token);
    assert_eq!(exchange.status(), Some(400), "{}", story(&done));
    let blaming: Vec<_> = authscope_rules::diagnose(&done)
        .into_iter()
        .filter(|f| f.evidence.exchange == sent.exchange)
        .collect();
    assert!(blaming.is_empty(), "{blaming:?}");
    let request = lab.log(&target.id).pop().unwrap();
    assert!(
        request.body.contains("code=") && !request.body.contains('⟨'),
        "{}",
        request.body
    );
    let again = instance.engine.held(&id).await.unwrap_err();
    assert!(again.to_string().contains("nothing waits"), "{again}");
}

#[tokio::test]
async fn abort_stops_the_run_and_says_what_was_not_sent() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let config = with(config_on(&lab, &target), &[before(StepKind::Token)]);
    let id = instance.run(config).await.unwrap();
    held(&instance, &id, before(StepKind::Token)).await;
    instance.command(&id, Command::Stop).await.unwrap();
    let done = instance.transcript(&id).await.unwrap();
    assert!(
        matches!(done.status, Status::Finished(Ending::Stopped, _)),
        "{}",
        story(&done)
    );
    let aborted = done.exchanges.last().unwrap();
    assert_eq!(aborted.step, StepKind::Token);
    assert_eq!(aborted.failure().unwrap().kind, FailureKind::Aborted);
    assert!(
        !lab.log(&target.id)
            .iter()
            .any(|e| e.path.ends_with("/token"))
    );
}

/// Nobody is there who could go on.
#[tokio::test]
async fn without_a_person_nothing_waits() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = Instance::start(Options::headless()).await.unwrap();
    let config = with(
        config_on(&lab, &target),
        &[before(StepKind::Token), after(StepKind::Probe)],
    );
    let done = instance.finish(config).await.unwrap();
    is_complete(&done);
    assert!(done.turns.is_empty());
}

/// The wait is in the recording like everything else, without the secrets of the request that waits.
#[tokio::test]
async fn what_waits_is_recorded_masked() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let config = with(config_on(&lab, &target), &[before(StepKind::McpInitialize)]);
    let id = instance.run(config).await.unwrap();
    held(&instance, &id, before(StepKind::McpInitialize)).await;
    let events = instance
        .engine
        .store()
        .events(&id, 0, usize::MAX)
        .await
        .unwrap();
    let turn = events.iter().find_map(|e| match &e.kind {
        EventKind::YourTurn {
            turn: Turn::Breakpoint { preview, .. },
        } => Some(preview.clone()),
        _ => None,
    });
    assert_eq!(turn, Some(format!("POST {}", target.mcp_url)));
    let draft = instance.engine.held(&id).await.unwrap();
    let credentials = draft
        .headers
        .iter()
        .find(|h| h.name == "Authorization")
        .unwrap();
    assert!(
        credentials.value.starts_with("Bearer ⟨"),
        "{}",
        credentials.value
    );
}

/// A target with these faults, and a session on it that waits at a place.
async fn waits_at(at: Breakpoint, faults: &[&str]) -> (RunningLab, TargetInfo, Instance, String) {
    let (lab, target) = single("healthy", faults).await;
    let instance = instance().await;
    let config = with(config_on(&lab, &target), &[at]);
    let id = instance.run(config).await.unwrap();
    held(&instance, &id, at).await;
    (lab, target, instance, id)
}

/// What waits, as it is edited.
async fn draft(instance: &Instance, id: &str) -> Resend {
    let draft = instance.engine.held(id).await.unwrap();
    Resend {
        method: draft.method,
        url: draft.url,
        headers: draft.headers,
        body: draft.body,
        status: draft.status,
        ..Resend::default()
    }
}

#[tokio::test]
async fn an_answer_is_read_edited_to_see_whether_a_fix_would_help() {
    let at = after(StepKind::AsMetadataRfc8414);
    let (_lab, target, instance, id) = waits_at(at, &["endpoints-internal"]).await;
    let waiting = instance.transcript(&id).await.unwrap();
    let step = waiting.last_of(StepKind::AsMetadataRfc8414).unwrap().id;
    let came = draft(&instance, &id).await;
    assert_eq!(came.status, Some(200), "{came:?}");
    assert!(came.body.contains("auth-internal.invalid"), "{came:?}");
    let fixed = Resend {
        body: came
            .body
            .replace("http://auth-internal.invalid:8080", &target.issuer),
        ..came
    };
    // Whoever may not see secrets may not lead them elsewhere either.
    let why = instance.engine.send_held(&id, fixed.clone(), false).await;
    assert!(why.unwrap_err().to_string().contains("only the owner"));
    let beyond = Resend {
        status: Some(0),
        ..fixed.clone()
    };
    let why = instance.engine.send_held(&id, beyond, true).await;
    assert!(why.unwrap_err().to_string().contains("from 100 to 599"));
    let read = instance.engine.send_held(&id, fixed, true).await.unwrap();
    assert_eq!(read.exchange, step);
    let done = end(&instance, &id).await;
    is_complete(&done);
    assert!(complaints(&done).is_empty(), "{}", story(&done));
    let verdict = authscope_rules::verdict(&done, &authscope_rules::diagnose(&done));
    assert_eq!(verdict.level.as_str(), "warning", "{}", verdict.sentence);
    assert!(
        verdict
            .sentence
            .contains(&format!("With step {step} edited")),
        "{}",
        verdict.sentence
    );
    // What came stays as it came.
    let recorded = serde_json::to_string(done.exchange(step).unwrap()).unwrap();
    assert!(recorded.contains("auth-internal.invalid"), "{recorded}");
    let note = done.notes.iter().find(|note| note.exchange == Some(step));
    assert!(note.unwrap().text.contains("edited this answer"));
}

#[tokio::test]
async fn masked_values_of_an_answer_are_put_back_when_it_is_edited() {
    let (_lab, _, instance, id) = waits_at(after(StepKind::Token), &[]).await;
    let came = draft(&instance, &id).await;
    assert!(came.body.contains("⟨"), "{came:?}");
    let edited = Resend {
        body: came.body.replacen('{', "{\"added\": 1, ", 1),
        ..came
    };
    instance.engine.send_held(&id, edited, true).await.unwrap();
    let done = end(&instance, &id).await;
    assert!(complaints(&done).is_empty(), "{}", story(&done));
    let store = instance.engine.store();
    let events = store.events(&id, 0, usize::MAX).await.unwrap();
    let read = events.iter().find_map(|event| match &event.kind {
        EventKind::AnswerEdited { response, .. } => Some(response.body.text.clone()),
        _ => None,
    });
    let read = read.unwrap();
    assert!(read.contains("added") && read.contains('⟨'), "{read}");
}

#[tokio::test]
async fn who_drives_sends_a_request_of_the_flow_nowhere_else() {
    let at = before(StepKind::AsMetadataRfc8414);
    let (lab, target, instance, id) = waits_at(at, &[]).await;
    let edited = draft(&instance, &id).await;
    let requests = lab.log(&target.id).len();
    let away = Resend {
        url: format!("{}/x", edited.url),
        ..edited.clone()
    };
    let mut fronted = edited.clone();
    fronted
        .headers
        .push(authscope_model::Header::new("Host", "elsewhere.example"));
    for (wrong, why) in [(away.clone(), "only the owner"), (fronted, "Host")] {
        let refused = instance.engine.send_held(&id, wrong, false).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
        held(&instance, &id, at).await;
    }
    assert_eq!(lab.log(&target.id).len(), requests, "nothing was sent");
    // The owner may, and who drives may send it where it goes.
    instance.engine.send_held(&id, edited, false).await.unwrap();
    let done = end(&instance, &id).await;
    is_complete(&done);
}

#[tokio::test]
async fn what_nobody_touched_of_an_answer_stays_byte_for_byte() {
    let (_lab, _, instance, id) = waits_at(after(StepKind::Token), &[]).await;
    let mut edited = draft(&instance, &id).await;
    edited
        .headers
        .push(authscope_model::Header::new("X-Note", "added"));
    instance.engine.send_held(&id, edited, true).await.unwrap();
    let done = end(&instance, &id).await;
    is_complete(&done);
    let came = done.last_of(StepKind::Token).unwrap();
    let read = done.as_read(came);
    assert_eq!(
        came.response().unwrap().body.text,
        read.response().unwrap().body.text
    );
    assert_eq!(read.response().unwrap().header("x-note"), Some("added"));
    let note = done
        .notes
        .iter()
        .find(|note| note.exchange == Some(came.id));
    let text = &note.unwrap().text;
    assert!(text.contains("(header X-Note)"), "{text}");
}

#[tokio::test]
async fn what_a_person_wrote_is_not_blamed_on_the_server() {
    let (_lab, _, instance, id) = waits_at(after(StepKind::PrmFromChallenge), &[]).await;
    let broken = Resend {
        body: "{".into(),
        ..draft(&instance, &id).await
    };
    let read = instance.engine.send_held(&id, broken, true).await.unwrap();
    let stops = |t: &Transcript| matches!(t.status, Status::YourTurn(Turn::GoOn { .. }));
    let done = instance.wait(&id, "the stop", stops).await.unwrap();
    let findings = authscope_rules::diagnose(&done);
    let found = findings
        .iter()
        .find(|f| f.evidence.exchange == read.exchange);
    let found = found.unwrap_or_else(|| panic!("{}", story(&done)));
    assert_eq!(found.party, authscope_model::Party::Client);
    assert!(
        found
            .message
            .starts_with("In the answer as a person edited it"),
        "{}",
        found.message
    );
    assert_eq!(found.evidence.part, authscope_model::finding::Part::Whole);
}
