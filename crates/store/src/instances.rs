//! Several processes on one store: which of them runs a session, and how the others reach it.
//!
//! A session is run by one instance at a time. Taking it raises the session's epoch, and whoever writes as its runner
//! names the epoch he took it in ([`crate::Batch::epoch`]): what a runner that was taken for lost still wants to write
//! is refused as a whole. An instance counts as lost when it was not heard of for [`LOST_AFTER`]; the database's clock
//! decides, so the clocks of the machines need not agree.
//!
//! What an instance wants from a session that another one runs goes through mail. A message is marked as done in the
//! same transaction as the events that follow from it, so when the runner is lost in between, the next one either
//! finds it undone or finds it in the log; it is never carried out twice.

use crate::StoreError;
use async_trait::async_trait;
use std::time::Duration;
use tokio::sync::{broadcast, watch};

/// An instance that was not heard of for so long is lost: others take its sessions.
pub const LOST_AFTER: Duration = Duration::from_secs(5);
/// How often an instance is to be heard of.
pub const BEAT: Duration = Duration::from_secs(1);

/// A message for the runner of a session.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number.
    pub id: i64,
    /// The session it is for.
    pub session: String,
    /// What it says, in plain bytes.
    pub message: Vec<u8>,
}

impl std::fmt::Debug for Mail {
    // A message may hold an authorization code: it must not reach a log by way of `{:?}`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// Something another instance has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Name of that instance.
    pub from: String,
    /// What it said, in plain bytes.
    pub text: Vec<u8>,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// Nobody has taken it up.
    Waiting,
    /// A runner has taken it up.
    Claimed,
    /// What follows from it is in the log; the answer is not there yet.
    Done,
    /// The answer, in plain bytes.
    Answered(Vec<u8>),
    /// It is gone, and with it, as a rule, its session.
    Gone,
}

/// What a store offers that several processes can use at the same time.
#[async_trait]
pub trait Instances: Send + Sync {
    /// Says that this instance is alive, for another [`LOST_AFTER`].
    ///
    /// # Errors
    /// When the storage fails.
    async fn beat(&self) -> Result<(), StoreError>;

    /// Gives all sessions of this instance back: others may take them at once.
    ///
    /// # Errors
    /// When the storage fails.
    async fn leave(&self) -> Result<(), StoreError>;

    /// Takes a session for this instance, unless another one that is alive has it. Gives the new epoch.
    ///
    /// # Errors
    /// When there is no such session, or the storage fails.
    async fn take(&self, session: &str) -> Result<Option<u64>, StoreError>;

    /// Gives a session back that was taken in this epoch; no error when it is another's by now.
    ///
    /// # Errors
    /// When the storage fails.
    async fn give_back(&self, session: &str, epoch: u64) -> Result<(), StoreError>;

    /// The sessions that are this instance's, with their epochs.
    ///
    /// # Errors
    /// When the storage fails.
    async fn held(&self) -> Result<Vec<(String, u64)>, StoreError>;

    /// Sessions that somebody has to run and nobody else does: they are at work or have mail, and their runner is lost,
    /// gave them back, or is this instance. Also those whose runner is lost while it is a person's turn: it may have
    /// polled for what the person does elsewhere (RFC 8628).
    ///
    /// # Errors
    /// When the storage fails.
    async fn waiting(&self) -> Result<Vec<String>, StoreError>;

    /// Sends a message to the runner of a session; gives its number.
    ///
    /// # Errors
    /// When there is no such session, or the storage fails.
    async fn post(&self, session: &str, message: &[u8]) -> Result<i64, StoreError>;

    /// Takes up the mail of the sessions that are this instance's: what nobody took up in their present epoch, oldest
    /// first.
    ///
    /// # Errors
    /// When a message cannot be opened, or the storage fails.
    async fn collect(&self) -> Result<Vec<Mail>, StoreError>;

    /// Answers a message; no error when nobody waits for it any more.
    ///
    /// # Errors
    /// When the storage fails.
    async fn answer(&self, mail: &Mail, answer: &[u8]) -> Result<(), StoreError>;

    /// What became of a message. One that is answered is gone afterwards.
    ///
    /// # Errors
    /// When the answer cannot be opened, or the storage fails.
    async fn look_up(&self, session: &str, mail: i64) -> Result<Posted, StoreError>;

    /// Takes a message back that nobody has taken up; false when it was too late for that.
    ///
    /// # Errors
    /// When the storage fails.
    async fn take_back(&self, mail: i64) -> Result<bool, StoreError>;

    /// Removes messages whose senders did not come for the answer, and instances that are lost for long.
    ///
    /// # Errors
    /// When the storage fails.
    async fn tidy(&self) -> Result<(), StoreError>;

    /// Says something to the other instances that listen now: a few kilobytes, encrypted on the way and kept nowhere. Who
    /// does not listen never hears of it.
    ///
    /// # Errors
    /// When it is too long, or the storage fails.
    async fn say(&self, text: &[u8]) -> Result<(), StoreError>;

    /// What the others say from now on. Whoever hears too slowly misses some.
    fn hear(&self) -> broadcast::Receiver<Heard>;

    /// Changes when there may be mail or an answer. A hint to look sooner, nothing more.
    fn bell(&self) -> watch::Receiver<u64>;
}
