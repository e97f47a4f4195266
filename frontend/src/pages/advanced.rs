//! The settings that most people never need, folded.

use super::form::Form;
use crate::components::{Copy, live, part, typed};
use authscope_model::Revision;
use leptos::prelude::*;

type Choices = Vec<(&'static str, &'static str)>;

/// The folded settings. `ours`: the redirect URI that authscope hosts.
#[component]
pub(crate) fn Advanced(form: Form, ours: Signal<String>) -> impl IntoView {
    let mut revisions: Choices = vec![("auto", "Automatic: find out what the server speaks")];
    revisions.extend(Revision::ALL.iter().rev().map(|r| (r.as_str(), r.as_str())));
    let registrations = vec![
        ("auto", "Automatic, in the order of the specification"),
        ("preregistered", "Pre-registered client"),
        ("cimd", "Client id metadata document"),
        ("dcr", "Dynamic client registration"),
    ];
    let methods = vec![
        ("", "As metadata and registration say"),
        ("none", "none (public client)"),
        ("client_secret_basic", "client_secret_basic"),
        ("client_secret_post", "client_secret_post"),
    ];
    view! {
        <details class="advanced" data-testid="advanced">
            <summary>"Advanced settings"</summary>
            <div class="fields">
                {choice("revision", "Specification revision", revisions, form.revision)}
                {choice("registration", "Registration", registrations, form.registration)}
                {text("client-id", "Client id", "if you have one", form.client_id)}
                {secret("client-secret", "Client secret", form.client_secret)}
                {choice("auth-method", "Token endpoint authentication", methods, form.auth_method)}
                {text("metadata-url", "Client id metadata document URL", "authscope hosts one for you", form.metadata_url)}
                {text("scope", "Scopes", "as the server says", form.scope)}
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=form.omit_scope
                        on:change=typed(move |event| form.omit_scope.set(event_target_checked(&event)))
                    />
                    " Send no scope parameter"
                </label>
                {text("resource", "Resource", "as protected resource metadata says", form.resource)}
                <Redirect form ours/>
                {area("headers", "Extra headers to the MCP server", "Name: value, one per line", form.headers)}
                {area("authorize-params", "Extra authorization parameters", "prompt=consent, one per line", form.authorize_params)}
                {area("client-metadata", "Client metadata laid over ours (JSON)", "{\"client_name\": \"My client\"}", form.client_metadata)}
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="stepwise"
                        prop:checked=form.stepwise
                        on:change=typed(move |event| form.stepwise.set(event_target_checked(&event)))
                    />
                    " Start in step mode: one request per click"
                </label>
            </div>
        </details>
    }
}

/// The redirect URI, with the one sentence that saves most people an hour.
#[component]
fn Redirect(form: Form, ours: Signal<String>) -> impl IntoView {
    view! {
        <div class="field whole">
            <label for="redirect-uri">"Redirect URI"</label>
            <div class="joined">
                <input
                    id="redirect-uri"
                    class="mono"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=live(move || ours.get())
                    prop:value=form.redirect_uri
                    on:input=typed(move |event| form.redirect_uri.set(event_target_value(&event)))
                />
                <Copy what="redirect URI" text=move || {
                    let own = form.redirect_uri.get_untracked();
                    if own.trim().is_empty() { ours.get_untracked() } else { own }
                }/>
            </div>
            <p class="hint">
                "For a pre-registered client: register this exact string, " <code>{part(move || ours.get())}</code> "."
            </p>
        </div>
    }
}

fn choice(id: &'static str, label: &'static str, of: Choices, field: RwSignal<String>) -> AnyView {
    let options = of
        .into_iter()
        .map(|(value, words)| view! { <option value=value>{words}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select
                id=id
                prop:value=field
                on:change=typed(move |event| field.set(event_target_value(&event)))
            >
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn text(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    field: RwSignal<String>,
) -> AnyView {
    input(id, label, hint, "text", field)
}

fn secret(id: &'static str, label: &'static str, field: RwSignal<String>) -> AnyView {
    input(
        id,
        label,
        "masked in everything that is recorded",
        "password",
        field,
    )
}

fn input(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: &'static str,
    field: RwSignal<String>,
) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type=kind
                class="mono"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=hint
                prop:value=field
                on:input=typed(move |event| field.set(event_target_value(&event)))
            />
        </div>
    }
    .into_any()
}

fn area(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    field: RwSignal<String>,
) -> AnyView {
    view! {
        <div class="field whole">
            <label for=id>{label}</label>
            <textarea
                id=id
                class="mono"
                rows="2"
                spellcheck="false"
                placeholder=hint
                prop:value=field
                on:input=typed(move |event| field.set(event_target_value(&event)))
            ></textarea>
        </div>
    }
    .into_any()
}
