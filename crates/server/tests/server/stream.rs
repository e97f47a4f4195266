//! The event stream: replay, live, slow readers, the end.

use crate::app::{App, header, problem};
use axum::body::{Body, BodyDataStream};
use axum::response::Response;
use futures_util::StreamExt as _;
use http::{Method, StatusCode};
use serde_json::Value;

/// Reads one message after the other.
pub(crate) struct Messages {
    body: BodyDataStream,
    text: String,
}

impl Messages {
    pub(crate) fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        Self {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next message as it is on the wire; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((message, rest)) = self.text.split_once("\n\n") {
                let message = message.to_owned();
                self.text = rest.to_owned();
                return Some(message);
            }
            let bytes = self.body.next().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The number of the next event; its data agree.
    async fn number(&mut self) -> u64 {
        loop {
            let message = self.next().await.unwrap();
            let field = |name: &str| {
                let mut lines = message.lines();
                lines.find_map(|line| line.strip_prefix(name).map(str::to_owned))
            };
            let (Some(id), Some(data)) = (field("id: "), field("data: ")) else {
                continue;
            };
            let event: Value = serde_json::from_str(&data).unwrap();
            assert_eq!(event["seq"].to_string(), id);
            return id.parse().unwrap();
        }
    }

    async fn numbers(&mut self, count: usize) -> Vec<u64> {
        let mut numbers = Vec::new();
        for _ in 0..count {
            numbers.push(self.number().await);
        }
        numbers
    }
}

async fn stream(app: &App, query: &str, last: Option<&str>) -> Messages {
    let path = format!("/api/sessions/s/events{query}");
    let mut request = app.request(Method::GET, &path);
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = app.send(request.body(Body::empty()).unwrap()).await;
    Messages::of(response)
}

#[tokio::test]
async fn what_there_is_comes_first_then_what_is_new() {
    let app = App::new();
    app.session("s", 3).await;
    let mut messages = stream(&app, "", None).await;
    assert_eq!(messages.numbers(3).await, [1, 2, 3]);
    app.append("s", 2).await;
    assert_eq!(messages.numbers(2).await, [4, 5]);
}

#[tokio::test]
async fn a_reader_goes_on_where_it_was() {
    let app = App::new();
    app.session("s", 5).await;
    for (query, last, next) in [
        ("?after=3", None, 4),
        ("?after=0", None, 1),
        ("", Some("4"), 5),
        // The browser's own number is newer than the one in the address it was opened with.
        ("?after=1", Some("3"), 4),
        ("?after=2", Some("rubbish"), 3),
    ] {
        let mut messages = stream(&app, query, last).await;
        assert_eq!(messages.number().await, next, "{query} {last:?}");
    }
    let mut messages = stream(&app, "?after=5", None).await;
    app.append("s", 1).await;
    assert_eq!(messages.number().await, 6);
}

#[tokio::test]
async fn proxies_and_browsers_are_told_to_let_it_through() {
    let app = App::new();
    app.session("s", 0).await;
    let response = app.get("/api/sessions/s/events").await;
    assert_eq!(header(&response, "content-type"), "text/event-stream");
    assert_eq!(header(&response, "cache-control"), "no-store, no-transform");
    assert_eq!(header(&response, "x-accel-buffering"), "no");
    let first = Messages::of(response).next().await.unwrap();
    assert!(first.contains("retry: "), "{first}");
}

#[tokio::test]
async fn a_reader_that_lags_behind_misses_nothing() {
    let app = App::new();
    app.session("s", 1).await;
    let mut slow = stream(&app, "", None).await;
    assert_eq!(slow.number().await, 1);
    for _ in 0..50 {
        app.append("s", 20).await;
    }
    let expected: Vec<u64> = (2..=1001).collect();
    assert_eq!(slow.numbers(1000).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reader_sees_every_event_once() {
    let app = App::new();
    app.session("s", 0).await;
    let mut readers = Vec::new();
    for _ in 0..5 {
        let mut messages = stream(&app, "", None).await;
        readers.push(tokio::spawn(async move { messages.numbers(100).await }));
    }
    for _ in 0..100 {
        app.append("s", 1).await;
    }
    let expected: Vec<u64> = (1..=100).collect();
    for reader in readers {
        assert_eq!(reader.await.unwrap(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn silence_is_filled_with_comments() {
    let app = App::new();
    app.session("s", 0).await;
    let mut messages = stream(&app, "", None).await;
    messages.next().await.unwrap();
    let told = messages.next().await.unwrap();
    assert!(told.starts_with("event: presence\n"), "{told}");
    let begin = tokio::time::Instant::now();
    assert_eq!(messages.next().await.unwrap(), ": keep-alive");
    assert!(begin.elapsed().as_secs() <= 15, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_deleted_session_ends_its_streams() {
    let app = App::new();
    app.session("s", 1).await;
    let mut messages = stream(&app, "", None).await;
    assert_eq!(messages.number().await, 1);
    app.store.delete_session("s").await.unwrap();
    let last = messages.next().await.unwrap();
    assert!(last.starts_with("event: gone\n"), "{last}");
    assert_eq!(messages.next().await, None);
}

#[tokio::test]
async fn a_stream_of_nothing_is_refused() {
    let app = App::new();
    let response = app.get("/api/sessions/nobody/events").await;
    problem(response, StatusCode::NOT_FOUND, "unknown-session").await;
    app.session("s", 1).await;
    let response = app.get("/api/sessions/s/events?after=x").await;
    problem(response, StatusCode::BAD_REQUEST, "bad-request").await;
}
