//! Events.

use super::{Object, exchange};
use authscope_model::config::SessionConfig;
use authscope_model::event::{Decision, Event, EventKind, Fact, Turn};
use serde_json::Value;

/// An event.
pub(crate) fn event(value: &Value) -> Option<Event> {
    let object = Object::of(value)?;
    Some(Event {
        seq: object.u64("seq")?,
        at: object.u64("at")?,
        kind: kind(object.object("kind")?)?,
    })
}

fn kind(o: Object<'_>) -> Option<EventKind> {
    Some(match o.tag()? {
        "session_created" => EventKind::SessionCreated {
            config: config(o.object("config")?)?,
            redirect_uri: o.text("redirect_uri")?,
            client_document_url: o.text("client_document_url")?,
            client_document: o.value("client_document").cloned().unwrap_or_default(),
            version: o.text("version")?,
        },
        "resumed" => EventKind::Resumed {
            mode: o.word("mode")?,
        },
        "paused" => EventKind::Paused {
            next: o.word("next")?,
            preview: o.text("preview")?,
        },
        "sending" => EventKind::Sending {
            exchange: o.u32("exchange")?,
            branch: o.u32("branch")?,
            step: o.word("step")?,
            method: o.text("method")?,
            url: o.text("url")?,
        },
        "resending" => EventKind::Resending {
            exchange: o.u32("exchange")?,
            of: o.u32("of")?,
            branch: o.u32("branch")?,
            parent: o.u32("parent")?,
            method: o.text("method")?,
            url: o.text("url")?,
        },
        "exchange" => EventKind::Exchange {
            exchange: exchange(o.object("exchange")?)?,
        },
        "decision" => EventKind::Decision {
            decision: decision(o.object("decision")?)?,
            because: o.text("because")?,
        },
        "fact" => EventKind::Fact {
            exchange: o.u32("exchange")?,
            fact: fact(o.object("fact")?)?,
        },
        "your_turn" => EventKind::YourTurn {
            turn: turn(o.object("turn")?)?,
        },
        "turn_ended" => EventKind::TurnEnded {
            how: o.text("how")?,
        },
        "branched" => EventKind::Branched {
            branch: o.u32("branch")?,
            parent: o.u32("parent")?,
            before_exchange: o.u32("before_exchange")?,
        },
        "note" => EventKind::Note {
            exchange: o.u32("exchange"),
            tone: o.word("tone")?,
            text: o.text("text")?,
        },
        "renamed" => EventKind::Renamed {
            title: o.text("title")?,
        },
        "stops_here" => EventKind::StopsHere {
            exchange: o.u32("exchange"),
            reason: o.text("reason")?,
            clause: o.text("clause")?,
            continued: o.flag("continued"),
        },
        "finished" => EventKind::Finished {
            ending: o.word("ending")?,
            message: o.text("message")?,
        },
        _ => EventKind::Unknown,
    })
}

/// Of the configuration, what the page shows.
fn config(o: Object<'_>) -> Option<SessionConfig> {
    let mut config = SessionConfig::new(o.text("server_url")?);
    config.title = o.text("title");
    config.revision = o.word("revision").unwrap_or_default();
    config.registration = o.word("registration").unwrap_or_default();
    config.client_id = o.text("client_id");
    config.redirect_uri = o.text("redirect_uri");
    config.scope = o.text("scope");
    config.resource = o.text("resource");
    Some(config)
}

fn decision(o: Object<'_>) -> Option<Decision> {
    Some(match o.tag()? {
        "revision" => Decision::Revision {
            revision: o.word("revision")?,
        },
        "resource" => Decision::Resource {
            value: o.text("value")?,
            source: o.word("source")?,
        },
        "authorization_server" => Decision::AuthorizationServer {
            issuer: o.text("issuer")?,
            candidates: o.texts("candidates")?,
        },
        "default_endpoints" => Decision::DefaultEndpoints {
            base: o.text("base")?,
        },
        "registration" => Decision::Registration {
            method: o.word("method")?,
            client_id: o.text("client_id"),
        },
        "scope" => Decision::Scope {
            value: o.text("value"),
            source: o.word("source")?,
        },
        "token_endpoint_auth" => Decision::TokenEndpointAuth {
            method: o.text("method")?,
        },
        _ => Decision::Unknown,
    })
}

fn fact(o: Object<'_>) -> Option<Fact> {
    Some(match o.tag()? {
        "pkce" => Fact::Pkce {
            challenge: o.text("challenge")?,
            recomputed: o.text("recomputed")?,
        },
        "state" => Fact::State {
            matches: o.flag("matches"),
            present: o.flag("present"),
        },
        "iss" => Fact::Iss {
            expected: o.text("expected")?,
            received: o.text("received"),
            advertised: o.flag("advertised"),
        },
        "signature" => Fact::Signature {
            token: o.text("token")?,
            verified: o.flag("verified"),
            detail: o.text("detail")?,
        },
        "code_age" => Fact::CodeAge {
            millis: o.u64("millis")?,
        },
        "probe" => Fact::Probe {
            probe: o.text("probe")?,
            refused: o.flag("refused"),
            detail: o.text("detail")?,
        },
        _ => Fact::Unknown,
    })
}

fn turn(o: Object<'_>) -> Option<Turn> {
    Some(match o.tag()? {
        "authorize" => Turn::Authorize {
            exchange: o.u32("exchange")?,
            host: o.text("host")?,
            scope: o.text("scope"),
            redirect_uri: o.text("redirect_uri")?,
            hosted: o.flag("hosted"),
        },
        "choose_authorization_server" => Turn::ChooseAuthorizationServer {
            candidates: o.texts("candidates")?,
        },
        "provide_client_id" => Turn::ProvideClientId {
            reason: o.text("reason")?,
        },
        "go_on" => Turn::GoOn {
            reason: o.text("reason")?,
            clause: o.text("clause")?,
        },
        "breakpoint" => Turn::Breakpoint {
            step: o.word("step")?,
            at: o.word("at")?,
            exchange: o.u32("exchange"),
            preview: o.text("preview")?,
        },
        "device_code" => Turn::DeviceCode {
            user_code: o.text("user_code")?,
            verification_uri: o.text("verification_uri")?,
            verification_uri_complete: o.text("verification_uri_complete"),
            expires_at: o.u64("expires_at"),
        },
        _ => Turn::Unknown,
    })
}
