//! The settings that most people never need, folded.

use super::extras::Extras;
use super::form::{CODE, Form};
use crate::components::{Copy, live, part, typed};
use authscope_model::Revision;
use authscope_ui_kit::field::lines;
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
    let types = vec![
        ("", "As the revision says"),
        ("native", "native"),
        ("web", "web"),
    ];
    let waits = vec![
        ("", "None"),
        ("register", "Before the client registers"),
        ("token", "Before the token request"),
        ("call", "Before the first call with the token"),
    ];
    let prompts = vec![
        ("", "Not sent"),
        ("consent", "consent"),
        ("login", "login"),
        ("select_account", "select_account"),
        ("none", "none"),
    ];
    view! {
        <details class="advanced" data-testid="advanced">
            <summary>"Advanced settings"</summary>
            <div class="fields">
                {choice("revision", "Specification revision", revisions, form.revision)}
                {choice("registration", "Registration", registrations, form.registration)}
                {choice("grant", "Grant", grants(), form.grant)}
                {part(move || needs(form))}
                {text("client-id", "Client id", "if you have one", form.client_id)}
                {secret("client-secret", "Client secret", form.client_secret)}
                {choice("auth-method", "Token endpoint authentication", methods(), form.auth_method)}
                {text("metadata-url", "Client id metadata document URL", "authscope hosts one for you", form.metadata_url)}
                {check("check-document", "Read that document first, and check it as an authorization server does", form.check_document)}
                {text("authorization-server", "Authorization server", "issuer, when the metadata lists several", form.authorization_server)}
                {text("scope", "Scopes", "as the server says", form.scope)}
                {check("omit-scope", "Send no scope parameter", form.omit_scope)}
                {text("resource", "Resource", "as protected resource metadata says", form.resource)}
                <Redirect form ours/>
                {area("headers", "Extra headers to the MCP server", "Name: value, one per line", form.headers)}
                {area("authorize-params", "Extra authorization parameters", "prompt=consent, one per line", form.authorize_params)}
                {area("client-metadata", "Client metadata laid over ours (JSON)", "{\"client_name\": \"My client\"}", form.client_metadata)}
                {choice("application-type", "Application type", types, form.application_type)}
                {secret("initial-access-token", "Initial access token for registration", form.initial_access_token)}
                {area("private-key", "Private key for private_key_jwt (PEM or JWK)", "masked in everything that is recorded", form.private_key)}
                {text("signing-alg", "Its algorithm", "ES256", form.signing_alg)}
                {choice("dpop", "Tokens bound to a key (DPoP)", bindings(), form.dpop)}
                {choice("prompt", "prompt", prompts, form.prompt)}
                {text("login-hint", "login_hint", "not sent", form.login_hint)}
                {check("push", "Push the authorization request wherever that is offered (RFC 9126)", form.push)}
                {check("keep-going", "Go on where a conforming client stops", form.keep_going)}
                {check("stepwise", "Start in step mode: one request per click", form.stepwise)}
                {choice("breakpoint", "Breakpoint; more of them during the session", waits, form.breakpoint)}
                <Extras form/>
            </div>
            <details class="nested">
                <summary>"After authorization"</summary>
                <div class="fields">
                    {text("tool", "Tool to call", "none", form.tool)}
                    {area("tool-arguments", "Its arguments (JSON)", "{}", form.tool_arguments)}
                    {check("list-everything", "List resources and prompts too", form.list_everything)}
                    {check("verify-token", "Verify the signatures of tokens with the server's keys", form.verify_token)}
                    {check("refresh", "Refresh the token once", form.refresh)}
                    {check("clean-up", "Delete the registered client at the end, where the server offers it", form.clean_up)}
                </div>
            </details>
            <div class="fields">
                {check("save", "Save these settings as a target, secrets sealed", form.save)}
                {text("save-as", "Name of the target", "host of the server", form.save_as)}
            </div>
        </details>
    }
}

/// Authentication at the token endpoint.
fn methods() -> Choices {
    vec![
        ("", "As metadata and registration say"),
        ("none", "none (public client)"),
        ("client_secret_basic", "client_secret_basic"),
        ("client_secret_post", "client_secret_post"),
        ("client_secret_jwt", "client_secret_jwt"),
        (
            "private_key_jwt",
            "private_key_jwt (a key is made unless you give one)",
        ),
    ]
}

/// When tokens are bound to a key.
fn bindings() -> Choices {
    vec![
        ("", "No"),
        ("when_advertised", "Where the server offers it"),
        ("on", "Always; a key is made"),
    ]
}

fn grants() -> Choices {
    vec![
        (CODE, "Authorization code: a person signs in"),
        (
            "device_code",
            "Device code: a person enters a code elsewhere",
        ),
        ("client_credentials", "Client credentials: no person"),
        ("jwt_bearer", "JWT bearer: a workload's own JWT"),
        (
            "identity_assertion",
            "Enterprise: exchange at the identity provider (ID-JAG)",
        ),
    ]
}

/// What the chosen grant needs beyond a client.
fn needs(form: Form) -> AnyView {
    let hint = |words: &'static str| view! { <p class="hint whole">{words}</p> };
    match form.grant.get().as_str() {
        "device_code" => hint("The authorization server must name a device_authorization_endpoint. The code is shown when it comes.").into_any(),
        "client_credentials" => hint("Enter client id and secret below, or a private key. Without a client, one is registered where the server allows that.").into_any(),
        "jwt_bearer" => secret("assertion", "Assertion: the JWT of the workload", form.assertion),
        "identity_assertion" => view! {
            {hint("The token below is exchanged at the identity provider (RFC 8693) for an assertion, which the authorization server takes (RFC 7523).")}
            {text("idp-token-endpoint", "Token endpoint of the identity provider", "https://idp.example.com/token", form.idp_token_endpoint)}
            {text("idp-client-id", "Client id there", "none", form.idp_client_id)}
            {secret("subject-token", "Token that the person got there", form.subject_token)}
            {text("subject-token-type", "Its type", "id token", form.subject_token_type)}
        }.into_any(),
        _ => ().into_any(),
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

fn check(id: &'static str, label: &'static str, field: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid=id
                prop:checked=field
                on:change=typed(move |event| field.set(event_target_checked(&event)))
            />
            " " {label}
        </label>
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
    view! { <div class="field whole">{lines(id, label, hint, field)}</div> }.into_any()
}
