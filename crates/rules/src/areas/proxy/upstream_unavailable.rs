//! A gateway says that the server behind it is not there.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "upstream-unavailable",
    summary: "A gateway reports that the server behind it cannot be reached",
    area: Area::Proxy,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-15.6.3", "RFC9110-15.6.4", "RFC9110-15.6.5"],
    explains: &[
        "mcp-server-error-without-token",
        "mcp-server-error-with-token",
        "discovery-server-error",
        "prm-not-found",
        "as-metadata-not-found",
        "registration-refused",
        "authorization-endpoint-dead",
        "authorization-server-error",
        "token-endpoint-server-error",
        "token-error-not-oauth",
        "refresh-refused",],
    corpus: &["PRM-05"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let probe = |e: &Exchange| e.step == StepKind::NegativeProbe;
    let failed = context.exchanges().iter().filter(|e| matches!(e.status(), Some(502..=504)));
    let (probes, seen): (Vec<&Exchange>, Vec<&Exchange>) = failed.copied().partition(|e| probe(e));
    // What a probe sends may be too much for the server; the first one tells that a gateway has nobody to ask.
    let shown = if seen.is_empty() { probes.into_iter().take(1).collect() } else { seen };
    shown.into_iter().map(|exchange| {
        let status = exchange.status().unwrap_or_default();
        let words = exchange.response().filter(|r| !words::is_html(r)).and_then(|r| crate::context::error_of(exchange).map(|_| words::start(&r.body.text)));
        let said = words.filter(|t| !t.is_empty()).map(|t| format!(" ({t})")).unwrap_or_default();
        let hit = Hit::new(
            at::status(exchange),
            format!("{} {} ({}) answers {status}{said}: a gateway cannot reach the server behind it.", exchange.request.method, code(&exchange.request.url), exchange.step.title()),
        )
        .expected("the server's own answer")
        .received(status.to_string())
        .party(responder(exchange))
        .fix(format!("Check that the service behind {} runs and that the gateway has a route for {}.", words::host(&exchange.request.url), code(&exchange.request.url)));
        let replaced = (exchange.step.is_prm() && context.prm().is_some())
            || (exchange.step.is_as_metadata() && context.metadata().is_some());
        if replaced || probe(exchange) { hit.level(Level::Warning) } else { hit }
    })
    .collect()
}
