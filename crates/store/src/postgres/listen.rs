//! What instances tell each other through the database (`NOTIFY`): only that there is something to read.
//!
//! The tables are the truth. News that are lost, with a connection for example, are made up for by reading how far the
//! sessions are that somebody reads.

use super::{Inner, PostgresStore, open, rows};
use crate::StoreError;
use crate::error::database;
use sqlx::postgres::PgListener;
use sqlx::{PgConnection, query};
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::task::JoinHandle;

const CHANNEL: &str = "authscope";
/// How long to wait before connecting again.
const AGAIN: Duration = Duration::from_secs(1);

/// Something to read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    /// A session's log has reached this number.
    Events(String, u64),
    /// A session is gone.
    Deleted(String),
    /// There is mail, or an answer, or a session that somebody else may take.
    Mail,
    /// An instance says something to the others: its name, and what it says, sealed.
    Said(String, String),
}

impl News {
    fn written(&self) -> String {
        match self {
            Self::Events(id, seq) => format!("events {seq} {id}"),
            Self::Deleted(id) => format!("deleted {id}"),
            Self::Mail => "mail".into(),
            Self::Said(from, said) => format!("said {from} {said}"),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (what, rest) = text.split_once(' ').unwrap_or((text, ""));
        match what {
            "events" => {
                let (seq, id) = rest.split_once(' ')?;
                Some(Self::Events(id.into(), seq.parse().ok()?))
            }
            "deleted" => Some(Self::Deleted(rest.into())),
            "mail" => Some(Self::Mail),
            "said" => {
                let (from, said) = rest.split_once(' ')?;
                Some(Self::Said(from.into(), said.into()))
            }
            // From a newer version.
            _ => None,
        }
    }
}

/// Tells everybody, this process included, when the transaction is committed.
pub(super) async fn tell(connection: &mut PgConnection, news: &News) -> Result<(), StoreError> {
    query("SELECT pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(news.written())
        .execute(connection)
        .await
        .map_err(database("tell the other instances"))?;
    Ok(())
}

/// Listens from now on, until the store is dropped or closed.
pub(super) async fn start(store: &PostgresStore) -> Result<JoinHandle<()>, StoreError> {
    let mut listener = connect(&store.inner).await?;
    let inner = Arc::downgrade(&store.inner);
    Ok(tokio::spawn(async move {
        loop {
            follow(&mut listener, &inner).await;
            // The connection is lost for longer.
            listener = loop {
                tokio::time::sleep(AGAIN).await;
                let Some(inner) = inner.upgrade() else {
                    return;
                };
                match connect(&inner).await {
                    Ok(listener) => break listener,
                    Err(error) => tracing::warn!(%error, "not listening to other instances"),
                }
            };
            let Some(inner) = inner.upgrade() else {
                return;
            };
            catch_up(&inner).await;
        }
    }))
}

async fn connect(inner: &Inner) -> Result<PgListener, StoreError> {
    let doing = "listen to the other instances";
    let pool = open::pool(&inner.connect, 1).await?;
    let mut listener = PgListener::connect_with(&pool)
        .await
        .map_err(database(doing))?;
    listener.ignore_pool_close_event(true);
    listener.listen(CHANNEL).await.map_err(database(doing))?;
    Ok(listener)
}

/// Passes news on until the connection cannot be had again.
async fn follow(listener: &mut PgListener, inner: &Weak<Inner>) {
    loop {
        let received = listener.try_recv().await;
        let Some(inner) = inner.upgrade() else {
            return;
        };
        match received {
            Ok(Some(news)) => match News::read(news.payload()) {
                Some(news) => inner.hear(news),
                None => tracing::debug!("news of another version"),
            },
            Ok(None) => catch_up(&inner).await,
            Err(error) => {
                tracing::warn!(%error, "the connection that listens to other instances is lost");
                return;
            }
        }
    }
}

impl Inner {
    fn hear(&self, news: News) {
        match news {
            News::Events(id, seq) => self.watchers.wake(&id, seq),
            News::Deleted(id) => {
                self.watchers.close(&id);
                self.ring();
            }
            News::Mail => self.ring(),
            News::Said(from, said) => self.hear_said(from, &said),
        }
    }

    pub(super) fn ring(&self) {
        self.bell
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

/// Wakes whoever reads a session, as news may have been lost.
async fn catch_up(inner: &Inner) {
    inner.ring();
    let watched = inner.watchers.ids();
    match rows::last_seqs(&inner.pool, &watched).await {
        Ok(found) => {
            let found: HashMap<String, u64> = found.into_iter().collect();
            for id in watched {
                match found.get(&id) {
                    Some(seq) => inner.watchers.wake(&id, *seq),
                    None => inner.watchers.close(&id),
                }
            }
        }
        // Readers look by themselves now and then.
        Err(error) => tracing::warn!(%error, "it was not read what was missed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_read_as_they_were_written() {
        for news in [
            News::Events("a b".into(), 7),
            News::Deleted("a".into()),
            News::Mail,
            News::Said("a".into(), "b+/=".into()),
        ] {
            assert_eq!(News::read(&news.written()), Some(news));
        }
        for strange in ["", "events", "events x a", "later 7"] {
            assert_eq!(News::read(strange), None, "{strange}");
        }
    }
}
