//! Editing a recorded request and sending it again, beside the flow.

use crate::support::{config_on, lab, single};
use authscope_engine::Leg;
use authscope_model::api::{Command, Draft, Resend, Resent};
use authscope_model::transcript::Status;
use authscope_model::{
    Exchange, Header, Outcome, Participant, SessionConfig, StepKind, Transcript,
};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::transcripts::story;

/// Nobody has to sign in, and the vault is kept.
async fn instance() -> Instance {
    let options = Options {
        leg: Leg::Follow,
        ..Options::with_a_person()
    };
    Instance::start(options).await.unwrap()
}

async fn draft(instance: &Instance, id: &str, exchange: &Exchange) -> Resend {
    let Draft {
        method,
        url,
        headers,
        body,
        ..
    } = instance.engine.draft(id, exchange).await.unwrap();
    Resend {
        of: exchange.id,
        method,
        url,
        headers,
        body,
        ..Resend::default()
    }
}

async fn answered(instance: &Instance, id: &str, resent: &Resent) -> (Transcript, Exchange) {
    let number = resent.exchange;
    let transcript = instance
        .wait(id, "the answer", |t| t.exchange(number).is_some())
        .await
        .unwrap();
    let exchange = transcript.exchange(number).cloned().unwrap();
    (transcript, exchange)
}

async fn refused(instance: &Instance, id: &str, resend: Resend) -> String {
    let before = instance.transcript(id).await.unwrap().last_seq;
    let refused = instance.engine.resend(id, resend, false).await;
    assert_eq!(instance.transcript(id).await.unwrap().last_seq, before);
    refused.unwrap_err().to_string()
}

/// What the flow came to: resending must not change it.
fn outcome(transcript: &Transcript) -> (Status, u32, Vec<String>, String) {
    let findings = authscope_rules::diagnose(transcript);
    let sentence = authscope_rules::verdict(transcript, &findings).sentence;
    let findings = findings.iter().map(|f| format!("{} {}", f.rule, f.message));
    let lineage = transcript.lineage().count();
    (
        transcript.status.clone(),
        u32::try_from(lineage).unwrap(),
        findings.collect(),
        sentence,
    )
}

/// A run that came to its end.
async fn finished(instance: &Instance, config: SessionConfig) -> (String, Transcript) {
    let id = instance.run(config).await.unwrap();
    let end = instance.wait(&id, "the end", Transcript::is_finished);
    let end = end.await.unwrap();
    (id, end)
}

#[tokio::test]
async fn an_edited_request_is_sent_with_the_token_that_nobody_saw() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let (id, before) = finished(&instance, config_on(&lab, &target)).await;
    let list = before.last_of(StepKind::McpToolsList).cloned().unwrap();
    let mut edited = draft(&instance, &id, &list).await;
    let credentials = edited.headers.iter().find(|h| h.name == "Authorization");
    assert!(
        credentials.is_some_and(|h| h.value.contains("⟨") && h.value.ends_with("⟩")),
        "{edited:?}"
    );
    edited.headers.push(Header::new("X-Tried", "by hand"));
    let resent = instance.engine.resend(&id, edited, false).await.unwrap();
    let (after, exchange) = answered(&instance, &id, &resent).await;
    assert_eq!(exchange.status(), Some(200), "{}", story(&after));
    assert_eq!(exchange.step, StepKind::Resend);
    assert_eq!(exchange.resent_from, Some(list.id));
    assert_eq!(exchange.to, Participant::McpServer);
    assert_eq!(exchange.purpose, format!("resent from step {}", list.id));
    assert!(after.is_aside(exchange.branch) && !after.in_lineage(exchange.branch, exchange.id));
    let log = lab.log(&target.id);
    let [.., original, sent] = log.as_slice() else {
        panic!("nothing was sent");
    };
    assert_eq!(sent.header("x-tried"), Some("by hand"));
    assert_eq!(
        sent.header("authorization"),
        original.header("authorization")
    );
    assert_eq!(sent.body, original.body);
    assert_eq!(outcome(&after), outcome(&before));
    // Nobody sees the token in what was recorded.
    let token = sent
        .header("authorization")
        .unwrap()
        .trim_start_matches("Bearer ");
    let events = instance
        .engine
        .store()
        .events(&id, 0, usize::MAX)
        .await
        .unwrap();
    let signature = token.rsplit('.').next().unwrap();
    assert!(!serde_json::to_string(&events).unwrap().contains(signature));
}

#[tokio::test]
async fn a_masked_value_goes_to_no_other_server_and_to_no_open_place() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let (id, before) = finished(&instance, config_on(&lab, &target)).await;
    let list = before.last_of(StepKind::McpToolsList).cloned().unwrap();
    let requests = lab.log(&target.id).len();
    let edited = draft(&instance, &id, &list).await;
    let elsewhere = Resend {
        url: target.issuer.clone(),
        ..edited.clone()
    };
    let why = refused(&instance, &id, elsewhere).await;
    assert!(why.contains("a masked value goes nowhere else"), "{why}");
    let mut fronted = edited.clone();
    fronted
        .headers
        .push(Header::new("Host", "elsewhere.example"));
    let why = refused(&instance, &id, fronted).await;
    assert!(why.contains("Host"), "{why}");
    assert_eq!(lab.log(&target.id).len(), requests, "nothing was sent");
    // Put where no name gives it away, it is masked by its value.
    let placeholder = edited
        .headers
        .iter()
        .find(|h| h.name == "Authorization")
        .unwrap();
    let placeholder = placeholder.value.trim_start_matches("Bearer ").to_owned();
    let open = Resend {
        url: format!("{}?note={placeholder}", edited.url),
        ..edited
    };
    let resent = instance.engine.resend(&id, open, false).await.unwrap();
    let (_, exchange) = answered(&instance, &id, &resent).await;
    let sent = lab.log(&target.id).pop().unwrap().query.unwrap();
    let signature = sent.rsplit('.').next().unwrap().to_owned();
    assert!(signature.len() > 20, "{sent}");
    let recorded = serde_json::to_string(&exchange).unwrap();
    assert!(!recorded.contains(&signature), "{recorded}");
}

/// The code is used up, and a wrong secret is our own doing: neither says anything about the server.
#[tokio::test]
async fn a_refusal_of_an_edited_request_is_no_finding() {
    let lab = lab().await;
    let instance = instance().await;
    for name in [
        "healthy",
        "preregistered-only",
        "registration-gives-secret",
        "dpop",
    ] {
        let Some(target) = lab.target(name).cloned() else {
            panic!("the lab has no {name}");
        };
        let (id, before) = finished(&instance, config_on(&lab, &target)).await;
        let token = before.last_of(StepKind::Token).cloned().unwrap();
        let edited = draft(&instance, &id, &token).await;
        let resent = instance.engine.resend(&id, edited, true).await.unwrap();
        let (after, exchange) = answered(&instance, &id, &resent).await;
        assert_eq!(exchange.status(), Some(400), "{}", story(&after));
        let error = exchange.response().unwrap().body.text.clone();
        assert!(error.contains("invalid_grant"), "{error}");
        assert_eq!(outcome(&after), outcome(&before));
        let again = instance
            .command(
                &id,
                Command::Retry {
                    exchange: exchange.id,
                },
            )
            .await;
        assert!(
            again
                .unwrap_err()
                .to_string()
                .contains("no part of the flow")
        );
    }
}

/// A proof of possession is good for one request: the edited one gets its own.
#[tokio::test]
async fn a_resent_request_has_a_proof_of_its_own() {
    let lab = lab().await;
    let instance = instance().await;
    let target = lab.target("dpop").cloned().unwrap();
    let (id, before) = finished(&instance, config_on(&lab, &target)).await;
    let list = before.last_of(StepKind::McpToolsList).cloned().unwrap();
    let edited = draft(&instance, &id, &list).await;
    let resent = instance.engine.resend(&id, edited, false).await.unwrap();
    let (after, exchange) = answered(&instance, &id, &resent).await;
    assert_eq!(exchange.status(), Some(200), "{}", story(&after));
}

#[tokio::test]
async fn an_edited_authorization_request_is_a_sign_in_of_its_own() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = Instance::start(Options::with_a_person()).await.unwrap();
    let id = instance.run(config_on(&lab, &target)).await.unwrap();
    let your_turn = |t: &Transcript| matches!(t.status, Status::YourTurn(_));
    let before = instance.wait(&id, "your turn", your_turn).await.unwrap();
    let front = before.last_of(StepKind::Authorize).cloned().unwrap();
    let mut edited = draft(&instance, &id, &front).await;
    assert!(edited.url.contains("state=⟨state · new⟩"), "{}", edited.url);
    edited.url.push_str("&prompt=consent");
    let away = Resend {
        url: "https://elsewhere.example/".into(),
        ..edited.clone()
    };
    let why = refused(&instance, &id, away).await;
    assert!(
        why.contains("goes to the server it went to before"),
        "{why}"
    );
    let resent = instance.engine.resend(&id, edited, false).await.unwrap();
    let path = format!("sessions/{id}/authorize?step={}", resent.exchange);
    assert_eq!(resent.sign_in, Some(path));
    let url = instance
        .engine
        .resent_url(&id, resent.exchange)
        .await
        .unwrap();
    assert!(url.ends_with("&prompt=consent"), "{url}");
    let offered = instance.transcript(&id).await.unwrap();
    let recorded = offered.exchange(resent.exchange).unwrap();
    assert_eq!(recorded.outcome, Outcome::Unseen);
    assert_eq!(outcome(&offered), outcome(&before));

    let person = Person::new("ana", "any", Consent::Allow).unwrap();
    let back = person
        .sign_in(&url, &instance.redirect_uri())
        .await
        .unwrap();
    let (status, page) = open_page(&back).await.unwrap();
    assert_eq!(status, 200, "{page}");
    let after = instance.transcript(&id).await.unwrap();
    let answer = after.exchanges.last().unwrap();
    assert_eq!(
        (answer.step, answer.branch),
        (StepKind::Callback, recorded.branch)
    );
    assert_eq!(outcome(&after), outcome(&before), "{}", story(&after));
    assert_eq!(instance.engine.resent_url(&id, resent.exchange).await, None);

    // The flow's own sign-in is still there to be done.
    let url = instance.engine.authorization_url(&id).await.unwrap();
    let back = person
        .sign_in(&url, &instance.redirect_uri())
        .await
        .unwrap();
    assert_eq!(open_page(&back).await.unwrap().0, 200);
    let end = instance
        .wait(&id, "the end", Transcript::is_finished)
        .await
        .unwrap();
    assert!(
        authscope_tests::transcripts::complaints(&end).is_empty(),
        "{}",
        story(&end)
    );
}

#[tokio::test]
async fn only_what_authscope_sent_is_sent_again() {
    let (lab, target) = single("healthy", &[]).await;
    let instance = instance().await;
    let (id, done) = finished(&instance, config_on(&lab, &target)).await;
    let callback = done.last_of(StepKind::Callback).cloned().unwrap();
    let why = instance.engine.draft(&id, &callback).await.unwrap_err();
    assert!(why.to_string().contains("was sent to authscope"), "{why}");
    let resend = |of| Resend {
        of,
        method: "GET".into(),
        url: target.mcp_url.clone(),
        headers: Vec::new(),
        body: String::new(),
        status: None,
    };
    let why = refused(&instance, &id, resend(callback.id)).await;
    assert!(why.contains("was sent to authscope"), "{why}");
    let why = refused(&instance, &id, resend(999)).await;
    assert!(why.contains("there is no step 999"), "{why}");
}
