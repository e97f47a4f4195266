//! The registered client itself (RFC 7592): read back, replaced, deleted. All extra: asked for by the person, or, as a
//! clean-up at the end, by the configuration.

use super::register;
use crate::flow::stage::{LifeOp, Stage};
use crate::flow::{Action, Flow, Follow, Output, Prepared, Reply};
use crate::oauth_error;
use crate::registration::RegistrationReply;
use authscope_model::event::{Ending, Tone};
use authscope_model::{Header, Participant, StepKind};
use serde_json::{Map, Value, json};

/// Members that a client must not send in an update (RFC 7592 §2.2).
const NOT_SENT: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// Whether an operation is about the registration, and so needs no token.
pub(in crate::flow) const fn is_about_registration(op: LifeOp) -> bool {
    matches!(
        op,
        LifeOp::ReadRegistration | LifeOp::UpdateRegistration | LifeOp::DeleteRegistration
    )
}

/// Where the registration is managed, and the token for it.
pub(in crate::flow) fn offered(flow: &Flow) -> Result<(String, String), String> {
    let client = flow
        .context
        .client
        .as_ref()
        .ok_or("there is no client yet")?;
    match (&client.registration_client_uri, &client.registration_access_token) {
        (Some(uri), Some(token)) => Ok((uri.clone(), token.clone())),
        (Some(_), None) => Err("The registration reply has a `registration_client_uri` but no `registration_access_token`.".into()),
        _ => Err(
            "The authorization server offers no management of this client: the registration reply has no \
             `registration_client_uri` (RFC 7592)."
                .into(),
        ),
    }
}

/// At the end, when the configuration asks for it and the server offers it: delete what was registered.
pub(in crate::flow) fn clean_up(flow: &mut Flow) {
    let Stage::Finished { ending, message } = &flow.stage else {
        return;
    };
    if !flow.context.config.clean_up || flow.context.cleaned_up || offered(flow).is_err() {
        return;
    }
    flow.context.before_life = Some((*ending, message.clone()));
    flow.context.cleaned_up = true;
    flow.stage = Stage::Life(LifeOp::DeleteRegistration);
}

pub(in crate::flow) fn prepare(flow: &Flow, op: LifeOp) -> Result<Action, String> {
    let (uri, token) = offered(flow)?;
    let server = Participant::AuthorizationServer;
    let mut prepared = match op {
        LifeOp::UpdateRegistration => Prepared::json(
            StepKind::RegistrationUpdate,
            server,
            "PUT",
            uri,
            &Value::Object(updated(flow)),
        ),
        LifeOp::DeleteRegistration => Prepared {
            method: "DELETE".into(),
            ..Prepared::get(StepKind::RegistrationDelete, server, uri)
        },
        _ => Prepared::get(StepKind::RegistrationRead, server, uri),
    };
    prepared.follow = Follow::No;
    prepared
        .headers
        .push(Header::new("Authorization", format!("Bearer {token}")));
    Ok(Action::Send(prepared))
}

/// RFC 7592 §2.2: an update carries every member; what is left out is deleted.
fn updated(flow: &Flow) -> Map<String, Value> {
    let client = flow.context.client.as_ref();
    let mut metadata = client
        .and_then(|c| c.registered.clone())
        .unwrap_or_else(|| register::client_metadata(flow));
    for name in NOT_SENT {
        metadata.shift_remove(name);
    }
    metadata.insert("client_id".into(), json!(client.map(|c| c.id.as_str())));
    for (name, value) in &flow.context.registration_changes {
        if value.is_null() {
            metadata.shift_remove(name);
        } else {
            metadata.insert(name.clone(), value.clone());
        }
    }
    metadata
}

pub(in crate::flow) fn absorb(
    flow: &mut Flow,
    op: LifeOp,
    reply: &Reply<'_>,
) -> (Vec<Output>, String) {
    match op {
        LifeOp::DeleteRegistration => deleted(flow, reply),
        LifeOp::UpdateRegistration => answered(flow, reply, "update", "updated"),
        _ => answered(flow, reply, "read", "read back"),
    }
}

fn deleted(flow: &mut Flow, reply: &Reply<'_>) -> (Vec<Output>, String) {
    if !reply.is_success() {
        return refused(reply, "delete");
    }
    if let Some(client) = &mut flow.context.client {
        client.registration_client_uri = None;
        client.registration_access_token = None;
        client.registered = None;
    }
    let message = match &flow.context.before_life {
        // After a clean-up the run still ended as it ended.
        Some((Ending::Complete, before)) if flow.context.cleaned_up => {
            format!("{before} The registered client was deleted.")
        }
        _ => "The registered client was deleted at the authorization server.".into(),
    };
    (Vec::new(), message)
}

fn refused(reply: &Reply<'_>, doing: &str) -> (Vec<Output>, String) {
    let said = oauth_error::read(reply.status(), reply.content_type(), &reply.text())
        .map_or_else(String::new, |e| format!(": {}", e.sentence()));
    let message = format!(
        "The authorization server answered {} to the request to {doing} the registration{said}",
        reply.in_words()
    );
    (vec![Output::Note(Tone::Warning, message.clone())], message)
}

fn answered(flow: &mut Flow, reply: &Reply<'_>, doing: &str, done: &str) -> (Vec<Output>, String) {
    let parsed = RegistrationReply::parse(&reply.text()).value;
    let Some(answer) = parsed.filter(|a| reply.is_success() && a.client_id.is_some()) else {
        return refused(reply, doing);
    };
    let sent: Value = serde_json::from_slice(&reply.exchange.request.body).unwrap_or_default();
    let before = flow
        .context
        .client
        .as_ref()
        .and_then(|c| c.registered.clone());
    let expected = match sent {
        Value::Object(_) => sent,
        _ => before.map(Value::Object).unwrap_or_default(),
    };
    let mut outputs = register::secrets(
        answer.client_secret.as_ref(),
        answer.registration_access_token.as_ref(),
    );
    outputs.extend(compared(&expected, &answer.raw, "answer"));
    if let Some(client) = &mut flow.context.client {
        take_over(client, answer);
    }
    (outputs, format!("The registration was {done}."))
}

/// RFC 7592 §3: secret, management URI and token may have been replaced; what is left out stays.
fn take_over(client: &mut crate::flow::Client, answer: RegistrationReply) {
    client.secret = answer.client_secret.or_else(|| client.secret.take());
    client.registration_client_uri = answer
        .registration_client_uri
        .or_else(|| client.registration_client_uri.take());
    client.registration_access_token = answer
        .registration_access_token
        .or_else(|| client.registration_access_token.take());
    client.registered = answer.raw.as_object().cloned();
}

/// Compares metadata member by member with an answer; what differs is told (RFC 7591 §3.2.1: a server may replace
/// values, and must then say so).
pub(in crate::flow) fn compared(asked: &Value, answered: &Value, what: &str) -> Option<Output> {
    let (asked, answered) = (asked.as_object()?, answered.as_object()?);
    let skipped =
        |name: &str| NOT_SENT.contains(&name) || matches!(name, "client_secret" | "client_id");
    let differs: Vec<String> = asked
        .iter()
        .filter(|(name, _)| !skipped(name))
        .filter_map(|(name, value)| match answered.get(name) {
            Some(got) if same(value, got) => None,
            Some(got) => Some(format!(
                "`{name}` is {} where {} was asked for",
                short(got),
                short(value)
            )),
            None => Some(format!("`{name}` ({}) is not repeated", short(value))),
        })
        .collect();
    (!differs.is_empty()).then(|| {
        Output::Note(
            Tone::Info,
            format!(
                "The {what}, compared with what was asked for: {}.",
                differs.join("; ")
            ),
        )
    })
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Lists whose order has no meaning are the same in any order.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().all(|item| b.contains(item))
        }
        _ => a == b,
    }
}
