//! A batch becomes rows, in one transaction that also tells the other instances.

use super::listen;
use super::rows::text;
use crate::error::database;
use crate::key::MasterKey;
use crate::rows::{from_db, to_db};
use crate::{Batch, SealChange, StoreError};
use authscope_model::api::SessionSummary;
use authscope_model::{Event, EventKind, Millis};
use sqlx::{PgConnection, PgPool, query, query_scalar};

/// Writes a batch.
pub(super) async fn batch(
    pool: &PgPool,
    key: &MasterKey,
    id: &str,
    batch: Batch,
) -> Result<Vec<Event>, StoreError> {
    if id.contains('\0') {
        return Err(StoreError::UnknownSession(id.to_owned()));
    }
    let mut transaction = pool.begin().await.map_err(database("begin to write"))?;
    // Dropped on an error, the transaction is taken back.
    let events = write(&mut transaction, key, id, batch).await?;
    if let Some(last) = events.last() {
        listen::tell(&mut transaction, &listen::News::Events(id.into(), last.seq)).await?;
    }
    transaction
        .commit()
        .await
        .map_err(database("write to the disk"))?;
    Ok(events)
}

async fn write(
    connection: &mut PgConnection,
    key: &MasterKey,
    id: &str,
    batch: Batch,
) -> Result<Vec<Event>, StoreError> {
    let events = append(connection, id, batch.epoch, batch.events).await?;
    for change in batch.sealed {
        seal(connection, key, id, change).await?;
    }
    for hash in batch.pending {
        query(
            "INSERT INTO pending (state_hash, session_id) VALUES ($1, $2) \
             ON CONFLICT (state_hash) DO UPDATE SET session_id = EXCLUDED.session_id",
        )
        .bind(hash)
        .bind(id)
        .execute(&mut *connection)
        .await
        .map_err(database("write the pending callback"))?;
    }
    if let Some(summary) = batch.summary {
        set_summary(connection, id, summary).await?;
    }
    if let Some(mail) = batch.mail {
        query("UPDATE mail SET done = TRUE WHERE id = $1")
            .bind(mail)
            .execute(&mut *connection)
            .await
            .map_err(database("note which message was carried out"))?;
    }
    if batch.frees {
        query("UPDATE sessions SET runner = NULL, epoch = epoch + 1 WHERE id = $1")
            .bind(id)
            .execute(&mut *connection)
            .await
            .map_err(database("take the session from its runner"))?;
        listen::tell(connection, &listen::News::Mail).await?;
    }
    Ok(events)
}

/// Numbers and writes events. The update locks the session's row, so whoever takes the session at the same moment
/// either comes before it, and the epoch does not fit, or waits for the end of the transaction.
async fn append(
    connection: &mut PgConnection,
    id: &str,
    epoch: Option<u64>,
    events: Vec<(Millis, EventKind)>,
) -> Result<Vec<Event>, StoreError> {
    let kinds = texts(id, &events)?;
    let bytes: usize = kinds.iter().map(String::len).sum();
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let latest = events.iter().map(|(at, _)| *at).max().unwrap_or(0);
    let last: Option<i64> = query_scalar(
        "UPDATE sessions SET last_seq = last_seq + $2, updated_at = GREATEST(updated_at, $3), bytes = bytes + $4 \
         WHERE id = $1 AND ($5::BIGINT IS NULL OR epoch = $5) RETURNING last_seq",
    )
    .bind(id)
    .bind(to_db(count))
    .bind(to_db(latest))
    .bind(i64::try_from(bytes).unwrap_or(i64::MAX))
    .bind(epoch.map(to_db))
    .fetch_optional(&mut *connection)
    .await
    .map_err(database("number the events"))?;
    let Some(last) = last else {
        return Err(refused(connection, id).await?);
    };
    let first = from_db(last).saturating_sub(count) + 1;
    insert(connection, id, first, &events, &kinds).await?;
    let event = |(seq, (at, kind))| Event { seq, at, kind };
    Ok((first..).zip(events).map(event).collect())
}

/// Why no row was updated: there is no session, or it is another's.
async fn refused(connection: &mut PgConnection, id: &str) -> Result<StoreError, StoreError> {
    let there: Option<i32> = query_scalar("SELECT 1 FROM sessions WHERE id = $1")
        .bind(id)
        .fetch_optional(connection)
        .await
        .map_err(database("read the session"))?;
    Ok(match there {
        Some(_) => StoreError::TakenOver(id.to_owned()),
        None => StoreError::UnknownSession(id.to_owned()),
    })
}

fn texts(id: &str, events: &[(Millis, EventKind)]) -> Result<Vec<String>, StoreError> {
    let text = |(_, kind): &(Millis, EventKind)| {
        serde_json::to_string(kind).map_err(|source| StoreError::Event {
            doing: "write",
            seq: 0,
            id: id.to_owned(),
            source,
        })
    };
    events.iter().map(text).collect()
}

/// All events in one statement: each one is a way to the database and back.
async fn insert(
    connection: &mut PgConnection,
    id: &str,
    first: u64,
    events: &[(Millis, EventKind)],
    kinds: &[String],
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let seqs: Vec<i64> = (first..).take(events.len()).map(to_db).collect();
    let times: Vec<i64> = events.iter().map(|(at, _)| to_db(*at)).collect();
    query(
        "INSERT INTO events (session_id, seq, at, kind) \
         SELECT $1, * FROM UNNEST($2::BIGINT[], $3::BIGINT[], $4::TEXT[])",
    )
    .bind(id)
    .bind(seqs)
    .bind(times)
    .bind(kinds)
    .execute(connection)
    .await
    .map_err(database("write the events"))?;
    Ok(())
}

async fn seal(
    connection: &mut PgConnection,
    key: &MasterKey,
    id: &str,
    change: SealChange,
) -> Result<(), StoreError> {
    let statement = match change.value {
        Some(value) => query(
            "INSERT INTO sealed (session_id, name, value) VALUES ($1, $2, $3) \
             ON CONFLICT (session_id, name) DO UPDATE SET value = EXCLUDED.value",
        )
        .bind(id)
        .bind(change.name.clone())
        .bind(key.seal(id, &change.name, &value)?),
        None => query("DELETE FROM sealed WHERE session_id = $1 AND name = $2")
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
    connection: &mut PgConnection,
    id: &str,
    summary: SessionSummary,
) -> Result<(), StoreError> {
    query(
        "UPDATE sessions SET title = $2, server_url = $3, status = $4, verdict = $5, failures = $6, warnings = $7, \
         exchanges = $8 WHERE id = $1",
    )
    .bind(id)
    .bind(text(summary.title))
    .bind(text(summary.server_url))
    .bind(text(summary.status))
    .bind(text(summary.verdict))
    .bind(i64::from(summary.failures))
    .bind(i64::from(summary.warnings))
    .bind(i64::from(summary.exchanges))
    .execute(connection)
    .await
    .map_err(database("write the summary"))?;
    Ok(())
}
