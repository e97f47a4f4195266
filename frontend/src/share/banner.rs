//! What a guest is told for as long as they are here: what they may do, what they do not see, until when.

use super::small::{Action, action, chip};
use super::{Right, Role, Together};
use crate::components::{part, spawn};
use crate::state::session;
use crate::{api, dom, times};
use leptos::prelude::*;

/// The banner of somebody who is not here as the owner.
#[component]
pub(crate) fn Banner() -> impl IntoView {
    let together = expect_context::<Together>();
    part(move || {
        let right = together.right.get()?;
        let (words, leave, act) = role(&right)?;
        let mut words = vec![words.to_owned()];
        if right.role < Role::Owner {
            words.push("tokens masked".into());
        }
        if let Some(at) = right.ends_at {
            words.push(format!("until {}", times::moment(at, dom::now())));
        }
        let guest = right.role < Role::Owner && !right.preview && right.link != "snapshot";
        Some(view! {
            <section class="guest" aria-label="Your role" data-testid="guest-banner">
                <span>{words.join(" · ")}</span>
                {guest.then(|| follow_button(together))}
                {leave_button(leave, act)}
            </section>
        })
    })
}

/// What they are told, and the button that ends it: its words and what it asks for.
fn role(right: &Right) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match (right.preview, right.role, right.link.as_str()) {
        (true, ..) => (
            "Preview: a viewer sees exactly this",
            "End preview",
            "preview",
        ),
        (_, Role::Owner, "owner") => (
            "You are here by the recovery link",
            "Make this session mine",
            "claim",
        ),
        (_, Role::Owner, _) => return None,
        (_, _, "snapshot") => (
            "You see a snapshot: what there was when it was made",
            "Leave",
            "leave",
        ),
        (_, Role::Viewer, _) => ("You are watching", "Leave", "leave"),
        (_, Role::Controller, _) => ("You may drive: run, step, retry, sign in", "Leave", "leave"),
    })
}

fn follow_button(together: Together) -> AnyView {
    let following = move || together.following.get();
    action(Action {
        testid: "follow",
        title: "Select what the owner selects, until you select something",
        pressed: Some(Box::new(following)),
        words: Box::new(move || if following() { "Following" } else { "Follow" }),
        act: Box::new(move || together.following.update(|on| *on = !*on)),
        ..Action::default()
    })
}

/// Asks for another role; the page begins anew with it.
fn leave_button(words: &'static str, act: &'static str) -> AnyView {
    let session = session();
    let leave = move || {
        spawn(async move {
            let path = format!("api/sessions/{}/{act}", session.id());
            let body = if act == "preview" {
                r#"{"on":false}"#
            } else {
                "{}"
            };
            match api::send(&path, body).await {
                Ok(()) => dom::reload(),
                Err(error) => {
                    let _ = session.refused.try_set(Some(error.words()));
                }
            }
        });
    };
    action(Action {
        testid: act,
        words: Box::new(move || words),
        act: Box::new(leave),
        ..Action::default()
    })
}

/// How many watch, and who.
#[component]
pub(crate) fn Watching() -> impl IntoView {
    let together = expect_context::<Together>();
    part(move || {
        let there = together.presence.get();
        (there.watching > 0).then(|| {
            let names = there.names.join(", ");
            chip("watching", "person", &names, there.watching, "watching")
        })
    })
}
