//! The table of what is kept beyond sessions. Values are sealed before they come here.

use super::{erase, transaction};
use crate::StoreError;
use crate::error::database;
use sqlx::{SqliteConnection, SqlitePool, query, query_as};

pub(super) async fn write(
    pool: &SqlitePool,
    kind: &str,
    id: &str,
    sealed: Vec<u8>,
) -> Result<(), StoreError> {
    query("INSERT OR REPLACE INTO kept (kind, id, value) VALUES (?, ?, ?)")
        .bind(kind)
        .bind(id)
        .bind(sealed)
        .execute(pool)
        .await
        .map_err(database("keep a value"))?;
    Ok(())
}

pub(super) async fn read(
    pool: &SqlitePool,
    kind: &str,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    query_as("SELECT id, value FROM kept WHERE kind = ? ORDER BY id")
        .bind(kind)
        .fetch_all(pool)
        .await
        .map_err(database("read what is kept"))
}

pub(super) async fn delete(pool: &SqlitePool, kind: &str, id: &str) -> Result<bool, StoreError> {
    let mut connection = transaction::begin(pool).await?;
    let deleted = delete_row(&mut connection, kind, id).await;
    transaction::end(connection, deleted).await
}

async fn delete_row(
    connection: &mut SqliteConnection,
    kind: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let result = query("DELETE FROM kept WHERE kind = ? AND id = ?")
        .bind(kind)
        .bind(id)
        .execute(&mut *connection)
        .await
        .map_err(database("forget a value"))?;
    let was_there = result.rows_affected() > 0;
    if was_there {
        erase::mark(connection).await?;
    }
    Ok(was_there)
}
