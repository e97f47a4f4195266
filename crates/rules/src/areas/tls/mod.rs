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
use authscope_model::{Exchange, Level, Party};

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

/// What failed, with the URL, what it is, and where the URL came from.
fn hit(context: &Context<'_>, exchange: &Exchange, failure: &Failure, what: &str) -> Hit {
    let url = &exchange.request.url;
    let from = origin_of_url(context, exchange);
    let source = from
        .as_ref()
        .map(|(words, _)| format!(" (the URL comes from {words})"))
        .unwrap_or_default();
    let hit = Hit::new(
        evidence::whole(exchange),
        format!(
            "{} {}: {what}: {}{source}.",
            exchange.request.method,
            code(url),
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
    hit.party(from.map_or_else(|| responder(exchange), |(_, party)| party))
}

/// Who handed out the URL of an exchange, when it leads to another host than the one that handed it out.
fn origin_of_url(context: &Context<'_>, exchange: &Exchange) -> Option<(String, Party)> {
    let url = exchange.request.url.as_str();
    let host = crate::words::host(url);
    let server = crate::words::host(context.server_url());
    if exchange.step.is_prm() && host != server {
        return Some((
            "`resource_metadata` in the challenge".into(),
            Party::McpServer,
        ));
    }
    if exchange.step.is_as_metadata() && host != server {
        let configured = context
            .config()
            .is_some_and(|c| c.authorization_server.is_some());
        return (!configured).then(|| {
            (
                "`authorization_servers` in the protected resource metadata".into(),
                Party::McpServer,
            )
        });
    }
    let issuer = context.issuer().map(crate::words::host)?;
    let by_metadata = responder(exchange) == Party::AuthorizationServer && host != issuer;
    by_metadata.then(|| {
        (
            "the authorization server metadata".into(),
            Party::AuthorizationServer,
        )
    })
}

/// What to do about a URL that cannot be reached.
fn reach_fix(context: &Context<'_>, exchange: &Exchange, general: &str) -> String {
    let url = &exchange.request.url;
    match origin_of_url(context, exchange) {
        Some((words, _)) => format!("{general} of {} in {words}.", code(url)),
        None => format!("{general}: {}.", code(url)),
    }
}
