//! Opening a data folder: the folder, its lock, the file and its schema, the key.

use super::{Inner, erase, rows};
use crate::StoreError;
use crate::error::database;
use crate::key::{MasterKey, Secret};
use crate::watchers::Watchers;
use sqlx::SqlitePool;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a statement waits for the file when another process (a backup) holds it.
const BUSY: Duration = Duration::from_secs(10);
/// Connections that read at the same time; viewers share them.
const READERS: u32 = 4;

pub(crate) const DATABASE: &str = "authscope.db";
/// Bytes of a page of the file: SQLite's default.
const PAGE: u64 = 4096;

const KEY: &str = "authscope.key";
const LOCK: &str = "authscope.lock";

/// Which data folder to open, and with which key.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The data folder; made when it is not there.
    pub data_dir: PathBuf,
    key: Option<Secret>,
    max_bytes: Option<u64>,
}

impl OpenOptions {
    /// A data folder with the key file in it.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            key: None,
            max_bytes: None,
        }
    }

    /// With the operator's key (`AUTHSCOPE_KEY`, 64 hexadecimal digits) instead of the key file's.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(Secret(key.into()));
        self
    }
}

impl OpenOptions {
    /// With a limit to the size of the database file: writes beyond it fail with [`StoreError::Full`], as on a
    /// full disk, and nothing that was written is lost.
    #[must_use]
    pub fn with_max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }
}

pub(super) async fn open(options: OpenOptions) -> Result<Inner, StoreError> {
    let folder = &options.data_dir;
    make_private_folder(folder)?;
    let lock = lock(folder)?;
    let path = folder.join(DATABASE);
    make_private_file(&path)?;
    let writer = connect(&path, 1, false, options.max_bytes).await?;
    migrate(&writer, &path).await?;
    let key = find_key(&writer, &path, &options).await?;
    // A process that was killed in the middle of a deletion left it to this one.
    erase::finish(&writer).await?;
    let readers = connect(&path, READERS, true, None).await?;
    Ok(Inner {
        writer,
        readers,
        key,
        watchers: Watchers::default(),
        _lock: lock,
    })
}

async fn connect(
    path: &Path,
    connections: u32,
    read: bool,
    max_bytes: Option<u64>,
) -> Result<SqlitePool, StoreError> {
    let mut options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        // Deleted content is overwritten with zeros.
        .pragma("secure_delete", "ON")
        .pragma("query_only", if read { "ON" } else { "OFF" });
    if let Some(bytes) = max_bytes {
        options = options.pragma("max_page_count", (bytes / PAGE).max(1).to_string());
    }
    SqlitePoolOptions::new()
        .max_connections(connections)
        .connect_with(options)
        .await
        .map_err(database("open the database file"))
}

async fn migrate(writer: &SqlitePool, path: &Path) -> Result<(), StoreError> {
    let path = path.to_owned();
    MIGRATIONS.run(writer).await.map_err(|source| match source {
        MigrateError::VersionMissing(found) => StoreError::Newer {
            path,
            found,
            known: MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0),
        },
        source => StoreError::Migrate { path, source },
    })
}

/// The operator's key, or the key file's, or a new one; checked against the one the file was made with.
async fn find_key(
    writer: &SqlitePool,
    path: &Path,
    options: &OpenOptions,
) -> Result<MasterKey, StoreError> {
    let made_with = rows::key_fingerprint(writer).await?;
    let key_file = options.data_dir.join(KEY);
    let given = match &options.key {
        Some(Secret(text)) => Some(MasterKey::parse(text, "AUTHSCOPE_KEY".into())?),
        None => MasterKey::read(&key_file)?,
    };
    let path = path.to_owned();
    match (given, made_with) {
        (Some(key), Some(made_with)) if made_with != key.fingerprint() => {
            let from = key.from;
            Err(StoreError::OtherKey { path, from })
        }
        (Some(key), Some(_)) => Ok(key),
        (None, Some(_)) => Err(StoreError::NoKey { path, key_file }),
        (given, None) => {
            let key = given.map_or_else(|| MasterKey::create(&key_file), Ok)?;
            rows::set_key_fingerprint(writer, &key.fingerprint()).await?;
            Ok(key)
        }
    }
}

fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let io = |source| StoreError::Io {
        doing: "lock",
        path: path.clone(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// Makes the database file when it is not there. Its log gets the same rights from it, so a folder that
/// others may read shows them no session.
fn make_private_file(path: &Path) -> Result<(), StoreError> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(path).map(drop);
    made.map_err(|source| StoreError::Io {
        doing: "make the database file",
        path: path.to_owned(),
        source,
    })
}

fn make_private_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| StoreError::Io {
        doing: "make the data folder",
        path: folder.to_owned(),
        source,
    })
}
