//! Deletion that leaves nothing to read in the tables.
//!
//! A deleted row stays in its table's file until the space is used again, so the tables are written anew
//! (`VACUUM FULL`) after a deletion. A mark in the database says that this is still to do: it names the last
//! transaction that deleted, and goes when the tables were written anew after that one. One instance does it at a time,
//! and none waits long for the locks: what is recorded goes before. What was not erased then is erased a little later.
//! What PostgreSQL keeps beside the tables (write-ahead log, archives, replicas, backups) is the operator's.

use crate::StoreError;
use crate::error::database;
use sqlx::{Connection as _, Executor as _, PgConnection, PgPool, query, query_scalar};

/// The advisory lock of whoever erases: any number that others do not use.
const LOCK: i64 = 0x6175_7468_7363_6f70;

/// What is deleted together: the name of its mark, and how its tables are written anew.
struct Part {
    mark: &'static str,
    rewrite: &'static [&'static str],
}

const SESSIONS: Part = Part {
    mark: "erase sessions",
    rewrite: &[
        "VACUUM (FULL) events",
        "VACUUM (FULL) sealed",
        "VACUUM (FULL) pending",
        "VACUUM (FULL) mail",
        "VACUUM (FULL) sessions",
    ],
};
const KEPT: Part = Part {
    mark: "erase kept",
    rewrite: &["VACUUM (FULL) kept"],
};

/// Notes that something was deleted and is to be erased; in the same transaction as the deletion.
async fn mark(connection: &mut PgConnection, part: &Part) -> Result<(), StoreError> {
    query(
        "INSERT INTO meta (name, value) VALUES ($1, int8send(txid_current())) \
         ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value",
    )
    .bind(part.mark)
    .execute(connection)
    .await
    .map_err(database("note what is to be erased"))?;
    Ok(())
}

/// Deletes the rows of these sessions; says which there were.
pub(super) async fn delete(pool: &PgPool, ids: &[String]) -> Result<Vec<String>, StoreError> {
    let doing = "delete the sessions";
    let ids: Vec<&String> = ids.iter().filter(|id| !id.contains('\0')).collect();
    let mut transaction = pool.begin().await.map_err(database(doing))?;
    // Everything else goes with it: the other tables refer to it with ON DELETE CASCADE.
    let deleted: Vec<String> = query_scalar("DELETE FROM sessions WHERE id = ANY($1) RETURNING id")
        .bind(ids)
        .fetch_all(&mut *transaction)
        .await
        .map_err(database(doing))?;
    if !deleted.is_empty() {
        mark(&mut transaction, &SESSIONS).await?;
    }
    for id in &deleted {
        let news = super::listen::News::Deleted(id.clone());
        super::listen::tell(&mut transaction, &news).await?;
    }
    transaction.commit().await.map_err(database(doing))?;
    Ok(deleted)
}

/// Forgets what is kept under a kind and an id; false when there was nothing.
pub(super) async fn forget(pool: &PgPool, kind: &str, id: &str) -> Result<bool, StoreError> {
    let doing = "forget a value";
    if kind.contains('\0') || id.contains('\0') {
        return Ok(false);
    }
    let mut transaction = pool.begin().await.map_err(database(doing))?;
    let result = query("DELETE FROM kept WHERE kind = $1 AND id = $2")
        .bind(kind)
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(database(doing))?;
    let was_there = result.rows_affected() > 0;
    if was_there {
        mark(&mut transaction, &KEPT).await?;
    }
    transaction.commit().await.map_err(database(doing))?;
    Ok(was_there)
}

/// Erases what was deleted, if anything is marked and nobody else is at it.
pub(super) async fn finish(pool: &PgPool) -> Result<(), StoreError> {
    for part in [SESSIONS, KEPT] {
        finish_part(pool, &part).await?;
    }
    Ok(())
}

async fn finish_part(pool: &PgPool, part: &Part) -> Result<(), StoreError> {
    let doing = "erase what was deleted";
    let marked: Option<Vec<u8>> = query_scalar("SELECT value FROM meta WHERE name = $1")
        .bind(part.mark)
        .fetch_optional(pool)
        .await
        .map_err(database(doing))?;
    let Some(mark) = marked else {
        return Ok(());
    };
    // A connection of its own: the settings and the lock end with it.
    let mut connection = pool.acquire().await.map_err(database(doing))?.detach();
    let erased = erase(&mut connection, part, &mark).await;
    if let Err(error) = connection.close().await {
        tracing::debug!(%error, "the connection that erased did not close");
    }
    match erased {
        Err(error) if is_busy(&error) => {
            tracing::warn!("the tables are in use; what was deleted is erased a little later");
            Ok(())
        }
        erased => erased.map_err(database(doing)),
    }
}

async fn erase(connection: &mut PgConnection, part: &Part, mark: &[u8]) -> Result<(), sqlx::Error> {
    connection
        .execute("SET lock_timeout = '3s'; SET statement_timeout = 0")
        .await?;
    let mine: bool = query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(LOCK)
        .fetch_one(&mut *connection)
        .await?;
    if !mine {
        return Ok(());
    }
    for statement in part.rewrite {
        connection.execute(*statement).await?;
    }
    // Another deletion came meanwhile: its mark stays, because its rows may be too new for this round.
    query("DELETE FROM meta WHERE name = $1 AND value = $2")
        .bind(part.mark)
        .bind(mark)
        .execute(connection)
        .await?;
    Ok(())
}

/// PostgreSQL's codes for a lock that was not to be had in time, and for a deadlock.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("55P03" | "40P01"))
}
