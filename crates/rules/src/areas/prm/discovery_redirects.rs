//! A discovery URL redirects, and no document is at the end.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "discovery-redirects",
    summary: "A discovery URL redirects, and there is no document at the end",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9728-3.2", "RFC8414-3.2", "RFC9110-15.4"],
    explains: &[
        "prm-not-found",
        "prm-answers-html",
        "prm-malformed",
        "resource-metadata-url-not-found",
        "as-metadata-not-found",
        "as-metadata-answers-html",
        "as-metadata-malformed",
        "discovery-server-error",
        "host-name-not-resolved",
        "connection-failed",
        "tls-handshake-failed",
        "answer-timed-out",
    ],
    corpus: &["PRM-05"],
    requirements: &["PR-05", "AS-11"],
    clients: Some("clients that do not follow redirects for metadata, for fear of request forgery"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let discovery = context.exchanges().iter().copied().filter(|e| e.step.is_prm() || e.step.is_as_metadata());
    let last = discovery.filter(|e| !context.exchanges().iter().any(|n| n.redirected_from == Some(e.id)));
    last.filter_map(|end| hit(context, end)).collect()
}

fn hit(context: &Context<'_>, end: &Exchange) -> Option<Hit> {
    let start = context.first_hop(end);
    let chain: Vec<&Exchange> = context
        .exchanges()
        .iter()
        .copied()
        .filter(|e| e.step == start.step && e.id >= start.id && e.id <= end.id)
        .collect();
    let moved = matches!(end.status(), Some(301..=303 | 307 | 308));
    if (start.id == end.id && !moved) || chain.iter().any(|e| super::asks_to_sign_in(e)) {
        return None;
    }
    let prm = end.step.is_prm();
    let read = if prm {
        context.prm_documents().iter().any(|d| d.exchange.id == end.id && d.is_usable())
    } else {
        context.metadata_documents().iter().any(|d| d.exchange.id == end.id && d.is_usable())
    };
    if read {
        return None;
    }
    let found = if prm { context.prm().is_some_and(|d| d.is_usable()) } else { context.metadata().is_some_and(|d| d.is_usable()) };
    let from = &start.request.url;
    let location = start.response().and_then(|r| r.header("location")).unwrap_or("(no Location)");
    let circle = moved && (location == from || chain.iter().any(|e| e.id != end.id && e.request.url == end.request.url));
    let how = if circle {
        "the redirects go round in a circle".to_owned()
    } else if moved {
        format!("after {} no answer has come", words::count(chain.len(), "redirect"))
    } else {
        format!("at the end {} answers {}", code(&end.request.url), words::answer(end))
    };
    let status = start.status().unwrap_or_default();
    let hit = Hit::new(
        at::header(start, "location"),
        format!("{} answers {status} with `Location` {} where a document belongs: {how}.", code(from), code(location)),
    )
    .expected("200 with the JSON document, at the URL itself")
    .received(format!("{status}, Location: {location}"))
    .related(at::status(end))
    .party(responder(start))
    .fix(format!("Serve the document at {} itself, without a redirect; keep rules that move visitors (to www, to https, to a language, to a trailing slash) away from `/.well-known/`.", code(from)))
    .snippets(snippets::well_known_route());
    Some(if found { hit.level(Level::Warning) } else { hit })
}
