//! The ways a client gets its id, on a target that offers all of them; and what of it is never stored.

use crate::support::{config, single};
use authscope_lab::{LogEntry, RunningLab};
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{Participant, RegistrationChoice, SessionConfig, StepKind, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::transcripts::{complaints, story};
use reqwest::StatusCode;
use reqwest::header::{ETAG, IF_NONE_MATCH};

struct Run {
    lab: RunningLab,
    instance: Instance,
    id: String,
    transcript: Transcript,
}

impl Run {
    /// Runs the healthy target to its end and expects nothing to complain about.
    async fn healthy(edit: impl FnOnce(&mut SessionConfig)) -> Self {
        let (lab, target) = single("healthy", &[]).await;
        let instance = Instance::start(Options::headless()).await.unwrap();
        let mut config = config(&target);
        edit(&mut config);
        let id = instance.run(config).await.unwrap();
        let transcript = instance
            .wait(&id, "the end", Transcript::is_finished)
            .await
            .unwrap();
        let complete = matches!(transcript.status, Status::Finished(Ending::Complete, _));
        assert!(
            complete && complaints(&transcript).is_empty(),
            "{}",
            story(&transcript)
        );
        Self {
            lab,
            instance,
            id,
            transcript,
        }
    }

    fn method(&self) -> RegistrationChoice {
        self.transcript.registration().unwrap().0
    }

    fn token_request(&self) -> LogEntry {
        let log = self.lab.log("healthy");
        log.into_iter()
            .find(|entry| entry.path == "/token")
            .unwrap()
    }

    fn registrations(&self) -> usize {
        let log = self.lab.log("healthy");
        log.iter().filter(|entry| entry.path == "/register").count()
    }
}

#[tokio::test]
async fn dynamic_registration() {
    let run = Run::healthy(|config| config.registration = RegistrationChoice::Dcr).await;
    assert_eq!(run.method(), RegistrationChoice::Dcr);
    assert_eq!(run.registrations(), 1);
    let body = &run.lab.log("healthy")[3].body;
    let sent: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(sent["redirect_uris"][0], run.instance.redirect_uri());
    assert!(run.token_request().header("authorization").is_none());
}

#[tokio::test]
async fn automatic_prefers_registration_while_our_document_is_not_https() {
    let run = Run::healthy(|_| {}).await;
    assert_eq!(run.method(), RegistrationChoice::Dcr);
    let because = run
        .transcript
        .decisions
        .iter()
        .map(|decided| &decided.because);
    let because: Vec<&String> = because
        .filter(|because| because.contains("not https"))
        .collect();
    assert_eq!(because.len(), 1, "{because:?}");
}

#[tokio::test]
async fn the_authorization_server_fetches_our_client_document() {
    let run = Run::healthy(|config| config.registration = RegistrationChoice::Cimd).await;
    assert_eq!(run.method(), RegistrationChoice::Cimd);
    assert_eq!(run.registrations(), 0);
    let fetches = run.transcript.exchanges.iter();
    let fetches: Vec<_> = fetches
        .filter(|exchange| exchange.step == StepKind::ClientDocumentFetch)
        .collect();
    let [fetch] = fetches.as_slice() else {
        panic!("{}", story(&run.transcript));
    };
    assert_eq!(
        (fetch.from, fetch.to, fetch.status()),
        (
            Participant::AuthorizationServer,
            Participant::Client,
            Some(200)
        )
    );
    assert_eq!(fetch.request.url, run.transcript.client_document_url);
    let answered = fetch.response().unwrap().body.json().unwrap();
    assert_eq!(answered, run.transcript.client_document);
    assert_eq!(
        answered["client_id"],
        run.transcript.client_document_url.as_str()
    );
    let sent = run.token_request().body;
    assert!(sent.contains("client_id=http%3A%2F%2F"), "{sent}");
}

/// A second fetch with the validator of the first one is answered without a body, and recorded.
#[tokio::test]
async fn a_client_document_that_did_not_change_is_not_sent_again() {
    let run = Run::healthy(|config| config.registration = RegistrationChoice::Cimd).await;
    let url = run.transcript.client_document_url.as_str();
    let http = reqwest::Client::new();
    let first = http.get(url).send().await.unwrap();
    let tag = first.headers()[ETAG].clone();
    let second = http
        .get(url)
        .header(IF_NONE_MATCH, tag)
        .send()
        .await
        .unwrap();
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    let transcript = run.instance.transcript(&run.id).await.unwrap();
    let last = transcript.exchanges.last().unwrap();
    assert_eq!(
        (last.step, last.status()),
        (StepKind::ClientDocumentFetch, Some(304))
    );
    assert!(last.request.header("if-none-match").is_some());
}

#[tokio::test]
async fn a_public_client_that_exists_already() {
    let run = Run::healthy(|config| config.client_id = Some("lab-public".into())).await;
    assert_eq!(run.method(), RegistrationChoice::Preregistered);
    assert_eq!(run.registrations(), 0);
    let token = run.token_request();
    assert!(token.header("authorization").is_none());
    assert!(
        token.body.contains("client_id=lab-public"),
        "{}",
        token.body
    );
}

#[tokio::test]
async fn a_confidential_client_that_exists_already() {
    let run = Run::healthy(|config| {
        config.client_id = Some("lab-confidential".into());
        config.client_secret = Some("lab-secret".into());
    })
    .await;
    assert_eq!(run.method(), RegistrationChoice::Preregistered);
    let token = run.token_request();
    let basic = token.header("authorization").unwrap_or_default();
    assert!(basic.starts_with("Basic "), "{basic:?}");
    assert!(!token.body.contains("client_secret"), "{}", token.body);
}

/// What the server saw in the clear and must not be readable in the recording.
#[tokio::test]
async fn no_secret_is_stored_in_the_clear() {
    let run = Run::healthy(|config| {
        config.client_id = Some("lab-confidential".into());
        config.client_secret = Some("lab-secret".into());
        config.refresh = true;
    })
    .await;
    let events = run
        .instance
        .engine
        .store()
        .events(&run.id, 0, usize::MAX)
        .await
        .unwrap();
    let stored = serde_json::to_string(&events).unwrap();
    let log = run.lab.log("healthy");
    let secrets = secrets(&log);
    assert!(secrets.len() >= 6, "{secrets:?}");
    for (what, secret) in secrets {
        assert!(
            !stored.contains(&secret),
            "{what} is stored in the clear: {secret}"
        );
    }
}

/// Secret values of the requests that the lab logged.
fn secrets(log: &[LogEntry]) -> Vec<(String, String)> {
    let mut secrets = vec![("client secret".to_owned(), "lab-secret".to_owned())];
    for entry in log {
        let query = entry.query.as_deref().unwrap_or_default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes())
            .chain(url::form_urlencoded::parse(entry.body.as_bytes()))
        {
            if ["code", "code_verifier", "refresh_token", "state"].contains(&name.as_ref()) {
                secrets.push((name.into_owned(), value.into_owned()));
            }
        }
        for name in ["authorization", "mcp-session-id"] {
            let value = entry.header(name).unwrap_or_default();
            // Of a JWT only the signature is secret: header and payload are shown.
            let secret = value.rsplit(['.', ' ']).next().unwrap_or_default();
            if !secret.is_empty() {
                secrets.push((name.to_owned(), secret.to_owned()));
            }
        }
    }
    secrets.sort();
    secrets.dedup();
    secrets
}
