//! Opening a PostgreSQL database: its address, its schema, the key.

use super::{Inner, listen, rows};
use crate::StoreError;
use crate::error::database;
use crate::key::{MasterKey, Secret};
use crate::watchers::Watchers;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, query};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::{broadcast, watch};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations-postgres");

/// Connections for reading and writing; requests share them.
const CONNECTIONS: u32 = 10;
/// Connections that nobody else may use up: for saying that this instance is alive.
const OWN: u32 = 1;
/// What others said and this process has not taken in yet.
const HEARD: usize = 256;
/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Which database to open, and with which key.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    address: Secret,
    key: Option<Secret>,
}

impl PostgresOptions {
    /// A database by its address, such as `postgres://user:password@host:5432/name`; what the address leaves out comes
    /// from the variables of PostgreSQL (`PGPASSWORD`, `PGSSLROOTCERT` …) and `~/.pgpass`.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: Secret(address.into()),
            key: None,
        }
    }

    /// With the operator's key (`AUTHSCOPE_KEY`, 64 hexadecimal digits).
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(Secret(key.into()));
        self
    }
}

pub(super) async fn open(options: PostgresOptions) -> Result<Inner, StoreError> {
    let connect = read_address(&options.address)?;
    let name = name_of(&connect);
    let Some(Secret(key)) = &options.key else {
        return Err(StoreError::KeyNeeded(name));
    };
    let key = MasterKey::parse(key, "AUTHSCOPE_KEY".into())?;
    let pool = pool(&connect, CONNECTIONS).await?;
    migrate(&pool, &name).await?;
    check_key(&pool, &name, &key).await?;
    let own = self::pool(&connect, OWN).await?;
    let inner = Inner {
        pool,
        own,
        key,
        connect,
        watchers: Watchers::default(),
        bell: watch::Sender::new(0),
        heard: broadcast::Sender::new(HEARD),
        id: random_id()?,
        listener: std::sync::Mutex::new(None),
    };
    Ok(inner)
}

/// Reads the address. It is never part of a message: there may be a password anywhere in it.
fn read_address(Secret(address): &Secret) -> Result<PgConnectOptions, StoreError> {
    let known = ["postgres://", "postgresql://"];
    let options: PgConnectOptions = known
        .iter()
        .any(|scheme| address.starts_with(scheme))
        .then(|| address.parse().ok())
        .flatten()
        .ok_or(StoreError::BadAddress)?;
    Ok(options
        .application_name("authscope")
        // What a transaction may see is part of what the statements here rely on.
        .options([("default_transaction_isolation", "read committed")]))
}

/// The database for messages: without user name and password.
fn name_of(options: &PgConnectOptions) -> PathBuf {
    let host = options.get_socket().map_or_else(
        || options.get_host().to_owned(),
        |s| s.display().to_string(),
    );
    let database = options.get_database().unwrap_or(options.get_username());
    let port = options.get_port();
    PathBuf::from(format!("postgres://{host}:{port}/{database}"))
}

pub(super) async fn pool(
    options: &PgConnectOptions,
    connections: u32,
) -> Result<PgPool, StoreError> {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(CONNECT)
        .after_connect(|connection, _| {
            Box::pin(async move {
                // What was acknowledged must outlive a crash of the server, whatever its configuration says.
                query(
                    "SELECT set_config('synchronous_commit', 'on', false) \
                     WHERE current_setting('synchronous_commit') = 'off'",
                )
                .execute(connection)
                .await
                .map(drop)
            })
        })
        .connect_with(options.clone())
        .await
        .map_err(database("connect to the database"))
}

async fn migrate(pool: &PgPool, name: &std::path::Path) -> Result<(), StoreError> {
    let path = name.to_owned();
    MIGRATIONS.run(pool).await.map_err(|source| match source {
        MigrateError::VersionMissing(found) => StoreError::Newer {
            path,
            found,
            known: MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0),
        },
        source => StoreError::Migrate { path, source },
    })
}

/// Notes the key in a new database; refuses another key than the one the database was made with.
async fn check_key(
    pool: &PgPool,
    name: &std::path::Path,
    key: &MasterKey,
) -> Result<(), StoreError> {
    let made_with = rows::note_key_fingerprint(pool, &key.fingerprint()).await?;
    if made_with == key.fingerprint() {
        return Ok(());
    }
    Err(StoreError::OtherKey {
        path: name.to_owned(),
        from: key.from.clone(),
    })
}

fn random_id() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(StoreError::Random)?;
    let mut id = String::with_capacity(32);
    for byte in bytes {
        // Writing to a String does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    Ok(id)
}

/// Starts listening, once per store.
pub(super) async fn listen(store: &super::PostgresStore) -> Result<(), StoreError> {
    let task = listen::start(store).await?;
    let mut listener = store
        .inner
        .listener
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    *listener = Some(task);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_in_messages_tells_no_secret() {
        let address = "postgres://me:hunter2@db.example:5433/scope?sslmode=require";
        let options = read_address(&Secret(address.into())).unwrap();
        let name = name_of(&options).display().to_string();
        assert_eq!(name, "postgres://db.example:5433/scope");
        assert!(!format!("{:?}", PostgresOptions::new(address)).contains("hunter2"));
    }

    #[test]
    fn what_is_no_address_is_refused_without_showing_it() {
        for wrong in [
            "hunter2",
            "mysql://me:hunter2@h/d",
            "postgres://me:hunter2@h:notaport/d",
        ] {
            let error = read_address(&Secret(wrong.into())).unwrap_err().to_string();
            assert!(error.contains("postgres://user:password@"), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
