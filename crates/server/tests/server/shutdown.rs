//! A real listener, and its end.

use crate::app::{App, Options};
use authscope_server::{PublicUrl, ServeConfig, serve};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// A server on a port of its own; it stops when the sender is used.
async fn start() -> (
    App,
    String,
    oneshot::Sender<()>,
    tokio::task::JoinHandle<()>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let public_url = PublicUrl::of_listener(listener.local_addr().unwrap()).to_string();
    let app = App::with(&Options {
        public_url: Some(&public_url),
        ..Options::default()
    });
    let (stop, stopped) = oneshot::channel();
    let config = ServeConfig {
        listener,
        state: app.state.clone(),
    };
    let server = tokio::spawn(async move {
        let stop = async { stopped.await.unwrap() };
        serve(config, stop).await;
    });
    (app, public_url, stop, server)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_say_goodbye_and_the_server_ends() {
    let (app, url, stop, server) = start().await;
    app.session("s", 2).await;
    let mut stream = reqwest::get(format!("{url}api/sessions/s/events"))
        .await
        .unwrap();
    let mut seen = String::new();
    while !seen.contains("id: 2\n") {
        let bytes = stream.chunk().await.unwrap().unwrap();
        seen.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    stop.send(()).unwrap();
    while let Some(bytes) = stream.chunk().await.unwrap() {
        seen.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    assert!(seen.contains("event: bye\n"), "{seen}");
    server.await.unwrap();
    let refused = reqwest::get(format!("{url}healthz")).await.unwrap_err();
    assert!(refused.is_connect(), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_peer_of_a_document_fetch_is_recorded() {
    let (app, url, stop, server) = start().await;
    let client = reqwest::Client::new();
    let made = client
        .post(format!("{url}api/sessions"))
        .header("content-type", "application/json")
        .body(r#"{"config":{"server_url":"http://127.0.0.1:1/mcp"}}"#)
        .send();
    let made = made.await.unwrap().text().await.unwrap();
    let id: serde_json::Value = serde_json::from_str(&made).unwrap();
    let id = id["id"].as_str().unwrap();
    let document = client.get(format!("{url}oauth/client/{id}/metadata.json"));
    assert_eq!(document.send().await.unwrap().status(), 200);
    let events = app.store.events(id, 0, 100).await.unwrap();
    let recorded = serde_json::to_string(&events).unwrap();
    assert!(recorded.contains("\"peer\":\"127.0.0.1:"), "{recorded}");
    drop(client);
    stop.send(()).unwrap();
    server.await.unwrap();
}

/// Time passes by itself whenever nothing is left to do, so a server that waits for ever is found out at once.
#[tokio::test(start_paused = true)]
async fn a_head_that_never_ends_is_waited_for_only_so_long() {
    let (_app, url, _stop, _server) = start().await;
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    for begun in ["", "GET /healthz HTTP/1.1\r\nHost: 127"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let closed = timeout(Duration::from_secs(60), stream.read_to_end(&mut answer)).await;
        assert!(closed.is_ok(), "still open after a minute: {begun:?}");
        let answer = String::from_utf8(answer).unwrap();
        assert!(!answer.contains(" 200 "), "{answer}");
    }
}
