//! A token that cannot be sent in a header.

use crate::prelude::*;
use authscope_model::event::Fact;
use authscope_model::exchange::FailureKind;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-value-unfit",
    summary: "The access token holds what does not belong to it: white space, quotes, the name of a scheme, or no token at all",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Token,
    references: &["RFC6750-2.1", "RFC6749-A"],
    explains: &["token-refused-by-mcp-server", "token-refused-as-if-missing", "token-not-a-jwt-refused", "mcp-request-failed", "unauthorized-is-bad-request", "refresh-audience-changed", "refreshed-token-refused", "refresh-refused", "refresh-error-wrong"],
    requirements: &["TK-04"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let unsent = context.exchanges().iter().find(|e| {
        let failed = e.failure().filter(|f| f.kind == FailureKind::Request);
        e.step.is_authenticated_mcp() && failed.is_some_and(|f| f.message.contains("Authorization"))
    });
    let Some(call) = context.issued() else { return Vec::new() };
    let refreshes = context.refreshes();
    let Some(unsent) = unsent else {
        let mut answers = std::iter::once(call).chain(&refreshes);
        return answers.find_map(|c| decorated(context, c).or_else(|| unset(c)).or_else(|| same(c))).into_iter().collect();
    };
    let why = unsent.failure().map(|f| f.message.as_str()).unwrap_or_default();
    vec![
        Hit::new(
            at::json(call.exchange, "/access_token"),
            format!("The `access_token` of the token response cannot be sent: {why}."),
        )
        .expected("letters, digits and - . _ ~ + / =, nothing else (RFC 6750 section 2.1)")
        .received("a token with a line break or a control character")
        .related(at::whole(unsent))
        .fix("Write the token without white space around it: strip the line break of the file or command it came from."),
    ]
}

/// Something stands around the token that belongs to the header, or to another notation. What is shown of a token is
/// masked, so the fact recorded before says it.
fn decorated(context: &Context<'_>, call: &crate::context::TokenCall<'_>) -> Option<Hit> {
    let detail = context.facts(call.exchange).find_map(|f| match f {
        Fact::TokenValue { token, detail } if token == "access_token" => Some(detail.as_str()),
        _ => None,
    })?;
    let hit = Hit::new(
        at::json(call.exchange, "/access_token"),
        format!("`access_token` of the {} {detail}: the MCP server receives it as it stands, and refuses it.", answer(call)),
    )
    .expected("the token and nothing around it: letters, digits and - . _ ~ + / =")
    .received(format!("a value that {detail}"))
    .fix("Write the bare token into `access_token`, in visible ASCII; the scheme stands in `token_type`, and the client writes it into the header. A value such as `undefined` is a variable that the server never filled.");
    let taken = context.calls().iter().any(|c| c.exchange.id > call.exchange.id && c.is_success());
    Some(if taken { hit.level(Level::Warning) } else { hit })
}

/// Which answer of the token endpoint it is.
const fn answer(call: &crate::context::TokenCall<'_>) -> &'static str {
    if matches!(call.exchange.step, StepKind::Refresh) { "answer to the refresh" } else { "token response" }
}

/// A refresh token that is the name of nothing; masking leaves it readable.
fn unset(call: &crate::context::TokenCall<'_>) -> Option<Hit> {
    let token = call.reply.as_ref()?.refresh_token.as_deref()?;
    if !matches!(token, "undefined" | "null" | "None" | "nil" | "NaN" | "[object Object]") {
        return None;
    }
    Some(
        Hit::new(
            at::json(call.exchange, "/refresh_token"),
            format!("`refresh_token` of the {} is `{token}`, which programs print for a value that was never set: clients keep it, and the refresh fails.", answer(call)),
        )
        .expected("a refresh token, or no such member")
        .received(format!("\"{token}\""))
        .level(Level::Failure)
        .fix("Issue the refresh token before the answer is written, or leave `refresh_token` out."),
    )
}

/// One value for both tokens: every MCP server that is called could refresh. Masks of one secret are the same.
fn same(call: &crate::context::TokenCall<'_>) -> Option<Hit> {
    let reply = call.reply.as_ref()?;
    let token = reply.access_token.as_deref().filter(|t| !t.is_empty())?;
    (reply.refresh_token.as_deref() == Some(token)).then(|| {
        Hit::new(
            at::json(call.exchange, "/refresh_token"),
            format!("`refresh_token` of the {} is the access token: every server that is called with it could refresh, for as long as it likes.", answer(call)),
        )
        .expected("a refresh token of its own, which only the token endpoint sees")
        .received("the same value as `access_token`")
        .level(Level::Warning)
        .fix("Issue a separate refresh token, or none.")
    })
}
