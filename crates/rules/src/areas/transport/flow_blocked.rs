//! The flow ended at a step, and no closer rule knows why.

use crate::context::{error_of, responder};
use crate::prelude::*;
use authscope_model::revision::StepUp;
use authscope_model::transcript::Status;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "flow-blocked",
    summary: "A step is not answered as it must be, and no closer rule knows why",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-15.5", "RFC6749-5.2", "RFC6750-3.1"],
    confidence: Confidence::Hint,
    order: Order::LastResort,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Status::Finished(_, message) = &context.transcript().status else { return Vec::new() };
    if !context.is_blocked() {
        return Vec::new();
    }
    let stop = context.transcript().stops.last().filter(|s| !s.continued);
    let shown = stop.and_then(|s| s.exchange.or(Some(s.after_exchange)));
    let by_id = shown.and_then(|id| context.exchanges().iter().copied().find(|e| e.id == id));
    let last = || context.exchanges().iter().copied().rfind(|e| !e.extra);
    let Some(exchange) = by_id.or_else(last) else { return Vec::new() };
    let why = stop.map_or(message.as_str(), |s| s.reason.as_str());
    let hit = hit(exchange, why);
    vec![if wants_scope(context, exchange) {
        // A correct 403: this revision has no step-up, so only the scopes asked for first can change it.
        hit.party(Party::Client)
            .level(Level::Warning)
            .fix("Ask for the challenged scopes from the start (--scope), or speak a revision with step-up authorization (2025-11-25 or later).")
    } else {
        hit
    }]
}

/// Whether a 403 asks for more scope in a revision that has no step-up.
fn wants_scope(context: &Context<'_>, exchange: &Exchange) -> bool {
    let found = crate::context::challenges(exchange);
    let asks = found.bearer().is_some_and(|b| b.param("error") == Some("insufficient_scope") && b.param("scope").is_some());
    asks && exchange.status() == Some(403) && context.behaviour().step_up == StepUp::None
}

fn hit(exchange: &Exchange, why: &str) -> Hit {
    let expected = expected(exchange.step);
    let answer = match (exchange.status(), exchange.failure()) {
        (Some(status), _) => {
            let lost = (300..400).contains(&status) && exchange.response().is_some_and(|r| r.header("location").is_none_or(|l| l.trim().is_empty()));
            format!("HTTP {status}{}", if lost { " without a `Location` header" } else { "" })
        }
        (None, Some(failure)) => failure.message.clone(),
        (None, None) => "no answer that could be seen".to_owned(),
    };
    let said = error_of(exchange).map(|e| e.sentence()).filter(|s| !s.is_empty());
    let said = said.map(|s| format!("; the server said: {s}")).unwrap_or_default();
    Hit::new(
        at::status(exchange),
        format!(
            "{} ({} {}) was answered {answer} where {expected} was expected{said}. {}",
            exchange.step.title(),
            exchange.request.method,
            code(&exchange.request.url),
            words::sentence(why)
        ),
    )
    .expected(expected)
    .received(format!("{answer}{said}"))
    .related(at::body(exchange))
    .party(responder(exchange))
    .fix("Look into the log of the server that answered, at this request; the recording has its exact bytes.")
}

/// What a step should have come to.
const fn expected(step: StepKind) -> &'static str {
    match step {
        StepKind::Probe => "401 with a WWW-Authenticate challenge",
        StepKind::Register => "201 with a client id",
        StepKind::PushedAuthorization => "201 with a request_uri",
        StepKind::Authorize | StepKind::AuthorizeHop | StepKind::DryRun => "a redirect to the redirect URI, or a sign-in page",
        StepKind::Callback => "a code, with the state that was sent",
        StepKind::Token
        | StepKind::Refresh
        | StepKind::ClientCredentials
        | StepKind::TokenExchange
        | StepKind::JwtBearer
        | StepKind::DevicePoll => "200 with an access token",
        step if step.is_prm() => "200 with protected resource metadata",
        step if step.is_as_metadata() => "200 with authorization server metadata",
        step if step.is_authenticated_mcp() => "200 with a JSON-RPC result",
        _ => "success",
    }
}
