//! What goes beyond a conforming client. Each is asked for, and says first what it may do to the server.

use super::form::Form;
use crate::components::{Fold, typed};
use leptos::prelude::*;

/// The switches for the dry run and the active probes.
#[component]
pub(crate) fn Extras(form: Form) -> impl IntoView {
    view! {
        <fieldset class="whole extras">
            <legend>"Beyond what a conforming client sends"</legend>
            {switch(
                "dry-run",
                "Try the authorization URL before I sign in",
                "One request without cookies, redirects read one by one: error pages become findings. The server may log an attempt; one that never asks issues a code that nobody redeems.",
                form.dry_run,
            )}
            {switch(
                "probe",
                "Active probes at the end",
                "Requests that must be refused, with made-up, changed and reused credentials. A correct server may end the session for it. Only for servers you may test.",
                form.probe,
            )}
            {move || form.probe.get().then(|| confirmation(form))}
            <Fold
                title="What each probe sends, and what it may do"
                path="probes?part=true".to_owned()
                testid="probe-list"
            />
        </fieldset>
    }
}

/// The second question, asked anew whenever the probes are turned on.
fn confirmation(form: Form) -> AnyView {
    form.probe_confirmed.set(false);
    switch(
        "probe-confirmed",
        "Yes, send them: I may test this server",
        "They run after the sign-in and cannot be taken back: a made-up, a changed and an expired token, the real token in a URL and from a foreign Origin, a client registered with a bad redirect URI, codes and old refresh tokens used up. Each is listed below with what it may do.",
        form.probe_confirmed,
    )
}

fn switch(
    id: &'static str,
    label: &'static str,
    effect: &'static str,
    field: RwSignal<bool>,
) -> AnyView {
    let about = format!("{id}-effect");
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid=id
                aria-describedby=about.clone()
                prop:checked=field
                on:change=typed(move |event| field.set(event_target_checked(&event)))
            />
            " " {label}
        </label>
        <p class="hint" id=about>{effect}</p>
    }
    .into_any()
}
