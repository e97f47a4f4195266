//! Several instances on one store: being alive, taking the mail of one's sessions, and taking over what a lost instance
//! has left.
//!
//! Nothing here decides who may write: the store refuses whoever has lost a session ([`authscope_store::Instances`]).
//! These loops only see to it that somebody runs every session that has to be run, within seconds.

use crate::request::{Answer, Request};
use crate::{Engine, EngineError};
use authscope_store::{BEAT, Instances, Mail, StoreError};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// How often is looked for mail and for sessions that nobody runs, when nobody rings.
const LOOK: Duration = Duration::from_millis(500);
/// A session that could not be taken over is tried again after this time.
const AGAIN: Duration = Duration::from_secs(10);
/// How often old mail is cleared away.
const TIDY: Duration = Duration::from_secs(30);

impl Engine {
    /// Says for the first time that this instance is alive. False when the store is this process's alone.
    pub(crate) async fn join(&self) -> Result<bool, EngineError> {
        match self.store().instances() {
            None => Ok(false),
            Some(instances) => {
                instances.beat().await?;
                Ok(true)
            }
        }
    }

    /// Works together with the other instances on the store, as long as it is polled. Ends at once when the store is
    /// this process's alone.
    pub async fn work_together(&self) {
        let Some(instances) = self.store().instances() else {
            return;
        };
        tokio::join!(keep_alive(instances), self.keep_looking(instances));
    }

    /// Ends the tasks of this process and gives their sessions back, so that other instances go on with them at once.
    pub async fn leave(&self) {
        self.shared.leaving.store(true, Ordering::SeqCst);
        self.shared.tasks.lock().await.clear();
        if let Some(instances) = self.store().instances()
            && let Err(error) = instances.leave().await
        {
            tracing::warn!(%error, "the sessions were not given back; others take them when this instance counts as lost");
        }
    }

    async fn keep_looking(&self, instances: &dyn Instances) {
        let mut bell = instances.bell();
        let mut failed = HashMap::new();
        let mut tidied = Instant::now();
        while !self.shared.leaving.load(Ordering::SeqCst) {
            bell.mark_unchanged();
            if let Err(error) = self.look(instances, &mut failed).await {
                tracing::warn!(%error, "mail and lost sessions were not looked for");
            }
            if tidied.elapsed() > TIDY {
                tidied = Instant::now();
                failed.retain(|_, at: &mut Instant| at.elapsed() < AGAIN);
                if let Err(error) = instances.tidy().await {
                    tracing::warn!(%error, "old mail was not cleared away");
                }
            }
            let _ = tokio::time::timeout(LOOK, bell.changed()).await;
        }
    }

    async fn look(
        &self,
        instances: &dyn Instances,
        failed: &mut HashMap<String, Instant>,
    ) -> Result<(), StoreError> {
        self.drop_lost(instances).await?;
        for id in instances.waiting().await? {
            let soon = failed.get(&id).is_some_and(|at| at.elapsed() < AGAIN);
            if soon || self.runs(&id).await {
                continue;
            }
            // What it was at goes on when its task begins.
            if let Err(error) = self.place(&id).await {
                tracing::warn!(session = id, %error, "the session was not taken over");
                failed.insert(id, Instant::now());
            }
        }
        for mail in instances.collect().await? {
            self.deliver(mail).await;
        }
        Ok(())
    }

    /// Ends the tasks whose sessions are another's by now, or gone.
    async fn drop_lost(&self, instances: &dyn Instances) -> Result<(), StoreError> {
        // Held all the time: a task that is started meanwhile is not to be taken for one that has lost its session.
        let mut tasks = self.shared.tasks.lock().await;
        if tasks.is_empty() {
            return Ok(());
        }
        let held: HashMap<String, u64> = instances.held().await?.into_iter().collect();
        tasks.retain(|id, task| task.epoch.is_none() || held.get(id).copied() == task.epoch);
        Ok(())
    }

    async fn runs(&self, id: &str) -> bool {
        let tasks = self.shared.tasks.lock().await;
        tasks.get(id).is_some_and(|task| !task.mailbox.is_closed())
    }

    /// Hands a message to the task of its session and sees to its answer. Where there is no task any more, whoever
    /// takes the session next takes the message up again.
    async fn deliver(&self, mail: Mail) {
        let mailbox = {
            let tasks = self.shared.tasks.lock().await;
            tasks.get(&mail.session).map(|task| task.mailbox.clone())
        };
        let Some(mailbox) = mailbox else {
            return;
        };
        let request: Result<Request, _> = serde_json::from_slice(&mail.message);
        let engine = self.clone();
        tokio::spawn(async move {
            let answer = match request {
                Ok(request) => engine
                    .ask_here(&mail.session, mailbox, &request, Some(mail.id))
                    .await
                    .and_then(Answer::of),
                Err(_) => Some(Answer::Refused(
                    "the authscope that runs this session is of another version and does not know this; stop all instances and start them with one version".into(),
                )),
            };
            if let Some(answer) = answer {
                engine.reply(&mail, &answer).await;
            }
        });
    }

    async fn reply(&self, mail: &Mail, answer: &Answer) {
        let Some(instances) = self.store().instances() else {
            return;
        };
        let written = match serde_json::to_vec(answer) {
            Ok(bytes) => instances.answer(mail, &bytes).await,
            Err(error) => {
                tracing::error!(%error, "an answer could not be written");
                return;
            }
        };
        if let Err(error) = written {
            tracing::warn!(session = mail.session, %error, "a message was not answered");
        }
    }
}

/// Says again and again that this instance is alive.
async fn keep_alive(instances: &dyn Instances) {
    let mut ticks = tokio::time::interval(BEAT);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = instances.beat().await {
            tracing::warn!(%error, "the others may take this instance for lost");
        }
    }
}
