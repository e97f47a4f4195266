//! What sessions take.

use crate::error::database;
use crate::rows::{self, to_db};
use crate::{Holding, StoreError};
use sqlx::{SqliteConnection, SqlitePool, query, query_as};

/// Adds to what a session takes.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    id: &str,
    bytes: u64,
) -> Result<(), StoreError> {
    query("UPDATE sessions SET bytes = bytes + ? WHERE id = ?")
        .bind(to_db(bytes))
        .bind(id)
        .execute(connection)
        .await
        .map_err(database("count the bytes of the events"))?;
    Ok(())
}

pub(super) async fn read(pool: &SqlitePool) -> Result<Vec<Holding>, StoreError> {
    // The length of a blob is in its header, so the sealed values themselves are not read.
    let rows: Vec<(String, i64, String, i64)> = query_as(
        "SELECT id, updated_at, status, bytes + (SELECT COALESCE(SUM(LENGTH(value)), 0) FROM sealed \
         WHERE session_id = sessions.id) FROM sessions ORDER BY updated_at, id",
    )
    .fetch_all(pool)
    .await
    .map_err(database("read what the sessions take"))?;
    Ok(rows.into_iter().map(rows::holding).collect())
}
