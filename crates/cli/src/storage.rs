//! Where `authscope serve` keeps sessions: in a folder of its own, or in a database that several instances share.

use anyhow::Context as _;
use authscope_store::{OpenOptions, PostgresOptions, PostgresStore, SharedStore, SqliteStore};
use clap::Args;
use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// Where sessions are kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct StorageOptions {
    /// Folder for sessions and their key
    #[arg(long, value_name = "DIR", env = "AUTHSCOPE_DATA")]
    data: Option<PathBuf>,
    /// PostgreSQL database for sessions instead of a folder, such as postgres://user@host:5432/authscope; several
    /// instances may use it, all with the same AUTHSCOPE_KEY. Give a password in this variable or in PGPASSWORD rather
    /// than on the command line, which others on the machine can read
    #[arg(
        long,
        value_name = "URL",
        env = "AUTHSCOPE_STORE",
        hide_env_values = true
    )]
    store: Option<Address>,
}

/// The address of a database. There may be a password in it, so it is in no message and no help text, and what is
/// wrong with it is told by the store.
#[derive(Clone)]
struct Address(String);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address")
    }
}

impl FromStr for Address {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

/// An open store.
pub(crate) enum Storage {
    Folder(SqliteStore),
    Database(PostgresStore),
}

impl StorageOptions {
    /// Opens what was asked for; the key comes from `AUTHSCOPE_KEY`, or from the folder.
    pub(crate) async fn open(&self) -> anyhow::Result<Storage> {
        let key = std::env::var("AUTHSCOPE_KEY")
            .ok()
            .filter(|key| !key.is_empty());
        let address = self.store.as_ref().filter(|address| !address.0.is_empty());
        if let Some(Address(address)) = address {
            let options = PostgresOptions::new(address);
            let options = key.into_iter().fold(options, PostgresOptions::with_key);
            return Ok(Storage::Database(PostgresStore::open(options).await?));
        }
        let options = OpenOptions::new(data_folder(self.data.as_ref())?);
        let options = key.into_iter().fold(options, OpenOptions::with_key);
        Ok(Storage::Folder(SqliteStore::open(options).await?))
    }
}

impl Storage {
    pub(crate) fn shared(&self) -> SharedStore {
        match self {
            Self::Folder(store) => Arc::new(store.clone()),
            Self::Database(store) => Arc::new(store.clone()),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Folder(store) => store.close().await,
            Self::Database(store) => store.close().await,
        }
    }
}

/// The folder of the sessions: as given, or the one for this user's programs.
pub(crate) fn data_folder(given: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(data) = given {
        return Ok(data.clone());
    }
    let home = dirs::data_local_dir()
        .context("find a folder for the sessions: there is no home folder; give one with --data")?;
    Ok(home.join("authscope"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        options: StorageOptions,
    }

    #[tokio::test]
    async fn a_password_is_in_no_message() {
        for address in ["postgres://me:hunter2@h:nope/db", "hunter2"] {
            let line = Line::try_parse_from(["serve", "--store", address]).unwrap();
            assert!(!format!("{line:?}").contains("hunter2"));
            let Err(error) = line.options.open().await else {
                panic!("{address} was opened");
            };
            let text = format!("{error:#}");
            assert!(text.contains("expected one such as postgres://"), "{text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
