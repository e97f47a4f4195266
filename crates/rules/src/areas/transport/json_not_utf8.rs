//! JSON that is not UTF-8.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "json-not-utf8",
    summary: "A JSON document is not encoded as UTF-8",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC8259-8.1"],
    confidence: Confidence::Likely,
    clients: Some("those that decode strictly"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let documents = context.exchanges().iter().filter(|e| {
        e.step.is_prm() || e.step.is_as_metadata() || matches!(e.step, StepKind::Register | StepKind::Token | StepKind::Refresh)
    });
    // Bytes that are no UTF-8 are recorded as replacement characters.
    let broken = documents.filter(|e| {
        e.response().is_some_and(|r| r.is_success() && r.body.text.contains('\u{fffd}') && r.body.json().is_some())
    });
    broken
        .map(|exchange| {
            Hit::new(
                at::body(exchange),
                format!("The JSON of {} has bytes that are not UTF-8: strict readers refuse the document, others show wrong characters.", code(&exchange.request.url)),
            )
            .expected("UTF-8")
            .received("bytes of another encoding, such as ISO 8859-1")
            .party(responder(exchange))
            .level(Level::Warning)
            .fix("Encode the document as UTF-8 (or escape everything beyond ASCII as `\\u…`).")
        })
        .take(1)
        .collect()
}
