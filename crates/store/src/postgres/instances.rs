//! Instances, leases and mail in the database.

use super::listen::{News, tell};
use super::{Inner, PostgresStore};
use crate::error::database;
use crate::instances::{Heard, Instances, LOST_AFTER, Mail, Posted};
use crate::rows::{from_db, to_db};
use crate::{Store as _, StoreError};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sqlx::{PgPool, query, query_as, query_scalar};
use tokio::sync::{broadcast, watch};

/// Seconds after which a message nobody came back to is removed.
const FORGOTTEN: f64 = 120.0;

/// Binds what is sealed in the mail to its session; no sealed value of a session has such a name.
const MESSAGE: &str = "mail/message";
const ANSWER: &str = "mail/answer";
/// Binds what is said to whoever says it; no session has such an id.
const SAID: &str = "said";

impl Inner {
    /// Passes on what an instance said, unless it was this one.
    pub(super) fn hear_said(&self, from: String, said: &str) {
        if from == self.id {
            return;
        }
        let opened = STANDARD
            .decode(said)
            .ok()
            .and_then(|sealed| self.key.open(SAID, &from, &sealed).ok());
        match opened {
            // Nobody listens: nobody needs it.
            Some(text) => drop(self.heard.send(Heard { from, text })),
            None => tracing::warn!("something was said that does not open with this key"),
        }
    }

    async fn tell(&self, news: &News) -> Result<(), StoreError> {
        let mut connection = self
            .pool
            .acquire()
            .await
            .map_err(database("tell the other instances"))?;
        tell(&mut connection, news).await
    }
}

async fn beat(pool: &PgPool, id: &str) -> Result<(), StoreError> {
    query(
        "INSERT INTO instances (id, alive_until) VALUES ($1, clock_timestamp() + make_interval(secs => $2)) \
         ON CONFLICT (id) DO UPDATE SET alive_until = EXCLUDED.alive_until",
    )
    .bind(id)
    .bind(LOST_AFTER.as_secs_f64())
    .execute(pool)
    .await
    .map_err(database("say that this instance is alive"))?;
    Ok(())
}

#[async_trait]
impl Instances for PostgresStore {
    async fn beat(&self) -> Result<(), StoreError> {
        beat(&self.inner.own, &self.inner.id).await
    }

    async fn leave(&self) -> Result<(), StoreError> {
        let doing = "give the sessions back";
        let mut transaction = self.inner.own.begin().await.map_err(database(doing))?;
        query("UPDATE sessions SET runner = NULL WHERE runner = $1")
            .bind(&self.inner.id)
            .execute(&mut *transaction)
            .await
            .map_err(database(doing))?;
        query("DELETE FROM instances WHERE id = $1")
            .bind(&self.inner.id)
            .execute(&mut *transaction)
            .await
            .map_err(database(doing))?;
        tell(&mut transaction, &News::Mail).await?;
        transaction.commit().await.map_err(database(doing))
    }

    async fn take(&self, session: &str) -> Result<Option<u64>, StoreError> {
        if session.contains('\0') {
            return Err(StoreError::UnknownSession(session.to_owned()));
        }
        let epoch: Option<i64> = query_scalar(
            "UPDATE sessions SET runner = $2, epoch = epoch + 1 WHERE id = $1 AND (runner IS NULL OR runner = $2 \
             OR NOT EXISTS (SELECT 1 FROM instances WHERE instances.id = runner AND alive_until > clock_timestamp())) \
             RETURNING epoch",
        )
        .bind(session)
        .bind(&self.inner.id)
        .fetch_optional(&self.inner.pool)
        .await
        .map_err(database("take the session"))?;
        if epoch.is_none() {
            // Another's, or not there.
            self.session(session).await?;
        }
        Ok(epoch.map(from_db))
    }

    async fn give_back(&self, session: &str, epoch: u64) -> Result<(), StoreError> {
        query("UPDATE sessions SET runner = NULL WHERE id = $1 AND runner = $2 AND epoch = $3")
            .bind(session)
            .bind(&self.inner.id)
            .bind(to_db(epoch))
            .execute(&self.inner.pool)
            .await
            .map_err(database("give the session back"))?;
        self.inner.tell(&News::Mail).await
    }

    async fn held(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let rows: Vec<(String, i64)> = query_as("SELECT id, epoch FROM sessions WHERE runner = $1")
            .bind(&self.inner.id)
            .fetch_all(&self.inner.pool)
            .await
            .map_err(database("read which sessions are this instance's"))?;
        Ok(rows
            .into_iter()
            .map(|(id, epoch)| (id, from_db(epoch)))
            .collect())
    }

    async fn waiting(&self) -> Result<Vec<String>, StoreError> {
        // A runner that is lost while it is somebody's turn may have polled for what that somebody does.
        query_scalar(
            "WITH lost AS (SELECT id, status FROM sessions WHERE runner IS NOT NULL AND NOT EXISTS \
             (SELECT 1 FROM instances WHERE instances.id = runner AND alive_until > clock_timestamp())) \
             SELECT id FROM sessions WHERE id IN (SELECT id FROM lost WHERE status = 'your_turn') \
             OR id IN (SELECT id FROM sessions WHERE status = 'running' \
             UNION SELECT session_id FROM mail WHERE NOT done AND answer IS NULL) \
             AND (runner IS NULL OR runner = $1 OR id IN (SELECT id FROM lost)) \
             ORDER BY updated_at LIMIT 1000",
        )
        .bind(&self.inner.id)
        .fetch_all(&self.inner.pool)
        .await
        .map_err(database("look for sessions that nobody runs"))
    }

    async fn post(&self, session: &str, message: &[u8]) -> Result<i64, StoreError> {
        let sealed = self.inner.key.seal(session, MESSAGE, message)?;
        let posted =
            query_scalar("INSERT INTO mail (session_id, message) VALUES ($1, $2) RETURNING id")
                .bind(session)
                .bind(sealed)
                .fetch_one(&self.inner.pool)
                .await;
        let id = match posted {
            Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                return Err(StoreError::UnknownSession(session.to_owned()));
            }
            posted => posted.map_err(database("send a message to another instance"))?,
        };
        self.inner.tell(&News::Mail).await?;
        Ok(id)
    }

    async fn collect(&self) -> Result<Vec<Mail>, StoreError> {
        let mut rows: Vec<(i64, String, Vec<u8>)> = query_as(
            "UPDATE mail SET claimed = sessions.epoch FROM sessions WHERE sessions.id = mail.session_id \
             AND sessions.runner = $1 AND NOT done AND answer IS NULL \
             AND (claimed IS NULL OR claimed < sessions.epoch) RETURNING mail.id, mail.session_id, message",
        )
        .bind(&self.inner.id)
        .fetch_all(&self.inner.pool)
        .await
        .map_err(database("take up the mail"))?;
        rows.sort_by_key(|(id, ..)| *id);
        let open = |(id, session, sealed): (i64, String, Vec<u8>)| {
            let message = self.inner.key.open(&session, MESSAGE, &sealed)?;
            Ok(Mail {
                id,
                session,
                message,
            })
        };
        rows.into_iter().map(open).collect()
    }

    async fn answer(&self, mail: &Mail, answer: &[u8]) -> Result<(), StoreError> {
        let sealed = self.inner.key.seal(&mail.session, ANSWER, answer)?;
        query("UPDATE mail SET answer = $2, done = TRUE WHERE id = $1")
            .bind(mail.id)
            .bind(sealed)
            .execute(&self.inner.pool)
            .await
            .map_err(database("answer a message"))?;
        self.inner.tell(&News::Mail).await
    }

    async fn look_up(&self, session: &str, mail: i64) -> Result<Posted, StoreError> {
        let row: Option<(Option<Vec<u8>>, bool, Option<i64>)> =
            query_as("SELECT answer, done, claimed FROM mail WHERE id = $1")
                .bind(mail)
                .fetch_optional(&self.inner.pool)
                .await
                .map_err(database("look for an answer"))?;
        Ok(match row {
            None => Posted::Gone,
            Some((Some(sealed), ..)) => {
                let answer = self.inner.key.open(session, ANSWER, &sealed)?;
                query("DELETE FROM mail WHERE id = $1")
                    .bind(mail)
                    .execute(&self.inner.pool)
                    .await
                    .map_err(database("remove a message"))?;
                Posted::Answered(answer)
            }
            Some((None, true, _)) => Posted::Done,
            Some((None, false, Some(_))) => Posted::Claimed,
            Some((None, false, None)) => Posted::Waiting,
        })
    }

    async fn take_back(&self, mail: i64) -> Result<bool, StoreError> {
        let result = query("DELETE FROM mail WHERE id = $1 AND claimed IS NULL")
            .bind(mail)
            .execute(&self.inner.pool)
            .await
            .map_err(database("take a message back"))?;
        Ok(result.rows_affected() > 0)
    }

    async fn tidy(&self) -> Result<(), StoreError> {
        query("DELETE FROM mail WHERE posted_at < clock_timestamp() - make_interval(secs => $1)")
            .bind(FORGOTTEN)
            .execute(&self.inner.pool)
            .await
            .map_err(database("remove old messages"))?;
        query("DELETE FROM instances WHERE alive_until < clock_timestamp() - make_interval(secs => $1)")
            .bind(FORGOTTEN)
            .execute(&self.inner.pool)
            .await
            .map_err(database("remove lost instances"))?;
        super::erase::finish(&self.inner.pool).await
    }

    async fn say(&self, text: &[u8]) -> Result<(), StoreError> {
        let from = &self.inner.id;
        let sealed = self.inner.key.seal(SAID, from, text)?;
        let said = STANDARD.encode(sealed);
        self.inner.tell(&News::Said(from.clone(), said)).await
    }

    fn hear(&self) -> broadcast::Receiver<Heard> {
        self.inner.heard.subscribe()
    }

    fn bell(&self) -> watch::Receiver<u64> {
        self.inner.bell.subscribe()
    }
}
