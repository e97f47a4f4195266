//! A TCP proxy in front of a server that can be slow, or hold connections until it is opened: so that something happens
//! in the middle of a request, and not around it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The proxy. Dropping it closes its listener.
pub struct Gate {
    address: SocketAddr,
    open: watch::Sender<bool>,
    held: watch::Receiver<usize>,
    listener: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Gate {
    /// Passes connections on to an address, each after a while.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(to: SocketAddr, delay: Duration) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let open = watch::Sender::new(true);
        let (holds, held) = watch::channel(0);
        let opened = open.subscribe();
        let listener = tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let (mut opened, holds) = (opened.clone(), holds.clone());
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    holds.send_modify(|held| *held += 1);
                    if opened.wait_for(|open| *open).await.is_err() {
                        return;
                    }
                    holds.send_modify(|held| *held -= 1);
                    if let Ok(mut server) = TcpStream::connect(to).await {
                        // Either side may go away: that is what this is for.
                        let _ = copy_bidirectional(&mut connection, &mut server).await;
                    }
                });
            }
        });
        Ok(Self {
            address,
            open,
            held,
            listener,
        })
    }

    /// The origin under which the server is reached through it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on connections are held, or no longer.
    pub fn open(&self, open: bool) {
        self.open.send_replace(open);
    }

    /// Ready when a connection is held.
    ///
    /// # Errors
    /// When the proxy is gone.
    pub async fn holds_one(&self) -> anyhow::Result<()> {
        self.held.clone().wait_for(|held| *held > 0).await?;
        Ok(())
    }
}
