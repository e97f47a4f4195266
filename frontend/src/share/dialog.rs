//! The button that opens the dialog, and what the page does with what is said in it.

use super::small::{Action, action};
use super::{Role, Together, drives};
use crate::components::{effect, part};
use crate::route::{Route, Router};
use crate::state::{Session, session};
use crate::{dom, panel};
use authscope_model::api::Command;
use authscope_model::{Exchange, Outcome, Participant, StepKind};
use leptos::prelude::*;
use serde_json::{Value, json};

/// For the owner of the session.
#[component]
pub(crate) fn ShareButton() -> impl IntoView {
    let session = session();
    let together = expect_context::<Together>();
    let router = expect_context::<Router>();
    // Whoever comes or goes while the dialog is open changes its list of links.
    effect(move || {
        together.presence.track();
        panel::update("share", &json!(dom::now()));
    });
    part(move || {
        together.is(Role::Owner).then(|| {
            action(Action {
                testid: "share",
                title: "Share (Shift+S)",
                glyph: Some("link"),
                words: Box::new(|| "Share"),
                act: Box::new(move || open(session, together, router)),
                ..Action::default()
            })
        })
    })
}

/// Opens the dialog, for the owner alone.
pub(crate) fn open(session: Session, together: Together, router: Router) {
    if !untrack(|| together.is(Role::Owner)) {
        return;
    }
    let heard = move |message: Value| match message.get("kind").and_then(Value::as_str) {
        Some("reload") => dom::reload(),
        Some("deleted") => {
            panel::close("share");
            router.go(Route::Home {
                server: None,
                spec: None,
            });
        }
        _ => {}
    };
    let options = json!({ "session": session.id() });
    panel::show(session, "share", &options, Box::new(heard), None);
}

/// Raw values of a step, for the owner: asked for one by one, and written down.
pub(crate) fn reveal(step: u32) -> AnyView {
    let session = session();
    let together = expect_context::<Together>();
    let open = move || {
        let options = json!({ "session": session.id(), "step": step });
        panel::show(session, "reveal", &options, Box::new(|_| ()), None);
    };
    part(move || {
        together.is(Role::Owner).then(|| {
            action(Action {
                class: "quiet",
                testid: "reveal",
                title: "Reveal masked values",
                glyph: Some("eye"),
                act: Box::new(open),
                ..Action::default()
            })
        })
    })
    .into_any()
}

/// Editing a step's request and sending it again, for those who may drive; and of a resent one, both answers.
pub(crate) fn resend(exchange: &Exchange) -> AnyView {
    let session = session();
    let step = exchange.id;
    let ours = exchange.from == Participant::Client
        || (matches!(exchange.outcome, Outcome::Unseen) && exchange.step != StepKind::Callback);
    let of = exchange.resent_from.filter(|_| !session.is_local());
    // An answer that comes is shown.
    effect(move || panel::update("resend", &json!(session.version.get())));
    let options = move || json!({ "session": session.id(), "step": step, "of": of });
    let open = move |name| edit(session, name, &options());
    let button = move |name, title, glyph| {
        action(Action {
            class: "quiet",
            testid: name,
            title,
            glyph: Some(glyph),
            act: Box::new(move || open(name)),
            ..Action::default()
        })
    };
    let answers = of.map(|_| button("answers", "Compare both answers", "answers"));
    let edit = part(move || {
        (ours && drives(session)).then(|| button("resend", "Edit and resend (e)", "edit"))
    });
    view! { {answers} {edit} }.into_any()
}

/// Opens an editor; it may ask for a step to be shown.
fn edit(session: Session, name: &'static str, options: &Value) {
    let heard = move |message: Value| {
        if let Some(step) = message.get("step").and_then(Value::as_u64) {
            panel::close(name);
            session.selected.set(u32::try_from(step).ok());
        }
    };
    panel::show(session, name, options, Box::new(heard), None);
}

/// What waits at a breakpoint: a request, or the answer of a step.
pub(crate) fn held(
    session: Session,
    step: StepKind,
    answered: Option<u32>,
    preview: String,
) -> AnyView {
    let (state, go, edit_it) = match answered {
        Some(_) => ("its answer is there and not read yet", "Go on", "Edit it…"),
        None => ("not sent yet", "Send", "Send edited…"),
    };
    let options = move || json!({ "session": session.id(), "step": answered });
    let button = |class, testid, words: &'static str, act| {
        action(Action {
            class,
            testid,
            words: Box::new(move || words),
            act,
            ..Action::default()
        })
    };
    let release = move || session.send("release", Command::Release);
    let stop = move || session.send("stop", Command::Stop);
    view! {
        <h2>{step.title()} ": " {state}</h2>
        <p class="mono">{preview}</p>
        <p class="held">
            {button("primary", "release", go, Box::new(release))}
            {button("", "send-edited", edit_it, Box::new(move || edit(session, "held", &options())))}
            {button("", "abort", "Abort", Box::new(stop))}
        </p>
    }
    .into_any()
}

/// Where the flow waits, for those who may drive.
pub(crate) fn breakpoints(session: Session) -> AnyView {
    part(move || {
        drives(session).then(|| {
            action(Action {
                class: "quiet",
                testid: "breakpoints",
                title: "Breakpoints (b)",
                glyph: Some("pause"),
                act: Box::new(move || {
                    edit(session, "breakpoints", &json!({ "session": session.id() }));
                }),
                ..Action::default()
            })
        })
    })
    .into_any()
}
