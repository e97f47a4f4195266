//! What the inspector shows while no step is selected: the session in facts.

use crate::components::{Copy, Fold, effect, part};
use crate::state::{put, session};
use authscope_model::event::ValueSource;
use authscope_model::{RegistrationChoice, Transcript};
use leptos::prelude::*;

/// The session in facts.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let session = session();
    let known = RwSignal::new(Vec::new());
    effect(move || put(known, session.with(facts)));
    let facts = part(move || known.get().into_iter().map(line).collect_view());
    view! {
        <header class="head"><h2>"This session"</h2></header>
        <div class="tab-content">
            <dl class="table facts">{facts}</dl>
            <Fold
                title="What was checked, and what could not be"
                path=format!("sessions/{}/checks?part=true", session.id())
                testid="checks"
            />
            <p class="hint">"Select a step to see what was sent and received, and what it means. " <kbd>"j"</kbd> " and " <kbd>"k"</kbd> " move, " <kbd>"?"</kbd> " shows all keys."</p>
        </div>
    }
}

#[derive(Clone, PartialEq)]
struct FactLine {
    name: &'static str,
    value: String,
    note: String,
    copy: bool,
}

fn facts(transcript: &Transcript) -> Vec<FactLine> {
    let mut lines = Vec::new();
    let mut push = |name, value: String, note: String, copy| {
        if !value.is_empty() {
            lines.push(FactLine {
                name,
                value,
                note,
                copy,
            });
        }
    };
    if let Some(config) = &transcript.config {
        push("MCP server", config.server_url.clone(), String::new(), true);
    }
    let chosen = transcript
        .config
        .as_ref()
        .is_some_and(|c| c.revision.fixed().is_some());
    let note = if chosen { "chosen" } else { "automatic" };
    push(
        "Revision",
        transcript.revision().as_str().into(),
        note.into(),
        false,
    );
    if let Some((value, source)) = transcript.resource() {
        push("Resource", value.to_owned(), from(source).into(), true);
    }
    push(
        "Authorization server",
        transcript.issuer().unwrap_or_default().into(),
        String::new(),
        true,
    );
    if let Some((method, id)) = transcript.registration() {
        push("Registration", way(method).into(), String::new(), false);
        push(
            "Client id",
            id.unwrap_or_default().into(),
            String::new(),
            true,
        );
    }
    if let Some((value, source)) = transcript.scope() {
        push(
            "Scope",
            value.unwrap_or("not sent").into(),
            from(source).into(),
            false,
        );
    }
    let own = transcript
        .config
        .as_ref()
        .and_then(|c| c.redirect_uri.clone());
    let redirect = own.unwrap_or_else(|| transcript.redirect_uri.clone());
    push(
        "Redirect URI",
        redirect,
        "register this exact string".into(),
        true,
    );
    push(
        "Client document",
        transcript.client_document_url.clone(),
        String::new(),
        true,
    );
    lines
}

const fn from(source: ValueSource) -> &'static str {
    match source {
        ValueSource::User => "set by you",
        ValueSource::Challenge => "from the challenge",
        ValueSource::Prm => "from protected resource metadata",
        ValueSource::AsMetadata => "from authorization server metadata",
        ValueSource::ServerUrl => "the MCP server's URL",
        ValueSource::StepUp => "step-up",
        ValueSource::Omitted => "left out",
    }
}

const fn way(method: RegistrationChoice) -> &'static str {
    match method {
        RegistrationChoice::Auto => "automatic",
        RegistrationChoice::Cimd => "client id metadata document",
        RegistrationChoice::Dcr => "dynamic registration",
        RegistrationChoice::Preregistered => "pre-registered",
    }
}

fn line(fact: FactLine) -> AnyView {
    let copied = fact.value.clone();
    let copy = fact
        .copy
        .then(|| view! { <Copy what="it" text=move || copied.clone()/> });
    let note = (!fact.note.is_empty()).then(|| view! { <p class="meaning">{fact.note}</p> });
    view! {
        <div><dt>{fact.name}</dt><dd><span class="mono value">{fact.value}</span>{copy}{note}</dd></div>
    }
    .into_any()
}
