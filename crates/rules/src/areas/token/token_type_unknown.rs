//! A token type that is not Bearer or DPoP.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-type-unknown",
    summary: "The token response has a token type other than Bearer",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Token,
    references: &["RFC6749-7.1", "RFC6749-5.1", "RFC6750-4"],
    explains: &["token-refused-by-mcp-server"],
    requirements: &["TK-04", "US-01", "DP-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let dpop = context.config().is_some_and(|c| c.dpop != authscope_model::config::Dpop::Off);
    let refreshes = context.refreshes();
    let calls = context.token_calls().iter().chain(&refreshes).filter(|c| c.exchange.step != StepKind::TokenExchange && c.access_token().is_some());
    calls
        .filter_map(|call| {
            let answer = if call.exchange.step == StepKind::Refresh { "answer to the refresh" } else { "token response" };
            let kind = call.reply.as_ref()?.token_type.as_deref()?;
            let bearer = kind.eq_ignore_ascii_case("bearer");
            let bound = kind.eq_ignore_ascii_case("dpop");
            if kind.is_empty() || bearer || (bound && dpop) {
                return None;
            }
            let hit = Hit::new(at::json(call.exchange, "/token_type"), format!("`token_type` in the {answer} is {}; a client knows `Bearer`{}.", code(kind), if dpop { " and `DPoP`" } else { "" }))
                .expected("Bearer")
                .received(kind)
                .fix("Answer with `\"token_type\": \"Bearer\"`.")
                .snippets(vec![snippets::member("token_type", &"Bearer".into())]);
            Some(if context.works() { hit.level(Level::Warning) } else { hit })
        })
        .collect()
}
