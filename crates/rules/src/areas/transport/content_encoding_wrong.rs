//! A content coding that nobody asked for, or that the body does not have.

use crate::context::responder;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "content-encoding-wrong",
    summary: "A response names a Content-Encoding that its body does not have, or that was not asked for",
    area: Area::Transport,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC9110-8.4", "RFC9110-12.5.3"],
    explains: &[
        "prm-malformed",
        "as-metadata-malformed",
        "token-response-not-json",
        "mcp-answer-not-json-rpc",
        "registration-reply-incomplete",
        "prm-not-found",
        "as-metadata-not-found",
        "token-request-refused",
        "mcp-request-failed",
    ],
    clients: Some("all that decode bodies by themselves, fetch and browsers among them"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    // The refusal of a document that was only looked for may come from anything in front of the server.
    let counts = |e: &Exchange| e.request.method == "POST" || e.response().is_some_and(|r| r.is_success());
    let answers = context.exchanges().iter().filter(|e| e.step != StepKind::NegativeProbe && e.request.header("accept-encoding").is_none() && counts(e));
    let mut hits = answers.filter_map(|e| hit(e));
    hits.next().into_iter().collect()
}

fn hit(exchange: &Exchange) -> Option<Hit> {
    let response = exchange.response().filter(|r| r.body.length > 0 && exchange.request.method != "HEAD")?;
    let named = response.header("content-encoding").map(str::trim).filter(|v| !v.is_empty() && !v.eq_ignore_ascii_case("identity"))?;
    let plain = response.body.base64.is_none() && response.body.json().is_some();
    let what = if plain {
        "but the body is plain text: whoever decodes it fails"
    } else {
        "although the request did not ask for any coding, so the body cannot be read"
    };
    let hit = 
        Hit::new(
            at::header(exchange, "content-encoding"),
            format!("The answer to {} {} has `Content-Encoding` {}, {what}.", exchange.request.method, code(&exchange.request.url), code(named)),
        )
        .expected("no Content-Encoding, or a body in that coding when `Accept-Encoding` asks for it")
        .received(format!("Content-Encoding: {named}"))
        .party(responder(exchange))
        .fix("Let one layer only compress, and let it follow `Accept-Encoding`; a proxy that unpacks a body must take the header away.");
    // The body of a refusal is read for its words only.
    Some(if response.is_success() { hit } else { hit.level(Level::Warning) })
}
