//! How the client gets its id: pre-registered, client id metadata document, dynamic registration.

use super::{as_metadata, client_auth, document, manage};
use crate::flow::learned::Client;
use crate::flow::stage::Stage;
use crate::flow::{Action, Flow, Fresh, Output, Prepared, Reply};
use crate::registration::RegistrationReply;
use crate::{oauth_error, redirect_uri};
use authscope_model::config::{Grant, RegistrationChoice};
use authscope_model::event::{Decision, Ending, Tone};
use authscope_model::{Header, Participant, StepKind};
use serde_json::{Map, Value, json};

/// What registration comes to.
enum Way {
    Preregistered,
    Cimd(String),
    Dcr(String),
    /// A client that the person saved for this issuer.
    Saved(Box<Client>),
    None,
    /// Only a client document would do, and there is none.
    NoDocument,
}

pub(in crate::flow) fn prepare(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<Action, String> {
    match choose(flow) {
        (Way::Dcr(endpoint), _) => dcr(flow, &endpoint, fresh),
        // Every other way sends nothing and was settled on arrival.
        (_, because) => Err(format!("register the client: {because}")),
    }
}

/// Decides the way of registration. Called when the flow arrives at registration; sends nothing.
pub(in crate::flow) fn settle(flow: &mut Flow) -> Vec<Output> {
    if flow.stage != Stage::Register {
        return Vec::new();
    }
    if document::wants_check(flow) && matches!(choose(flow).0, Way::Cimd(_)) {
        flow.stage = Stage::CheckDocument;
        return Vec::new();
    }
    let mut outputs = vec![super::scope::decide(flow)];
    if let Some(client) = flow.context.client.clone() {
        if client.issuer == flow.context.issuer {
            return with_more(flow, outputs);
        }
        if client.source == RegistrationChoice::Preregistered
            && flow.context.behaviour().credentials_by_issuer
        {
            return foreign_credentials(flow, &client);
        }
    }
    let (way, because) = choose(flow);
    match way {
        Way::Preregistered => outputs.extend(preregistered(flow, because)),
        Way::Saved(client) => outputs.extend(saved(flow, *client, because)),
        Way::Cimd(url) => outputs.extend(cimd(flow, url, because)),
        Way::Dcr(_) => outputs.push(Output::Decision(
            Decision::Registration {
                method: RegistrationChoice::Dcr,
                client_id: None,
            },
            because,
        )),
        Way::None => flow.stage = Stage::AskClient(because),
        Way::NoDocument => flow.finish(Ending::Incomplete, because),
    }
    outputs
}

/// MCP 2026-07-28: credentials of one issuer are never tried at another.
fn foreign_credentials(flow: &mut Flow, client: &Client) -> Vec<Output> {
    let message = format!(
        "The client id {:?} belongs to the issuer {}, and the MCP server now names {}; it is not tried there.",
        client.id,
        client.issuer.as_deref().unwrap_or("?"),
        flow.context.issuer.as_deref().unwrap_or("?"),
    );
    flow.finish(Ending::ConformingClientStops, message.clone());
    vec![Output::Note(Tone::Error, message)]
}

fn choose(flow: &Flow) -> (Way, String) {
    let config = &flow.context.config;
    let document = config
        .client_metadata_url
        .clone()
        .unwrap_or_else(|| flow.context.settings.client_document_url.clone());
    let endpoint = flow.context.endpoints.registration.clone();
    match config.registration {
        RegistrationChoice::Preregistered if config.client_id.is_some() => (Way::Preregistered, "chosen in the configuration".into()),
        RegistrationChoice::Preregistered if saved_client(flow).is_some() => automatic(flow, document, endpoint),
        RegistrationChoice::Preregistered => (Way::None, "pre-registered was chosen, and no client id is given".into()),
        RegistrationChoice::Cimd if !hosted(flow) => (
            Way::NoDocument,
            "a client document was chosen, and a one-shot run has none to serve; give the URL of one with --client-metadata-url"
                .into(),
        ),
        RegistrationChoice::Cimd => (Way::Cimd(document), "chosen in the configuration".into()),
        RegistrationChoice::Dcr => match endpoint {
            Some(endpoint) => (Way::Dcr(endpoint), "chosen in the configuration".into()),
            None => (Way::None, "dynamic registration was chosen, and the authorization server has no `registration_endpoint`".into()),
        },
        RegistrationChoice::Auto => automatic(flow, document, endpoint),
    }
}

/// Whether the client document in question can be fetched from somebody.
fn hosted(flow: &Flow) -> bool {
    flow.context.settings.hosts_document || flow.context.config.client_metadata_url.is_some()
}

/// The spec's order: pre-registered, CIMD when advertised, DCR when there is an endpoint, ask.
fn automatic(flow: &Flow, document: String, endpoint: Option<String>) -> (Way, String) {
    if flow.context.config.client_id.is_some() {
        return (
            Way::Preregistered,
            "a client id is given in the configuration".into(),
        );
    }
    if let Some(client) = saved_client(flow) {
        return (
            Way::Saved(Box::new(client)),
            "a client was saved for this issuer".into(),
        );
    }
    let advertised = flow.context.behaviour().cimd
        && flow
            .context
            .metadata()
            .and_then(|m| m.client_id_metadata_document_supported)
            == Some(true);
    let https = document.starts_with("https://");
    if advertised && https {
        return (
            Way::Cimd(document),
            "the authorization server advertises `client_id_metadata_document_supported`".into(),
        );
    }
    let skipped = if advertised {
        format!(
            "client id metadata documents are advertised, but ours ({document}) is not https, which they must be; "
        )
    } else {
        String::new()
    };
    match endpoint {
        Some(endpoint) => (Way::Dcr(endpoint), format!("{skipped}the authorization server has a `registration_endpoint`")),
        None if advertised && !hosted(flow) => (
            Way::NoDocument,
            "the authorization server knows clients by their metadata document only, and a one-shot run has none to \
             serve; give the URL of one with --client-metadata-url, or use the web UI"
                .into(),
        ),
        None if advertised => (Way::Cimd(document), format!("{skipped}there is no `registration_endpoint` either, so it is tried all the same")),
        None => (
            Way::None,
            "the authorization server has no `registration_endpoint` and does not advertise client id metadata documents; \
             register a client there by hand and enter its client id"
                .into(),
        ),
    }
}

/// The client saved for exactly this issuer. Never where the metadata names another issuer (RFC 8414 §3.3).
fn saved_client(flow: &Flow) -> Option<Client> {
    let context = &flow.context;
    if context.config.client_id.is_some() || context.rejected_metadata.is_some() {
        return None;
    }
    let issuer = context.issuer.as_ref()?;
    let fits = |client: &&Client| client.issuer.as_ref() == Some(issuer);
    context.saved_clients.iter().find(fits).cloned()
}

fn saved(flow: &mut Flow, client: Client, because: String) -> Vec<Output> {
    let mut outputs = secrets(
        client.secret.as_ref(),
        client.registration_access_token.as_ref(),
    );
    let method = match &flow.context.config.token_endpoint_auth_method {
        Some(forced) => (forced.clone(), "set in the configuration".to_owned()),
        None => (client.auth_method.clone(), "as saved".to_owned()),
    };
    outputs.push(Output::Decision(
        Decision::Registration {
            method: RegistrationChoice::Preregistered,
            client_id: Some(client.id.clone()),
        },
        because,
    ));
    outputs.push(client_auth::decision(&method));
    flow.context.client = Some(Client {
        auth_method: method.0,
        source: RegistrationChoice::Preregistered,
        ..client
    });
    with_more(flow, outputs)
}

/// What a registration tells that must not be shown.
pub(in crate::flow) fn secrets(secret: Option<&String>, token: Option<&String>) -> Vec<Output> {
    let named = [
        ("client_secret", secret),
        ("registration_access_token", token),
    ];
    let given = named
        .into_iter()
        .filter_map(|(kind, value)| Some((kind, value?)));
    given
        .map(|(kind, value)| Output::Secret {
            kind,
            value: value.clone(),
        })
        .collect()
}

fn preregistered(flow: &mut Flow, because: String) -> Vec<Output> {
    let config = &flow.context.config;
    let Some(id) = config.client_id.clone() else {
        return Vec::new();
    };
    let secret = config.client_secret.clone();
    let method = client_auth::choose(flow, secret.is_some(), None);
    let outputs = vec![
        Output::Decision(
            Decision::Registration {
                method: RegistrationChoice::Preregistered,
                client_id: Some(id.clone()),
            },
            because,
        ),
        client_auth::decision(&method),
    ];
    flow.context.client = Some(client(
        flow,
        id,
        secret,
        method.0,
        RegistrationChoice::Preregistered,
    ));
    with_more(flow, outputs)
}

fn cimd(flow: &mut Flow, url: String, because: String) -> Vec<Output> {
    let declared = flow
        .context
        .config
        .client_metadata
        .get("token_endpoint_auth_method")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let method = flow
        .context
        .config
        .token_endpoint_auth_method
        .clone()
        .or_else(|| flow.context.document_method.clone())
        .or(declared)
        .unwrap_or_else(|| "none".into());
    let method = (method, "as the client document says".to_owned());
    let notes = document::notes(flow, &url);
    let mut outputs = vec![
        Output::Decision(
            Decision::Registration {
                method: RegistrationChoice::Cimd,
                client_id: Some(url.clone()),
            },
            because,
        ),
        client_auth::decision(&method),
    ];
    outputs.extend(notes);
    flow.context.client = Some(client(flow, url, None, method.0, RegistrationChoice::Cimd));
    with_more(flow, outputs)
}

fn with_more(flow: &mut Flow, mut outputs: Vec<Output>) -> Vec<Output> {
    outputs.extend(after_client(flow));
    outputs
}

fn client(
    flow: &Flow,
    id: String,
    secret: Option<String>,
    auth_method: String,
    source: RegistrationChoice,
) -> Client {
    Client {
        id,
        secret,
        auth_method,
        source,
        issuer: flow.context.issuer.clone(),
        registration_client_uri: None,
        registration_access_token: None,
        registered: None,
    }
}

/// The client is known: on to the grant.
fn after_client(flow: &mut Flow) -> Vec<Output> {
    flow.stage = match &flow.context.grant {
        Grant::AuthorizationCode if flow.context.must_push() => Stage::Par,
        Grant::AuthorizationCode => Stage::Authorize,
        Grant::ClientCredentials => Stage::ClientCredentials,
        Grant::JwtBearer { assertion } => {
            flow.context.assertion = Some(assertion.clone());
            Stage::JwtBearer
        }
        Grant::IdentityAssertion { .. } => Stage::TokenExchange,
        Grant::DeviceCode => Stage::Device,
    };
    Vec::new()
}

/// The client metadata of a registration request, and of our own client document.
#[must_use]
pub(in crate::flow) fn client_metadata(flow: &Flow) -> Map<String, Value> {
    let context = &flow.context;
    let redirect = context.redirect_uri();
    let grants = match context.grant {
        Grant::DeviceCode => json!([
            "urn:ietf:params:oauth:grant-type:device_code",
            "refresh_token"
        ]),
        Grant::ClientCredentials => json!(["client_credentials"]),
        Grant::JwtBearer { .. } | Grant::IdentityAssertion { .. } => {
            json!(["urn:ietf:params:oauth:grant-type:jwt-bearer"])
        }
        Grant::AuthorizationCode => json!(["authorization_code", "refresh_token"]),
    };
    let mut metadata = Map::new();
    metadata.insert("client_name".into(), json!("authscope"));
    metadata.insert("redirect_uris".into(), json!([redirect]));
    metadata.insert("grant_types".into(), grants);
    metadata.insert("response_types".into(), json!(["code"]));
    metadata.insert(
        "token_endpoint_auth_method".into(),
        json!(client_auth::wanted(flow)),
    );
    if let Some(scope) = &context.scope {
        metadata.insert("scope".into(), json!(scope));
    }
    if context.behaviour().application_type {
        metadata.insert(
            "application_type".into(),
            json!(redirect_uri::application_type(&[redirect.to_owned()])),
        );
    }
    for (name, value) in &context.config.client_metadata {
        if value.is_null() {
            metadata.remove(name);
        } else {
            metadata.insert(name.clone(), value.clone());
        }
    }
    metadata
}

/// Our client id metadata document: the same metadata, with its own URL as `client_id`.
#[must_use]
pub(in crate::flow) fn client_document(flow: &Flow) -> Value {
    let mut document = Map::new();
    document.insert(
        "client_id".into(),
        json!(flow.context.settings.client_document_url),
    );
    document.extend(client_metadata(flow));
    document.shift_remove("scope");
    let forced = flow.context.config.token_endpoint_auth_method.clone();
    let overlaid = flow
        .context
        .config
        .client_metadata
        .contains_key("token_endpoint_auth_method");
    if !overlaid {
        let method = forced.unwrap_or_else(|| "none".into());
        if method == "private_key_jwt" {
            document.insert(
                "jwks_uri".into(),
                json!(flow.context.settings.client_jwks_url),
            );
        }
        document.insert("token_endpoint_auth_method".into(), json!(method));
    }
    Value::Object(document)
}

fn dcr(flow: &mut Flow, endpoint: &str, fresh: &Fresh<'_>) -> Result<Action, String> {
    if client_auth::wanted(flow) == "private_key_jwt" {
        client_auth::ensure_key(flow, fresh)?;
    }
    let mut metadata = client_metadata(flow);
    if client_auth::wanted(flow) == "private_key_jwt"
        && !metadata.contains_key("jwks_uri")
        && !metadata.contains_key("jwks")
    {
        metadata.insert("jwks".into(), client_auth::public_jwks(flow));
    }
    let mut prepared = Prepared::json(
        StepKind::Register,
        Participant::AuthorizationServer,
        "POST",
        endpoint,
        &Value::Object(metadata),
    );
    if let Some(token) = &flow.context.config.initial_access_token {
        prepared
            .headers
            .push(Header::new("Authorization", format!("Bearer {token}")));
    }
    Ok(Action::Send(prepared))
}

pub(in crate::flow) fn absorb(flow: &mut Flow, reply: &Reply<'_>) -> Vec<Output> {
    let text = reply.text();
    let parsed = RegistrationReply::parse(&text).value;
    let Some(answer) = parsed.filter(|_| reply.is_success()) else {
        return refused(flow, reply, &text);
    };
    let Some(id) = answer.client_id.clone() else {
        flow.finish(
            Ending::Blocked,
            "The registration reply has no `client_id`.",
        );
        return Vec::new();
    };
    let mut outputs = secrets(
        answer.client_secret.as_ref(),
        answer.registration_access_token.as_ref(),
    );
    outputs.extend(as_metadata::prove_guess(flow, "registration"));
    outputs.extend(manage::compared(
        &sent(reply),
        &answer.raw,
        "registration reply",
    ));
    let method = client_auth::choose(
        flow,
        answer.client_secret.is_some(),
        answer.token_endpoint_auth_method.as_deref(),
    );
    outputs.push(client_auth::decision(&method));
    let mut made = client(
        flow,
        id,
        answer.client_secret,
        method.0,
        RegistrationChoice::Dcr,
    );
    made.registration_client_uri = answer.registration_client_uri;
    made.registration_access_token = answer.registration_access_token;
    made.registered = answer.raw.as_object().cloned();
    flow.context.client = Some(made);
    outputs.extend(after_client(flow));
    outputs
}

/// The client metadata that was sent.
fn sent(reply: &Reply<'_>) -> Value {
    serde_json::from_slice(&reply.exchange.request.body).unwrap_or_default()
}

fn refused(flow: &mut Flow, reply: &Reply<'_>, text: &str) -> Vec<Output> {
    if flow.context.revision_guessed {
        let came = format!(
            "{} answered {}",
            reply.exchange.request.url,
            reply.in_words()
        );
        flow.finish(Ending::Blocked, as_metadata::nothing_to_go_by(&came));
        return Vec::new();
    }
    let said = oauth_error::read(reply.status(), reply.content_type(), text).map(|e| e.sentence());
    let message = match said {
        Some(said) => format!(
            "The authorization server refused the registration with {}: {said}",
            reply.in_words()
        ),
        None => format!(
            "The registration endpoint answered {} without a usable registration.",
            reply.in_words()
        ),
    };
    if flow.context.settings.interactive {
        flow.stage = Stage::AskClient(message.clone());
    } else {
        flow.finish(Ending::Blocked, message.clone());
    }
    vec![Output::Note(Tone::Error, message)]
}
