//! oidc-provider: client documents, a client that exists already, refresh, and a person who says no.

use crate::{REDIRECT_URI, drive, skipped};
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{RegistrationChoice, RevisionChoice, SessionConfig, StepKind, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::launcher::Server;
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::transcripts::{complaints, story};

fn config(server: &Server) -> SessionConfig {
    let mut config = SessionConfig::new(server.value("mcp"));
    config.revision = RevisionChoice::V2025_11_25;
    config
}

fn assert_complete(transcript: &Transcript) {
    assert!(
        matches!(transcript.status, Status::Finished(Ending::Complete, _)),
        "{}",
        story(transcript)
    );
    assert!(complaints(transcript).is_empty(), "{}", story(transcript));
}

#[tokio::test]
async fn a_client_document_is_taken() {
    if skipped() {
        return;
    }
    let documents = Server::start("_cimd", &[]).await.unwrap();
    let server = Server::start("oidc-provider", &[("CIMD_LOCAL", "1")])
        .await
        .unwrap();
    let mut config = config(&server);
    config.registration = RegistrationChoice::Auto;
    config.client_metadata_url = Some(documents.value("client_id").into());
    config.redirect_uri = Some(REDIRECT_URI.into());
    let transcript = drive(&server, config).await.unwrap();
    assert_complete(&transcript);
    assert_eq!(
        transcript.registration().unwrap().0,
        RegistrationChoice::Cimd
    );
    assert!(transcript.last_of(StepKind::Register).is_none());
}

/// Real authorization servers do not fetch documents from loopback. The refusal is told in their words.
#[tokio::test]
async fn a_client_document_on_loopback_is_refused() {
    if skipped() {
        return;
    }
    let server = Server::start("oidc-provider", &[]).await.unwrap();
    let instance = Instance::start(Options::headless()).await.unwrap();
    let mut config = config(&server);
    config.registration = RegistrationChoice::Cimd;
    config.client_metadata_url = Some("https://localhost:1/client.json".into());
    let transcript = instance.finish(config).await.unwrap();
    assert!(
        matches!(transcript.status, Status::Finished(Ending::Blocked, _)),
        "{}",
        story(&transcript)
    );
    let page = transcript.last_of(StepKind::Authorize).unwrap();
    let page = &page.response().unwrap().body.text;
    assert!(page.contains("metadata document fetch failed"), "{page}");
    let findings = authscope_rules::diagnose(&transcript);
    let rule = findings.first().map(|finding| finding.rule.as_str());
    assert_eq!(
        rule,
        Some("cimd-document-unreachable"),
        "{}",
        story(&transcript)
    );
    // The server's own words are recognised, and fold under the reason.
    let refusal = findings.iter().find(|f| f.rule == "cimd-fetch-failed");
    let cause = refusal.and_then(|finding| finding.explained_by.as_deref());
    assert_eq!(
        cause,
        Some("cimd-document-unreachable"),
        "{}",
        story(&transcript)
    );
}

#[tokio::test]
async fn a_client_that_exists_already_with_refresh() {
    if skipped() {
        return;
    }
    let server = Server::start("oidc-provider", &[]).await.unwrap();
    let mut config = config(&server);
    config.client_id = Some("pre".into());
    config.client_secret = Some("pre-secret".into());
    config.redirect_uri = Some(REDIRECT_URI.into());
    config.refresh = true;
    config.verify_token = true;
    let transcript = drive(&server, config).await.unwrap();
    assert_complete(&transcript);
    let refresh = transcript.last_of(StepKind::Refresh).unwrap();
    assert_eq!(refresh.status(), Some(200));
    let after = transcript.exchanges.last().unwrap();
    assert_eq!(
        (after.step, after.status()),
        (StepKind::McpToolsList, Some(200))
    );
}

#[tokio::test]
async fn a_person_who_says_no() {
    if skipped() {
        return;
    }
    let server = Server::start("oidc-provider", &[]).await.unwrap();
    let instance = Instance::start(Options::with_a_person()).await.unwrap();
    let id = instance.run(config(&server)).await.unwrap();
    let asked = |t: &Transcript| matches!(t.status, Status::YourTurn(_));
    instance.wait(&id, "the sign-in", asked).await.unwrap();
    let url = instance.engine.authorization_url(&id).await.unwrap();
    let person = Person::new("ana", "any", Consent::Deny).unwrap();
    let back = person
        .sign_in(&url, &instance.redirect_uri())
        .await
        .unwrap();
    let (_, page) = open_page(&back).await.unwrap();
    assert!(page.contains("access_denied"), "{page}");
    let transcript = instance
        .wait(&id, "the end", Transcript::is_finished)
        .await
        .unwrap();
    let Status::Finished(Ending::Blocked, message) = &transcript.status else {
        panic!("{}", story(&transcript));
    };
    assert!(message.contains("Access was denied"), "{message}");
}
