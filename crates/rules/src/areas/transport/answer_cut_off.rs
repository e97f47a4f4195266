//! An answer that is not complete.

use crate::context::responder;
use crate::prelude::*;
use authscope_model::exchange::Cut;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "answer-cut-off",
    summary: "An answer begins and does not come to its end",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-8.6", "RFC9110-6.1"],
    explains: &["mcp-answer-not-json-rpc", "mcp-request-failed", "prm-not-found", "as-metadata-not-found", "token-request-refused", "prm-malformed", "as-metadata-malformed", "token-response-not-json", "registration-reply-incomplete"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // A page that is cut changes nothing where the browser came back all the same.
    let stuck = context.attempts().iter().all(|a| a.callback.is_none());
    let hits = context.exchanges().iter().filter_map(|e| {
        let page = matches!(e.step, StepKind::Authorize | StepKind::AuthorizeHop);
        hit(e, stuck).map(|hit| if page { hit.level(Level::Warning) } else { hit })
    });
    hits.collect()
}

fn hit(exchange: &Exchange, stuck: bool) -> Option<Hit> {
    let response = exchange.response().filter(|r| r.media_type() != "text/event-stream")?;
    let (how, fix) = match response.body.cut? {
        Cut::Timeout => ("the rest does not come within the time limit", "Find out what holds the body back: a handler that never finishes, a missing flush, a `Content-Length` that is too large."),
        Cut::ConnectionLost => ("the connection is closed in the middle", "Find out who closes the connection: a crash in the handler, a proxy's limit, a `Content-Length` that is too large."),
        Cut::Framing => ("its chunks are broken", "Look at whoever writes the transfer coding: a proxy, or a handler that sets `Transfer-Encoding` by hand."),
        Cut::Cap | Cut::StreamAnswered => return None,
    };
    // An error's body that is cut changes nothing.
    let page = matches!(exchange.step, StepKind::Authorize | StepKind::AuthorizeHop) && !stuck;
    if !response.is_success() || page || matches!(exchange.step, StepKind::DryRun | StepKind::NegativeProbe) {
        return None;
    }
    Some(
        Hit::new(
            at::body(exchange),
            format!(
                "The answer to {} {} begins with {} and is cut off after {} bytes: {how}.",
                exchange.request.method,
                code(&exchange.request.url),
                response.status,
                response.body.length
            ),
        )
        .expected("a complete body")
        .received(if response.body.text.is_empty() { "no body".to_owned() } else { words::start(&response.body.text) })
        .party(responder(exchange))
        .fix(fix),
    )
}
