//! Follow mode: a guest's selection goes with the owner's until they select something themselves.

use super::{Role, Together};
use crate::components::{effect, spawn};
use crate::diagram::navigate;
use crate::state::Session;
use crate::{api, dom};
use leptos::prelude::*;
use serde_json::json;

/// The owner's page tells where it is; a guest's page goes there.
pub(crate) fn follow(session: Session, together: Together) {
    tell(session, together);
    let guest = move || {
        together
            .right
            .with(|right| right.as_ref().is_some_and(|right| right.role < Role::Owner))
    };
    effect(move || {
        session.version.track();
        let step = together.presence.with(|there| there.step);
        if !guest() || !together.following.get() || session.selected.get_untracked() == step {
            return;
        }
        // A step that has not come yet is waited for.
        if let Some(step) = step.filter(|step| session.exchange(*step).is_some()) {
            together.by_page.set_value(Some(step));
            navigate::select(session, step, navigate::Reveal::Near);
        }
    });
    let mut first = true;
    effect(move || {
        let selected = session.selected.get();
        if !std::mem::take(&mut first) && selected != together.by_page.get_value() {
            together.following.set(false);
        }
    });
}

/// Tells the others which step is selected, when there are any.
fn tell(session: Session, together: Together) {
    let mut told = None;
    effect(move || {
        let selected = session.selected.get();
        if together.presence.with(|there| there.watching == 0) {
            told = None;
        } else if together.is(Role::Owner) && told != Some(selected) {
            told = Some(selected);
            say_later(session, selected);
        }
    });
}

/// Whoever walks through the steps quickly is followed to where they stay.
fn say_later(session: Session, selected: Option<u32>) {
    dom::later(120, move || {
        if session.selected.try_get_untracked() != Some(selected) {
            return;
        }
        spawn(async move {
            let path = format!("api/sessions/{}/presence", session.id());
            // Lost: the next one tells the same.
            let _ = api::send(&path, &json!({ "step": selected }).to_string()).await;
        });
    });
}
