//! Runs the app on a listener until it is told to stop.
//!
//! The loop is hyper's and not `axum::serve`, which cannot be told how long a request's head may take to arrive.

use crate::app::router;
use crate::sharing::elsewhere;
use crate::state::AppState;
use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// How long open requests may go on after the signal. Streams end at once by themselves.
const GRACE: Duration = Duration::from_secs(8);
/// How long the head of a request may take to arrive, and a connection may stay without one: whoever sends a byte now
/// and then holds nothing open for ever.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// How long to wait before connections are accepted again, after the system had no room for one.
const NO_ROOM: Duration = Duration::from_millis(500);

/// What to run and where.
pub struct ServeConfig {
    /// Bound already, so that its port is known to whoever made the public URL.
    pub listener: TcpListener,
    /// What the handlers reach.
    pub state: AppState,
}

/// Serves until `stop` is ready, then lets requests end: no new connections, a goodbye on every stream.
pub async fn serve(config: ServeConfig, stop: impl Future<Output = ()> + Send + 'static) {
    let stopping = config.state.stopping().clone();
    let together = tokio::spawn(elsewhere::run(config.state.clone()));
    let app = router(config.state);
    let connections = GracefulShutdown::new();
    tokio::select! {
        () = accept(&config.listener, &app, &connections) => {}
        () = stop => {}
    }
    drop(config.listener);
    stopping.cancel();
    if tokio::time::timeout(GRACE, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not end in time; their connections are closed");
    }
    together.abort();
}

/// Takes connections for ever.
async fn accept(listener: &TcpListener, app: &Router, connections: &GracefulShutdown) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                tokio::spawn(connection(
                    stream,
                    address,
                    app.clone(),
                    connections.watcher(),
                ));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(NO_ROOM).await;
            }
        }
    }
}

/// Answers the requests of one connection.
async fn connection(stream: TcpStream, address: SocketAddr, app: Router, watcher: Watcher) {
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(address));
        app.clone().oneshot(request)
    });
    // Events are small and late ones are noticed.
    let _ = stream.set_nodelay(true);
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), service);
    // Whoever is gone, or too slow, is told nothing more.
    if let Err(error) = watcher.watch(served).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
