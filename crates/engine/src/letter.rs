//! A question to the instance that runs a session, from posting it to the answer.

use crate::request::{Answer, Request};
use crate::tasks::Place;
use crate::{Engine, EngineError};
use authscope_store::{Instances, Posted, StoreError};
use std::time::Duration;
use tokio::time::Instant;

/// How long another instance may take to answer. Shorter than an HTTP request may take here.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long an answer may take when what was asked for is done.
const ANSWER: Duration = Duration::from_secs(2);
/// How often an answer is looked for when nobody rings.
const LOOK: Duration = Duration::from_millis(300);

/// A question on its way.
pub(crate) struct Letter<'a> {
    engine: &'a Engine,
    instances: &'a dyn Instances,
    id: &'a str,
    request: &'a Request,
    mail: i64,
    end: Instant,
    /// When it was first seen to be carried out.
    done: Option<Instant>,
}

impl<'a> Letter<'a> {
    /// Posts it.
    pub(crate) async fn post(
        engine: &'a Engine,
        instances: &'a dyn Instances,
        id: &'a str,
        request: &'a Request,
    ) -> Result<Self, EngineError> {
        let message = serde_json::to_vec(request)
            .map_err(|error| EngineError::NotNow(format!("send the message: {error}")))?;
        Ok(Self {
            mail: instances.post(id, &message).await?,
            end: Instant::now() + PATIENCE,
            done: None,
            engine,
            instances,
            id,
            request,
        })
    }

    /// Waits for the answer. `None`: the runner is gone, and the question was taken back before anybody took it up.
    pub(crate) async fn answer(mut self) -> Result<Option<Answer>, EngineError> {
        let mut bell = self.instances.bell();
        loop {
            bell.mark_unchanged();
            let known = match self.instances.look_up(self.id, self.mail).await? {
                Posted::Answered(answer) => return Answer::read(&answer).map(Some),
                Posted::Gone => return Err(StoreError::UnknownSession(self.id.to_owned()).into()),
                Posted::Waiting => self.waiting().await?,
                Posted::Claimed => self.claimed()?,
                Posted::Done => self.done().await,
            };
            if let Some(known) = known {
                return Ok(known);
            }
            // Nobody rings when this instance's own listener has lost its connection.
            let _ = tokio::time::timeout(LOOK, bell.changed()).await;
        }
    }

    fn is_late(&self) -> bool {
        Instant::now() > self.end
    }

    /// Nobody took it up. When its runner is lost nobody will: it is taken back, to be asked here or told why not.
    async fn waiting(&self) -> Result<Option<Option<Answer>>, EngineError> {
        let place = self.engine.place(self.id).await;
        let mine = self.is_late() || !matches!(place, Ok(Place::Elsewhere));
        if !mine || !self.instances.take_back(self.mail).await? {
            return Ok(None);
        }
        match place? {
            Place::Here(_) => Ok(Some(None)),
            Place::Elsewhere => Err(EngineError::NotNow(
                "the authscope that runs this session does not answer; nothing was done; try again"
                    .into(),
            )),
        }
    }

    fn claimed(&self) -> Result<Option<Option<Answer>>, EngineError> {
        if !self.is_late() {
            return Ok(None);
        }
        Err(EngineError::NotNow(
            "the authscope that runs this session took the message up and did not answer; see what the session shows before you try again".into(),
        ))
    }

    /// Carried out. When the answer does not come, the runner was lost before it gave one.
    async fn done(&mut self) -> Option<Option<Answer>> {
        let since = *self.done.get_or_insert_with(Instant::now);
        let gone = since.elapsed() > ANSWER
            && !matches!(self.engine.place(self.id).await, Ok(Place::Elsewhere));
        (gone || self.is_late()).then(|| self.request.happens_once().then_some(Answer::Done))
    }
}
