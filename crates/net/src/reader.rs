//! Reads from a connection until a deadline.

use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Instant, timeout_at};

/// Why reading stopped.
#[derive(Debug)]
pub(crate) enum End {
    /// The peer closed its side.
    Closed,
    /// The peer broke the connection.
    Lost(io::Error),
    /// The deadline was reached.
    Timeout,
}

/// A connection's receiving side and what came but was not used.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    io: R,
    /// Bytes received and not used yet.
    pub(crate) buffer: Vec<u8>,
    deadline: Instant,
    /// When the first byte came.
    pub(crate) first_byte: Option<Instant>,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) const fn new(io: R, deadline: Instant) -> Self {
        Self {
            io,
            buffer: Vec::new(),
            deadline,
            first_byte: None,
        }
    }

    /// Reads some more bytes.
    pub(crate) async fn fill(&mut self) -> Result<(), End> {
        self.buffer.reserve(16 * 1024);
        let read = timeout_at(self.deadline, self.io.read_buf(&mut self.buffer)).await;
        match read {
            Err(_) => Err(End::Timeout),
            Ok(Ok(0)) => Err(End::Closed),
            // TLS without a closing alert: how many servers end a connection.
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Err(End::Closed),
            Ok(Err(error)) => Err(End::Lost(error)),
            Ok(Ok(_)) => {
                self.first_byte.get_or_insert_with(Instant::now);
                Ok(())
            }
        }
    }
}
