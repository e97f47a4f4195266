//! Why the store could not do something, in words.

use std::path::PathBuf;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No session has this id.
    #[error(
        "find the session {0:?}: there is none with that id; it was deleted, or the link is cut"
    )]
    UnknownSession(String),
    /// The id is taken.
    #[error("make the session {0:?}: the id is taken")]
    SessionExists(String),
    /// A file or folder could not be used.
    #[error("{doing} {path:?}: {source}")]
    Io {
        /// What was tried, such as `make the data folder`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Another process has the data folder.
    #[error(
        "open the data folder {0:?}: another authscope is using it; stop that one, or give this one a folder of its own with --data"
    )]
    InUse(PathBuf),
    /// The file was written by a newer version.
    #[error(
        "open {path:?}: it was written by a newer authscope (its schema is number {found}, this one knows up to {known}); use that version, or another data folder"
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Schema number of the file.
        found: i64,
        /// The highest one this build knows.
        known: i64,
    },
    /// The schema could not be brought up to date.
    #[error("bring {path:?} up to date: {source}")]
    Migrate {
        /// The database file.
        path: PathBuf,
        /// What went wrong.
        source: sqlx::migrate::MigrateError,
    },
    /// The key is not one.
    #[error(
        "read the key from {from}: expected 64 hexadecimal digits (as `openssl rand -hex 32` prints them), found {found} characters"
    )]
    BadKey {
        /// `AUTHSCOPE_KEY` or the key file.
        from: String,
        /// How many characters there are; the key itself stays out of messages.
        found: usize,
    },
    /// The data folder was made with another key.
    #[error(
        "open the sealed values in {path:?}: the key from {from} is not the one this data folder was made with; restore that key, or use another data folder"
    )]
    OtherKey {
        /// The database file.
        path: PathBuf,
        /// Where the key came from.
        from: String,
    },
    /// The data folder has sealed values, and their key is gone.
    #[error(
        "open the sealed values in {path:?}: their key file {key_file:?} is missing; restore it, set AUTHSCOPE_KEY, or use another data folder"
    )]
    NoKey {
        /// The database file.
        path: PathBuf,
        /// Where the key should be.
        key_file: PathBuf,
    },
    /// The operating system gave no random bytes.
    #[error("get random bytes from the operating system: {0}")]
    Random(getrandom::Error),
    /// A value could not be sealed.
    #[error("seal {0:?}: the value is too long")]
    Seal(String),
    /// A sealed value was changed outside of authscope, or damaged.
    #[error("open the sealed value {0:?}: its bytes were changed since they were written")]
    Tampered(String),
    /// An event could not be written as JSON or read back.
    #[error("{doing} event {seq} of the session {id:?}: {source}")]
    Event {
        /// `write` or `read`.
        doing: &'static str,
        /// Its number.
        seq: u64,
        /// The session.
        id: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The database said no.
    #[error("{doing}: {source}")]
    Database {
        /// What was tried.
        doing: &'static str,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A write was cut off because the process is ending.
    #[error("finish writing: the process is shutting down")]
    ShuttingDown,
}

/// Puts what was tried in front of what the database said.
pub(crate) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |source| StoreError::Database { doing, source }
}
