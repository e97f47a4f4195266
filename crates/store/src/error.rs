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
        "open {path:?}: it was written by a newer authscope (its schema is number {found}, this one knows up to {known}); use that version, or another data folder or database"
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
        "open the sealed values in {path:?}: the key from {from} is not the one this was made with; restore that key, or use another data folder or database"
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
    /// The database has no key file beside it.
    #[error(
        "open the sealed values in {0:?}: a database keeps no key; set AUTHSCOPE_KEY to 64 hexadecimal digits (as `openssl rand -hex 32` prints them), the same for every authscope that uses this database"
    )]
    KeyNeeded(PathBuf),
    /// The address of a database is none. It is not shown: there may be a password in it.
    #[error(
        "read the address of the store: expected one such as postgres://user:password@host:5432/database (it is not shown here, because there may be a password in it)"
    )]
    BadAddress,
    /// Another instance runs the session now; nothing was written.
    #[error("write to the session {0:?}: another authscope has taken it over; nothing was written")]
    TakenOver(String),
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
    /// The file is damaged.
    #[error("read the database: it is damaged ({0}); restore a backup")]
    Corrupt(String),
    /// There is no room for a write.
    #[error(
        "{doing}: the disk is full, or the database has reached its size limit. Nothing that was recorded is lost. \
         Free some space (delete sessions, or shorten the retention with --retain-finished and --retain-bytes), then \
         try again; a restart is not needed"
    )]
    Full {
        /// What was tried.
        doing: &'static str,
    },
    /// A backup cannot be written where it was asked for.
    #[error("write the backup to {path:?}: {reason}")]
    Backup {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A write was cut off because the process is ending.
    #[error("finish writing: the process is shutting down")]
    ShuttingDown,
}

/// Puts what was tried in front of what the database said.
pub(crate) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |source| match is_full(&source) {
        true => StoreError::Full { doing },
        false => StoreError::Database { doing, source },
    }
}

/// SQLite's codes for a full disk: FULL, and its failures to write (IOERR_WRITE), to sync (IOERR_FSYNC), to lengthen
/// the file (IOERR_TRUNCATE) and its shared memory (IOERR_SHMSIZE), which are what a full disk or a quota look like.
/// PostgreSQL's is disk_full.
fn is_full(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code = error.code();
    matches!(
        code.as_deref(),
        Some("13" | "778" | "1034" | "1546" | "4874" | "53100")
    )
}
