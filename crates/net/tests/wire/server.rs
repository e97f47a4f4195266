//! Servers made of bytes: they read one request and act a script.

use authscope_model::exchange::Failure;
use authscope_model::{RawExchange, RawOutcome, RawResponse};
use authscope_net::{Net, NetRequest, NetSettings};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// One thing a server does after it has read the request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Writes bytes.
    Write(Vec<u8>),
    /// Writes bytes one by one with a pause after each, for ever.
    Drip(u8, Duration),
    /// Waits until the client closes.
    Hold,
    /// Breaks the connection.
    Reset,
}

/// Bytes to write.
pub(crate) fn write(bytes: impl AsRef<[u8]>) -> Act {
    Act::Write(bytes.as_ref().to_vec())
}

/// Starts a server for one connection; gives its address and what it read.
pub(crate) async fn serve(script: Vec<Act>) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        if script.iter().any(|act| matches!(act, Act::Reset)) {
            stream.set_zero_linger().unwrap();
        }
        let request = read_request(&mut stream).await;
        act(&mut stream, script).await;
        request
    });
    (address, task)
}

/// Reads a request head and as much body as it announces.
pub(crate) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|l| {
                    l.to_ascii_lowercase()
                        .strip_prefix("content-length: ")?
                        .parse()
                        .ok()
                })
                .unwrap_or(0);
            if body.len() >= length {
                return request;
            }
        }
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            return request;
        }
    }
}

/// Acts a script; a client that has gone ends it.
pub(crate) async fn act(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), script: Vec<Act>) {
    for act in script {
        match act {
            Act::Write(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                let _ = stream.flush().await;
            }
            Act::Drip(byte, pause) => {
                while stream.write_all(&[byte]).await.is_ok() {
                    let _ = stream.flush().await;
                    tokio::time::sleep(pause).await;
                }
                return;
            }
            Act::Hold => {
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
            }
            Act::Reset => return,
        }
    }
    let _ = stream.shutdown().await;
}

/// Settings with a short limit.
pub(crate) fn settings() -> NetSettings {
    NetSettings {
        timeout: Duration::from_secs(10),
        user_agent: String::new(),
        ..NetSettings::default()
    }
}

pub(crate) fn net() -> Net {
    Net::new(settings()).unwrap()
}

/// GETs `/` from a server that acts a script.
pub(crate) async fn get(script: Vec<Act>) -> RawExchange {
    let (address, _task) = serve(script).await;
    net()
        .send(NetRequest::new("GET", format!("http://{address}/")))
        .await
}

pub(crate) fn response(exchange: &RawExchange) -> &RawResponse {
    match &exchange.outcome {
        RawOutcome::Response(response) => response,
        RawOutcome::Failed(failure) => panic!("no response: {failure:?}"),
    }
}

pub(crate) fn failure(exchange: &RawExchange) -> &Failure {
    match &exchange.outcome {
        RawOutcome::Failed(failure) => failure,
        RawOutcome::Response(response) => panic!("a response: {response:?}"),
    }
}
