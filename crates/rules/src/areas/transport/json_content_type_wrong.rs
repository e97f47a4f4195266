//! A JSON document under another media type.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "json-content-type-wrong",
    summary: "A JSON document is served with another Content-Type",
    area: Area::Transport,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Nothing,
    references: &["RFC9728-3.2", "RFC8414-3.2", "RFC7591-3.2.1", "RFC6749-5.1"],
    corpus: &["PRM-01"],
    requirements: &["PR-05", "AS-11", "TK-04"],
    clients: Some("clients that look at the Content-Type before they parse"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let documents = context.exchanges().iter().filter(|e| is_document(e.step));
    documents.filter_map(|e| hit(e)).collect()
}

const fn is_document(step: StepKind) -> bool {
    step.is_prm()
        || step.is_as_metadata()
        || matches!(step, StepKind::Register | StepKind::Token | StepKind::Refresh | StepKind::ClientCredentials)
}

fn hit(exchange: &Exchange) -> Option<Hit> {
    let response = exchange.response().filter(|r| r.is_success())?;
    let text = response.body.text.trim_start_matches('\u{feff}').trim_start();
    let media = response.media_type();
    // Problem details are for errors.
    let json = media == "application/json" || media.ends_with("+json") && media != "application/problem+json";
    if json || !text.starts_with('{') || response.body.json().is_none() {
        return None;
    }
    let seen = response.header("content-type").unwrap_or("none");
    Some(
        Hit::new(
            at::header(exchange, "content-type"),
            format!(
                "The JSON document at {} is served with `Content-Type`: {seen}, where `application/json` is required.",
                code(&exchange.request.url)
            ),
        )
        .expected("Content-Type: application/json")
        .received(format!("Content-Type: {seen}"))
        .party(responder(exchange))
        .fix(format!("Send `Content-Type: application/json` with {}.", code(&exchange.request.url)))
        .snippet("header", "Content-Type: application/json"),
    )
}
