//! Refresh where a server gives refresh tokens to clients that registered themselves, and what is said where it does not.

use crate::{drive, skipped};
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{SessionConfig, StepKind, Transcript};
use authscope_tests::launcher::Server;
use authscope_tests::transcripts::story;

async fn run(name: &str) -> Transcript {
    let server = Server::start(name, &[]).await.unwrap();
    let mut config = SessionConfig::new(server.value("mcp"));
    config.refresh = true;
    drive(&server, config).await.unwrap()
}

fn is_complete(transcript: &Transcript) -> bool {
    matches!(transcript.status, Status::Finished(Ending::Complete, _))
}

#[tokio::test]
async fn the_refreshed_token_is_used() {
    if skipped() {
        return;
    }
    for name in ["py-fastmcp", "oidc-provider"] {
        let transcript = run(name).await;
        assert!(is_complete(&transcript), "{name}\n{}", story(&transcript));
        let refresh = transcript.last_of(StepKind::Refresh);
        let answered = refresh.map(|exchange| (exchange.status(), exchange.extra));
        assert_eq!(
            answered,
            Some((Some(200), true)),
            "{name}\n{}",
            story(&transcript)
        );
        let last = transcript.exchanges.last().unwrap();
        assert_eq!(
            (last.step, last.status()),
            (StepKind::McpToolsList, Some(200)),
            "{name}"
        );
    }
}

/// ts-sdk advertises the refresh grant and issues no refresh token: nothing is sent that cannot work.
#[tokio::test]
async fn without_a_refresh_token_nothing_is_refreshed() {
    if skipped() {
        return;
    }
    let transcript = run("ts-sdk").await;
    assert!(is_complete(&transcript), "{}", story(&transcript));
    assert!(transcript.last_of(StepKind::Refresh).is_none());
}
