//! A copy of a running store in one file.
//!
//! `VACUUM INTO` reads one moment of the database and writes it without gaps; the instance that uses the database
//! goes on meanwhile. The sealed values in the copy need the same key as those in the data folder.

use crate::StoreError;
use crate::error::database;
use crate::sqlite::open::{DATABASE, MIGRATIONS};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, query, query_scalar};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long to wait for a writer of the database.
const BUSY: Duration = Duration::from_secs(30);

/// Copies the database of a data folder, in use or not, into a file that must not exist yet.
///
/// # Errors
/// When there is no database, it is of a newer version, the file exists, or it cannot be written; nothing is left
/// behind then.
pub async fn backup(data_dir: &Path, file: &Path) -> Result<(), StoreError> {
    let failed = |reason: String| StoreError::Backup {
        path: file.to_owned(),
        reason,
    };
    if file.exists() {
        return Err(failed(
            "there is a file already; move it away, or name another one".into(),
        ));
    }
    let mut database = open(&data_dir.join(DATABASE)).await?;
    let unfinished = unfinished(file);
    let made = copy(&mut database, &unfinished, file).await;
    if made.is_err() {
        // What is left of a failed copy is of no use; when it cannot be removed, the failure itself matters more.
        let _ = std::fs::remove_file(&unfinished);
    }
    let closed = database.close().await;
    made.map_err(|error| match error {
        Failed::Store(error) => error,
        Failed::Io(error) => failed(error.to_string()),
    })?;
    closed.map_err(crate::error::database("close the database"))
}

enum Failed {
    Store(StoreError),
    Io(std::io::Error),
}

async fn open(path: &Path) -> Result<SqliteConnection, StoreError> {
    if let Err(source) = std::fs::metadata(path) {
        return Err(StoreError::Io {
            doing: "find the database",
            path: path.to_owned(),
            source,
        });
    }
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY)
        .connect()
        .await
        .map_err(database("open the database file"))?;
    let found: Option<i64> = query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .map_err(database("read the schema number"))?;
    let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    let found = found.unwrap_or(0);
    if found > known {
        let path = path.to_owned();
        return Err(StoreError::Newer { path, found, known });
    }
    Ok(connection)
}

/// Beside the file, so that giving it its name is one step.
fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".unfinished");
    file.with_file_name(name)
}

async fn copy(
    database: &mut SqliteConnection,
    unfinished: &Path,
    file: &Path,
) -> Result<(), Failed> {
    // Made here, for its owner alone; SQLite fills an empty file.
    drop(private_file(unfinished).map_err(Failed::Io)?);
    let name = unfinished.to_str().ok_or_else(|| {
        Failed::Io(std::io::Error::new(
            ErrorKind::InvalidInput,
            "the path must be UTF-8",
        ))
    })?;
    query("VACUUM INTO ?")
        .bind(name)
        .execute(database)
        .await
        .map_err(crate::error::database("write the backup"))
        .map_err(Failed::Store)?;
    let finish = || {
        File::open(unfinished)?.sync_all()?;
        // A link, unlike a rename, does not replace a file that was made meanwhile.
        std::fs::hard_link(unfinished, file).or_else(|_| {
            if file.exists() {
                return Err(ErrorKind::AlreadyExists.into());
            }
            std::fs::rename(unfinished, file)
        })?;
        match std::fs::remove_file(unfinished) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    };
    finish().map_err(Failed::Io)
}

fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
