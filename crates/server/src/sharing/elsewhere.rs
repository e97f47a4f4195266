//! What instances on one store tell each other about who is connected: without it a person's page, which reaches now
//! this instance and now that one, would see a part of the others only.
//!
//! Nothing of this is kept. It is said when it changes and again every few seconds, so what was lost on the way is made
//! up for, and an instance that is gone is forgotten with its guests.

use crate::sharing::presence::Guest;
use crate::state::AppState;
use authscope_store::{Heard, Instances};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// How often everything is said again.
const AGAIN: Duration = Duration::from_secs(10);
/// Messages that wait to be said; more are left out, because they are said again.
const WAITING: usize = 256;

/// Something that the others are to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Said {
    /// An instance has started: everybody says who is there.
    Hello,
    /// Who is connected to a session through the instance that says it.
    Guests {
        session: String,
        guests: Vec<Guest>,
        /// The step that the owner has selected, as far as it is known there.
        step: Option<u32>,
    },
    /// The owner looks at another step.
    Looks { session: String, step: Option<u32> },
    /// The notes have changed.
    Noted { session: String },
    /// A link was taken back.
    Woken { session: String },
    /// The session was deleted by its owner.
    Deleted { session: String },
}

/// Where to put what is to be said; nowhere until [`run`] runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox(Arc<OnceLock<mpsc::Sender<Said>>>);

impl Outbox {
    pub(crate) fn say(&self, said: Said) {
        if let Some(sender) = self.0.get()
            && sender.try_send(said).is_err()
        {
            tracing::debug!("too much to say to the other instances at once");
        }
    }

    /// What is said from now on; `None` when somebody has it already.
    pub(crate) fn connect(&self) -> Option<mpsc::Receiver<Said>> {
        let (sender, receiver) = mpsc::channel(WAITING);
        self.0.set(sender).ok().map(|()| receiver)
    }
}

/// Says and hears, for as long as it is polled. Ends at once when nobody else can use the store.
pub(crate) async fn run(state: AppState) {
    let Some(instances) = state.store().instances() else {
        return;
    };
    let rooms = &state.runtime().rooms;
    let Some(mut outbox) = rooms.outbox().connect() else {
        return;
    };
    let mut heard = instances.hear();
    say(instances, &Said::Hello).await;
    let mut ticks = tokio::time::interval(AGAIN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            said = outbox.recv() => match said {
                Some(said) => say(instances, &said).await,
                None => return,
            },
            news = heard.recv() => match news {
                Ok(news) => hear(&state, &news),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
            _ = ticks.tick() => rooms.say_again(),
        }
    }
}

async fn say(instances: &dyn Instances, said: &Said) {
    let Ok(text) = serde_json::to_vec(said) else {
        return;
    };
    if let Err(error) = instances.say(&text).await {
        tracing::warn!(%error, "the other instances do not know who is connected here");
    }
}

fn hear(state: &AppState, heard: &Heard) {
    match serde_json::from_slice(&heard.text) {
        Ok(Said::Deleted { session }) => state.runtime().heard_deleted(&session),
        Ok(said) => state.runtime().rooms.hear(&heard.from, said),
        Err(_) => tracing::debug!("another version says something unknown"),
    }
}
