//! Runs the app on a listener until it is told to stop.

use crate::app::router;
use crate::state::AppState;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long open requests may go on after the signal. Streams end at once by themselves.
const GRACE: Duration = Duration::from_secs(8);

/// What to run and where.
pub struct ServeConfig {
    /// Bound already, so that its port is known to whoever made the public URL.
    pub listener: TcpListener,
    /// What the handlers reach.
    pub state: AppState,
}

/// Serves until `stop` is ready, then lets requests end: no new connections, a goodbye on every stream.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    config: ServeConfig,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let stopping = config.state.stopping().clone();
    let app = router(config.state).into_make_service_with_connect_info::<SocketAddr>();
    let signal = {
        let stopping = stopping.clone();
        async move {
            stop.await;
            stopping.cancel();
        }
    };
    let server = axum::serve(config.listener, app).with_graceful_shutdown(signal);
    let too_late = async move {
        stopping.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        result = server.into_future() => result,
        () = too_late => {
            tracing::warn!("some requests did not end in time; their connections are closed");
            Ok(())
        }
    }
}
