//! Finding the task of a session: in this process, started when needed, or with the instance that runs the session.

use crate::letter::Letter;
use crate::request::{Answer, Message, Request};
use crate::{Engine, EngineError, driver, state};
use authscope_store::{Instances, StoreError};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::{Mutex, mpsc, oneshot};

/// How often a session may change hands while one question is on its way.
const TRIES: usize = 3;
/// The tasks of this process.
pub(crate) type Tasks = Mutex<HashMap<String, Task>>;

/// A running task. Dropping it lets the task end.
pub(crate) struct Task {
    pub(crate) mailbox: mpsc::Sender<Message>,
    /// In which epoch its session was taken, where the store has several users.
    pub(crate) epoch: Option<u64>,
}

/// Who runs a session.
pub(crate) enum Place {
    /// A task of this process.
    Here(mpsc::Sender<Message>),
    /// Another instance.
    Elsewhere,
}

impl Engine {
    /// Asks the task of a session, wherever it runs.
    pub(crate) async fn ask(&self, id: &str, request: Request) -> Result<Answer, EngineError> {
        for _ in 0..TRIES {
            let asked = match (self.place(id).await?, self.store().instances()) {
                (Place::Here(mailbox), _) => self.ask_here(id, mailbox, &request, None).await,
                (Place::Elsewhere, Some(instances)) => {
                    self.ask_elsewhere(instances, id, &request).await
                }
                (Place::Elsewhere, None) => None,
            };
            if let Some(answer) = asked {
                return answer;
            }
        }
        Err(EngineError::NotNow(format!(
            "session {id} does not answer; try again"
        )))
    }

    /// Asks a task of this process. `None`: it was not asked, or may not write any more, and nothing happened.
    pub(crate) async fn ask_here(
        &self,
        id: &str,
        mailbox: mpsc::Sender<Message>,
        request: &Request,
        mail: Option<i64>,
    ) -> Option<Result<Answer, EngineError>> {
        let (reply, answer) = oneshot::channel();
        let message = Message {
            request: request.clone(),
            mail,
            reply,
        };
        if mailbox.send(message).await.is_err() {
            // It was about to end.
            self.forget(id, &mailbox).await;
            return None;
        }
        match answer.await {
            Ok(Err(EngineError::Store(StoreError::TakenOver(_)))) => {
                self.forget(id, &mailbox).await;
                None
            }
            Ok(answer) => Some(answer),
            Err(_) => Some(Err(EngineError::NotNow(format!(
                "session {id} ended while it was asked; try again"
            )))),
        }
    }

    /// Takes a task that has ended off the list, unless there is a new one already.
    async fn forget(&self, id: &str, mailbox: &mpsc::Sender<Message>) {
        let mut tasks = self.shared.tasks.lock().await;
        if tasks
            .get(id)
            .is_some_and(|task| task.mailbox.same_channel(mailbox))
        {
            tasks.remove(id);
        }
    }

    /// Who runs a session; when nobody does, a task of this process does from now on.
    pub(crate) async fn place(&self, id: &str) -> Result<Place, EngineError> {
        let mut tasks = self.shared.tasks.lock().await;
        if let Some(task) = tasks.get(id)
            && !task.mailbox.is_closed()
        {
            return Ok(Place::Here(task.mailbox.clone()));
        }
        if self.shared.leaving.load(Ordering::SeqCst) {
            return Err(EngineError::NotNow(
                "this authscope is shutting down; try again".into(),
            ));
        }
        let epoch = match self.store().instances() {
            None => None,
            Some(instances) => match instances.take(id).await? {
                None => return Ok(Place::Elsewhere),
                epoch => epoch,
            },
        };
        let state = match state::load(&self.shared, id).await {
            Ok(state) => state,
            Err(error) => {
                give_back(&self.shared, id, epoch).await;
                return Err(error);
            }
        };
        let (mailbox, receiver) = mpsc::channel(32);
        let driver = driver::Driver::new(Arc::clone(&self.shared), state, receiver, epoch);
        tokio::spawn(driver.run());
        let task = Task {
            mailbox: mailbox.clone(),
            epoch,
        };
        tasks.insert(id.to_owned(), task);
        Ok(Place::Here(mailbox))
    }

    /// Sends a question to the instance that runs a session and waits for the answer. `None`: that instance is gone,
    /// and the question was taken back before anybody took it up.
    async fn ask_elsewhere(
        &self,
        instances: &dyn Instances,
        id: &str,
        request: &Request,
    ) -> Option<Result<Answer, EngineError>> {
        let letter = match Letter::post(self, instances, id, request).await {
            Ok(letter) => letter,
            Err(error) => return Some(Err(error)),
        };
        letter.answer().await.transpose()
    }
}

/// Lets others take a session.
pub(crate) async fn give_back(shared: &crate::Shared, id: &str, epoch: Option<u64>) {
    if let (Some(instances), Some(epoch)) = (shared.store.instances(), epoch)
        && let Err(error) = instances.give_back(id, epoch).await
    {
        tracing::warn!(session = id, %error, "the session was not given back");
    }
}
