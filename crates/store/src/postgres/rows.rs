//! The statements that read, and what becomes of their rows.

use crate::error::database;
use crate::rows::{self, from_db, to_db};
use crate::{Holding, NewSession, SessionRow, StoreError};
use authscope_model::Event;
use sqlx::{PgPool, query, query_as, query_scalar};

/// PostgreSQL's texts cannot hold NUL, and titles and addresses come from outside.
pub(super) fn text(text: String) -> String {
    if text.contains('\0') {
        return text.replace('\0', "\u{fffd}");
    }
    text
}

/// Nothing that is stored has a NUL in its name, so nothing is found by one.
fn is_name(name: &str) -> bool {
    !name.contains('\0')
}

fn known(id: &str) -> Result<(), StoreError> {
    match is_name(id) {
        true => Ok(()),
        false => Err(StoreError::UnknownSession(id.to_owned())),
    }
}

pub(super) async fn create(pool: &PgPool, new: &NewSession) -> Result<(), StoreError> {
    let summary = new.summary();
    let result = query(
        "INSERT INTO sessions (id, title, server_url, created_at, updated_at, status, verdict, failures, warnings, \
         exchanges) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
    )
    .bind(summary.id)
    .bind(text(summary.title))
    .bind(text(summary.server_url))
    .bind(to_db(summary.created_at))
    .bind(to_db(summary.updated_at))
    .bind(summary.status)
    .bind(summary.verdict)
    .bind(i64::from(summary.failures))
    .bind(i64::from(summary.warnings))
    .bind(i64::from(summary.exchanges))
    .execute(pool)
    .await
    .map_err(database("make the session"))?;
    match result.rows_affected() {
        0 => Err(StoreError::SessionExists(new.id.clone())),
        _ => Ok(()),
    }
}

pub(super) async fn events(
    pool: &PgPool,
    id: &str,
    after: u64,
    limit: usize,
) -> Result<Vec<Event>, StoreError> {
    known(id)?;
    let rows = query(
        "SELECT seq, at, kind FROM events WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
    )
    .bind(id)
    .bind(to_db(after))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(pool)
    .await
    .map_err(database("read the events"))?;
    rows.iter().map(|row| rows::event(id, row)).collect()
}

pub(super) async fn session(pool: &PgPool, id: &str) -> Result<SessionRow, StoreError> {
    known(id)?;
    let row = query("SELECT * FROM sessions WHERE id = $1")
        .bind(id)
        .fetch_optional(pool)
        .await
        .map_err(database("read the session"))?
        .ok_or_else(|| StoreError::UnknownSession(id.to_owned()))?;
    rows::session(&row).map_err(database("read the session"))
}

pub(super) async fn sessions(pool: &PgPool, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
    let rows = query("SELECT * FROM sessions ORDER BY created_at DESC, id DESC LIMIT $1")
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(pool)
        .await
        .map_err(database("read the list of sessions"))?;
    let rows: Result<_, _> = rows.iter().map(rows::session).collect();
    rows.map_err(database("read the list of sessions"))
}

/// The numbers that these sessions have reached, of those that there are.
pub(super) async fn last_seqs(
    pool: &PgPool,
    ids: &[String],
) -> Result<Vec<(String, u64)>, StoreError> {
    let rows: Vec<(String, i64)> = query_as("SELECT id, last_seq FROM sessions WHERE id = ANY($1)")
        .bind(ids)
        .fetch_all(pool)
        .await
        .map_err(database("read how far the sessions are"))?;
    Ok(rows
        .into_iter()
        .map(|(id, seq)| (id, from_db(seq)))
        .collect())
}

pub(super) async fn holdings(pool: &PgPool) -> Result<Vec<Holding>, StoreError> {
    let rows: Vec<(String, i64, String, i64)> = query_as(
        "SELECT id, updated_at, status, bytes + COALESCE((SELECT SUM(octet_length(value)) FROM sealed \
         WHERE session_id = sessions.id), 0)::BIGINT FROM sessions ORDER BY updated_at, id",
    )
    .fetch_all(pool)
    .await
    .map_err(database("read what the sessions take"))?;
    Ok(rows.into_iter().map(rows::holding).collect())
}

pub(super) async fn sealed(
    pool: &PgPool,
    id: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    known(id)?;
    if !is_name(name) {
        return Ok(None);
    }
    query_scalar("SELECT value FROM sealed WHERE session_id = $1 AND name = $2")
        .bind(id)
        .bind(name)
        .fetch_optional(pool)
        .await
        .map_err(database("read the sealed value"))
}

pub(super) async fn sealed_under(
    pool: &PgPool,
    id: &str,
    prefix: &str,
) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    known(id)?;
    if !is_name(prefix) {
        return Ok(Vec::new());
    }
    query_as(
        "SELECT name, value FROM sealed WHERE session_id = $1 AND starts_with(name, $2) ORDER BY name",
    )
    .bind(id)
    .bind(prefix)
    .fetch_all(pool)
    .await
    .map_err(database("read the sealed values"))
}

pub(super) async fn pending(pool: &PgPool, state_hash: &str) -> Result<Option<String>, StoreError> {
    if !is_name(state_hash) {
        return Ok(None);
    }
    query_scalar("SELECT session_id FROM pending WHERE state_hash = $1")
        .bind(state_hash)
        .fetch_optional(pool)
        .await
        .map_err(database("read the pending callback"))
}

pub(super) async fn keep(
    pool: &PgPool,
    kind: &str,
    id: &str,
    sealed: Vec<u8>,
) -> Result<(), StoreError> {
    query(
        "INSERT INTO kept (kind, id, value) VALUES ($1, $2, $3) \
         ON CONFLICT (kind, id) DO UPDATE SET value = EXCLUDED.value",
    )
    .bind(kind)
    .bind(id)
    .bind(sealed)
    .execute(pool)
    .await
    .map_err(database("keep a value"))?;
    Ok(())
}

pub(super) async fn kept(pool: &PgPool, kind: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
    if !is_name(kind) {
        return Ok(Vec::new());
    }
    query_as("SELECT id, value FROM kept WHERE kind = $1 ORDER BY id")
        .bind(kind)
        .fetch_all(pool)
        .await
        .map_err(database("read what is kept"))
}

pub(super) async fn check(pool: &PgPool) -> Result<(), StoreError> {
    query("SELECT name FROM meta LIMIT 1")
        .fetch_optional(pool)
        .await
        .map_err(database("read from the database"))?;
    Ok(())
}

const KEY_FINGERPRINT: &str = "key_fingerprint";

/// Notes which key a new database needs; gives the one that is noted.
pub(super) async fn note_key_fingerprint(
    pool: &PgPool,
    fingerprint: &[u8],
) -> Result<Vec<u8>, StoreError> {
    query("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(KEY_FINGERPRINT)
        .bind(fingerprint)
        .execute(pool)
        .await
        .map_err(database("note which key the database needs"))?;
    query_scalar("SELECT value FROM meta WHERE name = $1")
        .bind(KEY_FINGERPRINT)
        .fetch_one(pool)
        .await
        .map_err(database("read which key the database needs"))
}
