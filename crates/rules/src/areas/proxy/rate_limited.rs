//! 429 somewhere.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "rate-limited",
    summary: "A server answers 429 to the first requests of a client",
    area: Area::Proxy,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC7591-5", "RFC9110-15.5"],
    explains: &[
        "registration-refused",
        "token-error-not-oauth",
        "token-request-refused",
        "refresh-refused",
        "prm-not-found",
        "as-metadata-not-found",
        "authorization-refused",
        "mcp-request-failed",],
    corpus: &["DCR-18"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let limited = context.exchanges().iter().filter(|e| e.status() == Some(429) && e.step != StepKind::NegativeProbe);
    limited.map(|exchange| {
        let wait = exchange.response().and_then(|r| r.header("retry-after"));
        let wait = wait.map(|w| format!(" (`Retry-After`: {w})")).unwrap_or_default();
        Hit::new(
            at::status(exchange),
            format!("{} {} answers 429 Too Many Requests{wait}.", exchange.request.method, code(&exchange.request.url)),
        )
        .expected("an answer")
        .received(format!("429{wait}"))
        .party(responder(exchange))
        .fix(fix(exchange.step))
    })
    .collect()
}

fn fix(step: StepKind) -> String {
    if step == StepKind::Register {
        return "Raise the limit at the registration endpoint, or limit by client rather than by address: many users share one address. Clients should keep one registration per issuer; client id metadata documents need none.".into();
    }
    "Wait as `Retry-After` says and try again; raise the limit if single clients reach it, since many users share one address.".into()
}
