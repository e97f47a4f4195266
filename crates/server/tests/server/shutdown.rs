//! A real listener, and its end.

use crate::app::{App, Options};
use authscope_server::{PublicUrl, ServeConfig, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

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
        serve(config, stop).await.unwrap();
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
