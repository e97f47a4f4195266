//! Deletion that leaves nothing to read.
//!
//! `secure_delete` overwrites deleted cells, but when pages are split and merged SQLite copies cells and leaves their
//! old bytes in the unused part of a page. So the file is written anew (`VACUUM`) after every deletion, and the
//! write-ahead log with the old pages is emptied. A mark in the file says that this is still to do; whoever opens the
//! file next after a crash finishes it.

use super::transaction;
use crate::StoreError;
use crate::error::database;
use sqlx::{SqliteConnection, SqlitePool, query, query_scalar};

const MARK: &str = "erase";
/// Up to this many pages the copy is made in memory, above in a temporary file without a name.
const IN_MEMORY: i64 = 64 * 1024;

/// Notes that something was deleted and is to be erased; in the same transaction as the deletion.
pub(super) async fn mark(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    query("INSERT OR IGNORE INTO meta (name, value) VALUES (?, x'')")
        .bind(MARK)
        .execute(connection)
        .await
        .map_err(database("note what is to be erased"))?;
    Ok(())
}

/// Deletes the rows of these sessions; says how many sessions there were.
pub(super) async fn delete(pool: &SqlitePool, ids: &[String]) -> Result<u64, StoreError> {
    let mut connection = transaction::begin(pool).await?;
    let deleted = delete_rows(&mut connection, ids).await;
    transaction::end(connection, deleted).await
}

async fn delete_rows(connection: &mut SqliteConnection, ids: &[String]) -> Result<u64, StoreError> {
    let mut deleted = 0;
    for id in ids {
        // Everything else goes with it: the other tables refer to it with ON DELETE CASCADE.
        let result = query("DELETE FROM sessions WHERE id = ?")
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(database("delete the sessions"))?;
        deleted += result.rows_affected();
    }
    if deleted > 0 {
        mark(connection).await?;
    }
    Ok(deleted)
}

/// Erases what was deleted, if anything is marked.
pub(super) async fn finish(pool: &SqlitePool) -> Result<(), StoreError> {
    let marked: Option<i64> = query_scalar("SELECT 1 FROM meta WHERE name = ?")
        .bind(MARK)
        .fetch_optional(pool)
        .await
        .map_err(database("read what is to be erased"))?;
    if marked.is_none() {
        return Ok(());
    }
    rewrite(pool).await?;
    if !empty_log(pool).await? {
        // The mark stays, so the next deletion or start tries again.
        tracing::warn!("the write-ahead log is in use; it is emptied with the next deletion");
        return Ok(());
    }
    query("DELETE FROM meta WHERE name = ?")
        .bind(MARK)
        .execute(pool)
        .await
        .map_err(database("note what was erased"))?;
    Ok(())
}

async fn rewrite(pool: &SqlitePool) -> Result<(), StoreError> {
    let doing = "erase what was deleted";
    let pages: i64 = query_scalar("PRAGMA page_count")
        .fetch_one(pool)
        .await
        .map_err(database(doing))?;
    let place = if pages <= IN_MEMORY {
        "PRAGMA temp_store = MEMORY"
    } else {
        "PRAGMA temp_store = FILE"
    };
    for statement in [place, "VACUUM"] {
        query(statement)
            .execute(pool)
            .await
            .map_err(database(doing))?;
    }
    Ok(())
}

/// Moves the log into the file and empties it; false when a reader stood in the way all the time.
async fn empty_log(pool: &SqlitePool) -> Result<bool, StoreError> {
    let busy: i64 = query_scalar("PRAGMA wal_checkpoint(TRUNCATE)")
        .fetch_one(pool)
        .await
        .map_err(database("empty the write-ahead log"))?;
    Ok(busy == 0)
}
