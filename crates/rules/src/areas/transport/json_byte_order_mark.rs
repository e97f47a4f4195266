//! JSON that begins with a byte order mark.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "json-byte-order-mark",
    summary: "A JSON document begins with a byte order mark",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    explains: &["prm-malformed", "as-metadata-malformed"],
    references: &["RFC8259-8.1"],
    clients: Some("those whose JSON parser refuses the mark (Node, Python)"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    for exchange in context.exchanges() {
        let Some(response) = exchange.response() else { continue };
        let Some(text) = response.body.text.strip_prefix('\u{feff}') else { continue };
        let json = text.trim_start().starts_with(['{', '[']);
        let page = matches!(exchange.step, StepKind::Authorize | StepKind::AuthorizeHop | StepKind::DryRun | StepKind::Callback | StepKind::NegativeProbe);
        if !json || page || !hits.is_empty() {
            continue;
        }
        hits.push(
            Hit::new(
                at::body(exchange),
                format!(
                    "The JSON of {} begins with a byte order mark (EF BB BF), which JSON must not have: strict parsers refuse the document.",
                    code(&exchange.request.url)
                ),
            )
            .expected("`{` as the first byte")
            .received("EF BB BF")
            .party(responder(exchange))
            .level(Level::Warning)
            .fix("Write the file or response as UTF-8 without a byte order mark."),
        );
    }
    hits
}
