//! Being in a session with others: what one may do, who else is there, following its owner, and notes.
//!
//! What is large (the dialog, the notes) is a panel that is loaded when it is used; here is what a page needs at once.

mod banner;
mod dialog;
mod follow;
mod notes;
mod small;

pub(crate) use banner::{Banner, Watching};
pub(crate) use dialog::{ShareButton, breakpoints, held, open, resend, reveal};
pub(crate) use follow::follow;
pub(crate) use notes::{Notes, marker};

use crate::api;
use crate::components::spawn;
use crate::state::Session;
use leptos::prelude::*;
use serde_json::Value;

/// What somebody may do with a session; each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Viewer,
    Controller,
    Owner,
}

/// The right that this browser has on the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Right {
    pub(crate) role: Role,
    /// What kind of link it comes from: `watch`, `drive`, `snapshot`, `owner`; empty without one.
    pub(crate) link: String,
    /// When the link ends (ms since the epoch).
    pub(crate) ends_at: Option<u64>,
    /// Whether an owner looks at it as a viewer.
    pub(crate) preview: bool,
}

/// Who else is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Presence {
    pub(crate) watching: u64,
    /// For whom their links were made, where that was said.
    pub(crate) names: Vec<String>,
    /// The step that the owner has selected.
    pub(crate) step: Option<u32>,
    /// Another number: the notes have changed. Nothing before the first is known.
    notes: Option<u64>,
}

/// The session as something that several people see.
#[derive(Clone, Copy)]
pub(crate) struct Together {
    /// Nothing before it is known.
    pub(crate) right: RwSignal<Option<Right>>,
    pub(crate) presence: RwSignal<Presence>,
    /// Whether the owner's selection is followed.
    pub(crate) following: RwSignal<bool>,
    /// The notes that everybody sees, as the server lists them.
    pub(crate) notes: RwSignal<Value>,
    /// The step that the page selected by itself; any other selection is a person's.
    by_page: StoredValue<Option<u32>>,
}

impl Together {
    /// Asks what this browser may do; of a session of this tab, everything that is not sent.
    pub(crate) fn provide(session: Session) -> Self {
        let together = Self {
            right: session.right,
            presence: RwSignal::new(Presence::default()),
            following: RwSignal::new(true),
            notes: RwSignal::new(Value::Null),
            by_page: StoredValue::new(None),
        };
        provide_context(together);
        together.ask_again(session);
        together
    }

    /// Asks until the answer is there once: the first question may have been lost.
    pub(crate) fn ask_again(self, session: Session) {
        if !session.is_local() && self.right.with_untracked(Option::is_none) {
            spawn(self.ask(session));
        }
    }

    async fn ask(self, session: Session) {
        let path = format!("api/sessions/{}/access", session.id());
        // Without an answer there is no session either; the page says why.
        if let Ok(right) = api::get(&path, right).await {
            let _ = self.right.try_set(Some(right));
        }
    }

    /// The page is about to select a step by itself; false when it should leave that to the owner, who is followed.
    pub(crate) fn selects(self, step: u32) -> bool {
        let following = self.following.get_untracked() && !untrack(|| self.is(Role::Owner));
        let led = following && self.presence.with_untracked(|there| there.step.is_some());
        if !led {
            self.by_page.set_value(Some(step));
        }
        !led
    }

    /// Whether this browser has a role or more. Tracks it.
    pub(crate) fn is(self, needed: Role) -> bool {
        self.right
            .with(|right| right.as_ref().is_some_and(|right| right.role >= needed))
    }

    /// Takes what the stream says about the others.
    pub(crate) fn heard(self, session: Session, value: &Value) {
        let Some(presence) = presence(value) else {
            return;
        };
        let known = self.presence.with_untracked(|known| known.notes);
        if known != presence.notes {
            spawn(notes::load(session, self));
        }
        self.presence.set(presence);
    }
}

/// Whether this browser may let the session of the page go on, for views. Tracks it.
pub(crate) fn may_drive() -> bool {
    use_context::<Session>().is_some_and(drives)
}

/// Whether this browser may let a session go on; also where a view's context is not at hand. Tracks it.
pub(crate) fn drives(session: Session) -> bool {
    session.right.with(|right| {
        right
            .as_ref()
            .is_some_and(|right| right.role >= Role::Controller)
    })
}

fn right(value: &Value) -> Option<Right> {
    let role = match value.get("role")?.as_str()? {
        "owner" => Role::Owner,
        "controller" => Role::Controller,
        _ => Role::Viewer,
    };
    Some(Right {
        role,
        link: value.get("link")?.as_str().unwrap_or_default().to_owned(),
        ends_at: value.get("ends_at").and_then(Value::as_u64),
        preview: value.get("preview")?.as_bool()?,
    })
}

fn presence(value: &Value) -> Option<Presence> {
    let names = value.get("names")?.as_array()?.iter();
    Some(Presence {
        watching: value.get("watching")?.as_u64()?,
        names: names
            .filter_map(|name| name.as_str().map(ToOwned::to_owned))
            .collect(),
        step: value
            .get("step")
            .and_then(Value::as_u64)
            .and_then(|step| u32::try_from(step).ok()),
        notes: value.get("notes").and_then(Value::as_u64).or(Some(0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_server_says_is_read() {
        let read =
            right(&json!({"role": "viewer", "link": "watch", "ends_at": 7, "preview": false}));
        let read = read.expect("a right");
        assert_eq!(
            (read.role, read.link.as_str(), read.ends_at),
            (Role::Viewer, "watch", Some(7))
        );
        let owner =
            right(&json!({"role": "owner", "link": null, "ends_at": null, "preview": false}));
        assert!(owner.is_some_and(|right| right.role > Role::Controller && right.link.is_empty()));
        let there =
            presence(&json!({"watching": 2, "names": ["Ana"], "step": 3})).unwrap_or_default();
        assert_eq!((there.watching, there.step), (2, Some(3)));
    }
}
