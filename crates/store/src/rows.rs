//! What becomes of the rows of a database: the same for every database that the stores are made on.

use crate::error::database;
use crate::{Holding, SessionRow, StoreError};
use authscope_model::Event;
use authscope_model::api::SessionSummary;
use sqlx::{ColumnIndex, Decode, Row, Type};

/// Databases have signed integers only; nothing here comes near the edge.
pub(crate) fn to_db(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn from_db(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// An event from its number, time and kind.
pub(crate) fn event<R>(id: &str, row: &R) -> Result<Event, StoreError>
where
    R: Row,
    usize: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> &'r str: Decode<'r, R::Database> + Type<R::Database>,
{
    let read = database("read the event");
    let columns = (|| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get::<&str, _>(2)?)))();
    let (seq, at, kind): (i64, i64, &str) = columns.map_err(read)?;
    let seq = from_db(seq);
    let kind = serde_json::from_str(kind).map_err(|source| StoreError::Event {
        doing: "read",
        seq,
        id: id.to_owned(),
        source,
    })?;
    let at = from_db(at);
    Ok(Event { seq, at, kind })
}

/// A row of the table of sessions, columns by name.
pub(crate) fn session<R>(row: &R) -> Result<SessionRow, sqlx::Error>
where
    R: Row,
    for<'c> &'c str: ColumnIndex<R>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
{
    let number = |name: &str| {
        let number: i64 = row.try_get(name)?;
        Ok::<u32, sqlx::Error>(u32::try_from(number).unwrap_or(0))
    };
    let summary = SessionSummary {
        id: row.try_get("id")?,
        title: row.try_get("title")?,
        server_url: row.try_get("server_url")?,
        created_at: from_db(row.try_get("created_at")?),
        updated_at: from_db(row.try_get("updated_at")?),
        status: row.try_get("status")?,
        verdict: row.try_get("verdict")?,
        failures: number("failures")?,
        warnings: number("warnings")?,
        exchanges: number("exchanges")?,
    };
    let last_seq = from_db(row.try_get("last_seq")?);
    Ok(SessionRow { summary, last_seq })
}

/// What a session takes, from its id, last change, status and bytes.
pub(crate) fn holding((id, updated_at, status, bytes): (String, i64, String, i64)) -> Holding {
    Holding {
        id,
        updated_at: from_db(updated_at),
        status,
        bytes: from_db(bytes),
    }
}
