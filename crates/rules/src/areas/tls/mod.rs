//! Names, connections and TLS: nothing was answered at all.

rules! {
    host_name_not_resolved,
    connection_failed,
    tls_handshake_failed,
    answer_timed_out,
    answer_not_http,
    address_blocked,
}

use crate::context::{Context, responder};
use crate::evidence;
use crate::hit::Hit;
use crate::words::code;
use authscope_model::exchange::{Failure, FailureKind};
use authscope_model::{Exchange, Level, Party, StepKind};

/// Exchanges that failed in one way.
fn failed<'a>(
    context: &Context<'a>,
    kind: FailureKind,
) -> impl Iterator<Item = (&'a Exchange, &'a Failure)> {
    let all = context.exchanges().to_vec();
    all.into_iter()
        .filter_map(|e| e.failure().map(|f| (e, f)))
        .filter(move |(_, f)| f.kind == kind)
}

/// Whether a TLS server answered: with a certificate that is refused, or with an alert.
pub(in crate::areas) fn is_answered(failure: &Failure) -> bool {
    let told = |mark: &str| failure.message.contains(mark);
    failure.kind == FailureKind::Tls && (told("certificate") || told("with the alert"))
}

/// What failed, with the URL, what it is, and where the URL came from.
fn hit(context: &Context<'_>, exchange: &Exchange, failure: &Failure, what: &str) -> Hit {
    let url = &exchange.request.url;
    let from = origin_of_url(context, exchange);
    let source = from
        .as_ref()
        .map(|(words, ..)| format!(" (the URL comes from {words})"))
        .unwrap_or_default();
    let hit = Hit::new(
        evidence::whole(exchange),
        format!(
            "{}: {what}: {}{source}.",
            crate::words::request(exchange),
            failure.message.trim_end_matches('.')
        ),
    )
    .expected(format!("an HTTP response from {url}"))
    .received(failure.message.clone());
    let replaced = (exchange.step.is_prm() && context.prm().is_some())
        || (exchange.step.is_as_metadata() && context.metadata().is_some());
    let hit = if exchange.extra || replaced {
        hit.level(Level::Warning)
    } else {
        hit
    };
    // Plain HTTP on the port of an https URL: whoever wrote the URL got its scheme wrong.
    let tls = failure.kind == FailureKind::Tls && failure.message.contains("plain HTTP");
    // And the other way round: what speaks TLS closes on plain HTTP.
    let closed = failure.kind == FailureKind::Closed && url.starts_with("http:");
    let scheme = tls || (closed && context.server_url().starts_with("https:"));
    // Whoever answers in TLS is there, so the URL leads to the right place, and its owner must act.
    let certificate = is_answered(failure);
    let named = from.filter(|(_, _, elsewhere)| (*elsewhere && !certificate) || scheme);
    hit.party(named.map_or_else(|| responder(exchange), |(_, party, _)| party))
}

/// Who handed out the URL of an exchange, and whether it leads to another host than the one that did.
fn origin_of_url(context: &Context<'_>, exchange: &Exchange) -> Option<(String, Party, bool)> {
    let url = exchange.request.url.as_str();
    let host = crate::words::host(url);
    let server = crate::words::host(context.server_url());
    if exchange.step == StepKind::PrmFromChallenge {
        let words = "`resource_metadata` in the challenge".into();
        return Some((words, Party::McpServer, host != server));
    }
    if exchange.step.is_as_metadata() && context.prm().is_some() {
        let configured = context
            .config()
            .is_some_and(|c| c.authorization_server.is_some());
        return (!configured).then(|| {
            (
                "`authorization_servers` in the protected resource metadata".into(),
                Party::McpServer,
                host != server,
            )
        });
    }
    let issuer = context.issuer().map(crate::words::host)?;
    let document = context
        .metadata()
        .filter(|_| responder(exchange) == Party::AuthorizationServer)?;
    let base = url.split('?').next().unwrap_or(url);
    let members = document.value.raw.as_object()?;
    let member = members.iter().find(|(_, v)| {
        v.as_str()
            .is_some_and(|v| v.split('?').next() == Some(base))
    });
    let words = member.map_or_else(
        || "the authorization server metadata".to_owned(),
        |(name, _)| format!("`{name}` in the authorization server metadata"),
    );
    (member.is_some() || host != issuer).then_some((
        words,
        Party::AuthorizationServer,
        host != issuer,
    ))
}

/// What to do about a URL that cannot be reached.
fn reach_fix(context: &Context<'_>, exchange: &Exchange, general: &str) -> String {
    let url = &exchange.request.url;
    match origin_of_url(context, exchange) {
        Some((words, ..)) => format!("{general} of {} in {words}.", code(url)),
        None => format!("{general}: {}.", code(url)),
    }
}
