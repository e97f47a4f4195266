//! What can be done when the run is over: what the recording says of it. The card itself is a panel.

use crate::components::effect;
use crate::panel;
use crate::state::{Session, session};
use authscope_model::transcript::Status;
use authscope_model::{Exchange, RegistrationChoice, StepKind, Transcript};
use leptos::prelude::*;
use serde_json::{Value, json};

/// Where the panel is mounted.
const HOST: &str = "after-host";

fn answer(exchange: &Exchange) -> Option<Value> {
    let text = &exchange.response()?.body.text;
    // An answer of the MCP server may be an event stream.
    let data = text
        .lines()
        .filter_map(|line| line.strip_prefix("data:"))
        .find_map(|data| serde_json::from_str(data.trim()).ok());
    exchange.response()?.body.json().or(data)
}

/// What can be done, as the panel knows it; null when nothing can.
fn can(transcript: &Transcript) -> Value {
    let last = |steps: &[StepKind], member: &str| {
        transcript
            .lineage()
            .filter(|e| steps.contains(&e.step) && e.status().is_some_and(|s| s < 300))
            .filter_map(|e| Some((e.started_at, answer(e)?)))
            .rfind(|(_, answer)| answer.get(member).is_some())
    };
    let grants = [
        StepKind::Token,
        StepKind::Refresh,
        StepKind::ClientCredentials,
        StepKind::JwtBearer,
        StepKind::DevicePoll,
    ];
    let token = last(&grants, "access_token");
    let lifetime = token
        .as_ref()
        .and_then(|(_, t)| t.get("expires_in")?.as_u64());
    let metadata = transcript
        .lineage()
        .filter(|e| e.step.is_as_metadata())
        .filter_map(answer)
        .next_back()
        .unwrap_or_default();
    let offers = |member: &str| metadata.get(member).is_some();
    let tools = last(&[StepKind::McpToolsList], "result");
    let names = tools
        .as_ref()
        .and_then(|(_, t)| t.pointer("/result/tools")?.as_array());
    let (method, id) = transcript.registration().unzip();
    let registered = last(&[StepKind::Register], "client_id");
    let registration = registered.as_ref().map(|(_, r)| r);
    let text = |member: &str| registration.and_then(|r| Some(r.get(member)?.as_str()?.to_owned()));
    let deleted = transcript
        .last_of(StepKind::RegistrationDelete)
        .is_some_and(|e| e.status().is_some_and(|s| s < 300));
    let refused = transcript.lineage().rfind(|e| grants.contains(&e.step));
    let token_there = token.is_some();
    let expires_at = token
        .zip(lifetime)
        .map(|((at, _), seconds)| at.saturating_add(seconds.saturating_mul(1_000)));
    let tools: Vec<&str> = names
        .into_iter()
        .flatten()
        .filter_map(|tool| tool.get("name")?.as_str())
        .collect();
    let client = id
        .flatten()
        .map(ToOwned::to_owned)
        .or_else(|| text("client_id"));
    if !token_there && client.is_none() {
        return Value::Null;
    }
    json!({
        "token": token_there,
        "expires_at": expires_at,
        "refresh": last(&grants, "refresh_token").is_some(),
        "revoke": offers("revocation_endpoint"),
        "introspect": offers("introspection_endpoint"),
        "userinfo": offers("userinfo_endpoint"),
        "tools": tools,
        "client": client,
        "managed": !deleted && text("registration_client_uri").is_some(),
        "document": method == Some(RegistrationChoice::Cimd),
        "forgotten": refused
            .and_then(Exchange::response)
            .is_some_and(|r| r.body.text.contains("invalid_client")),
    })
}

/// The card after the end. What it is told is computed anew after each command; it is not drawn anew meanwhile, so what
/// was opened and typed in it stays.
#[component]
pub(crate) fn After() -> impl IntoView {
    let session = session();
    let state = Memo::new(move |_| {
        let over = matches!(session.status.get(), Status::Finished(..));
        if over { session.with(can) } else { Value::Null }
    });
    effect(move || {
        let can = state.get();
        if !can.is_null() {
            show(session);
        }
        panel::update("after", &can);
    });
    on_cleanup(|| panel::close("after"));
    view! { <div id=HOST></div> }
}

/// Opens the panel; nothing happens when it is open.
fn show(session: Session) {
    let heard = move |message: Value| {
        let words = message.get("refused").and_then(Value::as_str);
        session.refused.set(words.map(ToOwned::to_owned));
    };
    let options = json!({ "session": session.id() });
    panel::show(session, "after", &options, Box::new(heard), Some(HOST));
}
