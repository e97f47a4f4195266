//! The statements, and what becomes of their rows.

use super::holdings;
use crate::error::database;
use crate::key::MasterKey;
use crate::rows::{self, from_db, to_db};
use crate::{Batch, NewSession, SealChange, SessionRow, StoreError};
use authscope_model::api::SessionSummary;
use authscope_model::{Event, EventKind, Millis};
use sqlx::{SqliteConnection, SqlitePool, query, query_scalar};

pub(super) async fn create(pool: &SqlitePool, new: &NewSession) -> Result<(), StoreError> {
    let summary = new.summary();
    let result = query(
        "INSERT INTO sessions (id, title, server_url, created_at, updated_at, status, verdict, \
         failures, warnings, exchanges) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(summary.id)
    .bind(summary.title)
    .bind(summary.server_url)
    .bind(to_db(summary.created_at))
    .bind(to_db(summary.updated_at))
    .bind(summary.status)
    .bind(summary.verdict)
    .bind(i64::from(summary.failures))
    .bind(i64::from(summary.warnings))
    .bind(i64::from(summary.exchanges))
    .execute(pool)
    .await;
    match result {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(StoreError::SessionExists(new.id.clone()))
        }
        Err(source) => Err(database("make the session")(source)),
    }
}

/// Writes a batch inside a transaction.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    key: &MasterKey,
    id: &str,
    batch: Batch,
) -> Result<Vec<Event>, StoreError> {
    let events = append(connection, id, batch.events).await?;
    for change in batch.sealed {
        seal(connection, key, id, change).await?;
    }
    for hash in batch.pending {
        query("INSERT OR REPLACE INTO pending (state_hash, session_id) VALUES (?, ?)")
            .bind(hash)
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(database("write the pending callback"))?;
    }
    if let Some(summary) = batch.summary {
        set_summary(connection, id, summary).await?;
    }
    Ok(events)
}

async fn append(
    connection: &mut SqliteConnection,
    id: &str,
    events: Vec<(Millis, EventKind)>,
) -> Result<Vec<Event>, StoreError> {
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let latest = events.iter().map(|(at, _)| *at).max().unwrap_or(0);
    let last: Option<i64> = query_scalar(
        "UPDATE sessions SET last_seq = last_seq + ?2, updated_at = MAX(updated_at, ?3) \
         WHERE id = ?1 RETURNING last_seq",
    )
    .bind(id)
    .bind(to_db(count))
    .bind(to_db(latest))
    .fetch_optional(&mut *connection)
    .await
    .map_err(database("number the events"))?;
    let last = last.ok_or_else(|| StoreError::UnknownSession(id.to_owned()))?;
    let first = from_db(last).saturating_sub(count) + 1;
    let mut numbered = Vec::with_capacity(events.len());
    let mut bytes = 0;
    for (seq, (at, kind)) in (first..).zip(events) {
        let event = Event { seq, at, kind };
        bytes += insert(connection, id, &event).await?;
        numbered.push(event);
    }
    if bytes > 0 {
        holdings::add(connection, id, bytes).await?;
    }
    Ok(numbered)
}

/// Writes an event; gives the bytes it takes.
async fn insert(
    connection: &mut SqliteConnection,
    id: &str,
    event: &Event,
) -> Result<u64, StoreError> {
    let kind = serde_json::to_string(&event.kind).map_err(|source| StoreError::Event {
        doing: "write",
        seq: event.seq,
        id: id.to_owned(),
        source,
    })?;
    let bytes = u64::try_from(kind.len()).unwrap_or(u64::MAX);
    query("INSERT INTO events (session_id, seq, at, kind) VALUES (?, ?, ?, ?)")
        .bind(id)
        .bind(to_db(event.seq))
        .bind(to_db(event.at))
        .bind(kind)
        .execute(connection)
        .await
        .map_err(database("write the event"))?;
    Ok(bytes)
}

async fn seal(
    connection: &mut SqliteConnection,
    key: &MasterKey,
    id: &str,
    change: SealChange,
) -> Result<(), StoreError> {
    let statement = match change.value {
        Some(value) => query("INSERT OR REPLACE INTO sealed VALUES (?, ?, ?)")
            .bind(id)
            .bind(change.name.clone())
            .bind(key.seal(id, &change.name, &value)?),
        None => query("DELETE FROM sealed WHERE session_id = ? AND name = ?")
            .bind(id)
            .bind(change.name),
    };
    statement
        .execute(connection)
        .await
        .map_err(database("write the sealed value"))?;
    Ok(())
}

async fn set_summary(
    connection: &mut SqliteConnection,
    id: &str,
    summary: SessionSummary,
) -> Result<(), StoreError> {
    query(
        "UPDATE sessions SET title = ?, server_url = ?, status = ?, verdict = ?, failures = ?, \
         warnings = ?, exchanges = ? WHERE id = ?",
    )
    .bind(summary.title)
    .bind(summary.server_url)
    .bind(summary.status)
    .bind(summary.verdict)
    .bind(i64::from(summary.failures))
    .bind(i64::from(summary.warnings))
    .bind(i64::from(summary.exchanges))
    .bind(id)
    .execute(connection)
    .await
    .map_err(database("write the summary"))?;
    Ok(())
}

pub(super) async fn events(
    pool: &SqlitePool,
    id: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    let rows = query(
        "SELECT seq, at, kind FROM events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?",
    )
    .bind(id)
    .bind(to_db(after))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(pool)
    .await
    .map_err(database("read the events"))?;
    rows.iter().map(|row| rows::event(id, row)).collect()
}

pub(super) async fn session(pool: &SqlitePool, id: &str) -> Result<SessionRow, StoreError> {
    let row = query("SELECT * FROM sessions WHERE id = ?")
        .bind(id)
        .fetch_optional(pool)
        .await
        .map_err(database("read the session"))?
        .ok_or_else(|| StoreError::UnknownSession(id.to_owned()))?;
    rows::session(&row).map_err(database("read the session"))
}

pub(super) async fn sessions(
    pool: &SqlitePool,
    limit: usize,
) -> Result<Vec<SessionRow>, StoreError> {
    let rows = query("SELECT * FROM sessions ORDER BY created_at DESC, id DESC LIMIT ?")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await
        .map_err(database("read the list of sessions"))?;
    let rows: Result<_, _> = rows.iter().map(rows::session).collect();
    rows.map_err(database("read the list of sessions"))
}

pub(super) async fn sealed(
    pool: &SqlitePool,
    id: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    query_scalar("SELECT value FROM sealed WHERE session_id = ? AND name = ?")
        .bind(id)
        .bind(name)
        .fetch_optional(pool)
        .await
        .map_err(database("read the sealed value"))
}

pub(super) async fn sealed_under(
    pool: &SqlitePool,
    id: &str,
    prefix: &str,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    // Compared letter by letter: LIKE would take `_` and `%` for wildcards and ignore case.
    sqlx::query_as(
        "SELECT name, value FROM sealed WHERE session_id = ? AND substr(name, 1, length(?)) = ? \
         ORDER BY name",
    )
    .bind(id)
    .bind(prefix)
    .bind(prefix)
    .fetch_all(pool)
    .await
    .map_err(database("read the sealed values"))
}

pub(super) async fn pending(
    pool: &SqlitePool,
    state_hash: &str,
) -> Result<Option<String>, StoreError> {
    query_scalar("SELECT session_id FROM pending WHERE state_hash = ?")
        .bind(state_hash)
        .fetch_optional(pool)
        .await
        .map_err(database("read the pending callback"))
}

/// Reads through the writing connection: what cannot be locked or read is not ready.
pub(super) async fn check(pool: &SqlitePool) -> Result<(), StoreError> {
    query("SELECT name FROM meta LIMIT 1")
        .fetch_optional(pool)
        .await
        .map_err(database("read from the database"))?;
    Ok(())
}

/// What SQLite finds wrong in the file, if anything.
pub(super) async fn check_integrity(pool: &SqlitePool) -> Result<(), StoreError> {
    let found: Vec<String> = query_scalar("PRAGMA integrity_check")
        .fetch_all(pool)
        .await
        .map_err(database("check the file"))?;
    match found.join("; ") {
        sound if sound == "ok" => Ok(()),
        wrong => Err(StoreError::Corrupt(wrong)),
    }
}

const KEY_FINGERPRINT: &str = "key_fingerprint";

pub(super) async fn key_fingerprint(pool: &SqlitePool) -> Result<Option<Vec<u8>>, StoreError> {
    query_scalar("SELECT value FROM meta WHERE name = ?")
        .bind(KEY_FINGERPRINT)
        .fetch_optional(pool)
        .await
        .map_err(database("read which key the file needs"))
}

pub(super) async fn set_key_fingerprint(
    pool: &SqlitePool,
    fingerprint: &[u8],
) -> Result<(), StoreError> {
    query("INSERT INTO meta (name, value) VALUES (?, ?)")
        .bind(KEY_FINGERPRINT)
        .bind(fingerprint)
        .execute(pool)
        .await
        .map_err(database("note which key the file needs"))?;
    Ok(())
}
