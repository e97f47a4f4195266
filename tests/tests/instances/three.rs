//! Three instances: what one runs is reached through every other.

use crate::support::{
    Cluster, Target, Viewer, authorization_url, browser, command, create, free_port, sign_in,
};
use authscope_model::StepKind;
use authscope_model::event::{Ending, Turn};
use authscope_model::transcript::Status;
use authscope_testkit::postgres::PASSWORD;
use authscope_tests::person::open_page;
use authscope_tests::transcripts::story;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flow_runs_on_one_its_callback_lands_on_another_and_a_third_shows_it() {
    let target = Target::start(Duration::ZERO).await;
    let public_url = format!("http://127.0.0.1:{}/", free_port());
    let cluster = Cluster::new(public_url.clone(), &[]);
    let ports = [free_port(), free_port(), free_port()];
    // All at once on an empty database.
    let (a, b, c) = tokio::join!(
        cluster.start(ports[0]),
        cluster.start(ports[1]),
        cluster.start(ports[2])
    );
    let browser = browser();
    let id = create(&browser, &a.base, &target.config()).await;
    let mut viewer = Viewer::connect(&browser, &c.base, &id).await;
    viewer
        .wait("the person's turn", |t| {
            matches!(t.status, Status::YourTurn(Turn::Authorize { .. }))
        })
        .await
        .unwrap();

    // What needs the runner is reached through everybody.
    let url = authorization_url(&browser, &a.base, &id).await;
    assert_eq!(authorization_url(&browser, &b.base, &id).await, url);
    let document = format!("{}oauth/client/{id}/metadata.json", c.base);
    let (status, text) = open_page(&document).await.unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status, 200, "{text}");
    assert_eq!(
        document["client_id"],
        format!("{public_url}oauth/client/{id}/metadata.json")
    );
    let refused = command(&browser, &b.base, &id, json!({"type": "refresh"})).await;
    assert_eq!(refused.status(), 409);

    let back = sign_in(&url, &public_url, &b.base).await.unwrap();
    let (status, page) = open_page(&back).await.unwrap();
    assert_eq!(status, 200, "{page}");
    viewer.end().await.unwrap();
    let story = story(&viewer.transcript);
    assert!(
        matches!(
            viewer.transcript.status,
            Status::Finished(Ending::Complete, _)
        ),
        "{story}"
    );
    // A second hit, on a third instance, finds its session too, and redeems nothing.
    let again = back.replacen(&b.base, &c.base, 1);
    let (status, _) = open_page(&again).await.unwrap();
    assert_eq!(status, 400);
    let refresh = json!({"type": "refresh"});
    let taken = command(&browser, &c.base, &id, refresh).await;
    assert_eq!(taken.status(), 204, "{:?}", taken.text().await);
    let refreshed = |t: &authscope_model::Transcript| {
        t.is_finished() && t.exchanges.iter().any(|e| e.step == StepKind::Refresh)
    };
    viewer.wait("the refresh", refreshed).await.unwrap();
    assert_eq!(target.token_requests(), 2);
    assert!(
        viewer
            .transcript
            .exchanges
            .iter()
            .any(|e| e.step == StepKind::ClientDocumentFetch),
        "{story}"
    );

    // Deleted on one, gone on all.
    let gone = browser.delete(format!("{}api/sessions/{id}", b.base));
    let gone = gone.json(&json!({})).send().await.unwrap();
    assert_eq!(gone.status(), 204, "{:?}", gone.text().await);
    let asked = browser.get(format!("{}api/sessions/{id}", a.base)).send();
    assert!(matches!(asked.await.unwrap().status().as_u16(), 404 | 410));
    for port in ports {
        let log = cluster.log(port);
        assert!(log.contains("request"), "the log is read");
        assert!(!log.contains(PASSWORD), "the password is in a log");
    }
    assert!(!cluster.postgres.log().contains(PASSWORD));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_is_told_to_end_hands_its_sessions_over_at_once() {
    let target = Target::start(Duration::ZERO).await;
    let cluster = Cluster::new(format!("http://127.0.0.1:{}/", free_port()), &[]);
    let (a, b) = tokio::join!(cluster.start(free_port()), cluster.start(free_port()));
    target.mcp.open(false);
    let browser = browser();
    let id = create(&browser, &a.base, &target.config()).await;
    target.mcp.holds_one().await.unwrap();
    let mut viewer = Viewer::connect(&browser, &b.base, &id).await;
    assert_eq!(a.terminate(), Some(0));
    let ended = std::time::Instant::now();
    target.mcp.open(true);
    viewer
        .wait("the person's turn", |t| {
            matches!(t.status, Status::YourTurn(_))
        })
        .await
        .unwrap();
    assert!(
        ended.elapsed() < Duration::from_secs(4),
        "{:?}",
        ended.elapsed()
    );
}
