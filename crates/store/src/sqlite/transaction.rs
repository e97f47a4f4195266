//! Transactions on the writing connection.
//!
//! SQLite ends a transaction by itself when the disk is full. A connection whose transaction did not end as asked is
//! closed, so that the next write begins on a new one and not in the middle of what failed.

use crate::StoreError;
use crate::error::database;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool, query};

/// Begins a transaction that writes.
pub(super) async fn begin(pool: &SqlitePool) -> Result<PoolConnection<Sqlite>, StoreError> {
    let doing = "begin to write";
    let mut connection = pool.acquire().await.map_err(database(doing))?;
    match query("BEGIN IMMEDIATE").execute(&mut *connection).await {
        Ok(_) => Ok(connection),
        Err(error) => {
            connection.close_on_drop();
            Err(database(doing)(error))
        }
    }
}

/// Commits when the work went well, else takes it back.
pub(super) async fn end<T>(
    mut connection: PoolConnection<Sqlite>,
    worked: Result<T, StoreError>,
) -> Result<T, StoreError> {
    let statement = if worked.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = query(statement).execute(&mut *connection).await;
    if ended.is_err() {
        // Closing takes back whatever is still open.
        connection.close_on_drop();
    }
    let value = worked?;
    ended.map_err(database("write to the disk"))?;
    Ok(value)
}
