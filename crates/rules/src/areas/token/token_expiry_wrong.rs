//! A lifetime of zero, or one that the token itself contradicts.

use crate::context::TokenCall;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-expiry-wrong",
    summary: "The lifetime in the token response is not that of the token",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Token,
    references: &["RFC6749-5.1", "RFC7519-4.1.4"],
    explains: &["token-refused-by-mcp-server"],
    corpus: &["TE-12"],
    requirements: &["TK-07", "TK-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refreshes = context.refreshes();
    let renewed = refreshes.iter().find(|c| c.access_token().is_some());
    [context.issued(), renewed].into_iter().flatten().find_map(hit).into_iter().collect()
}

fn hit(call: &TokenCall<'_>) -> Option<Hit> {
    let answer = if call.exchange.step == StepKind::Refresh { "answer to the refresh" } else { "token response" };
    let expires_in = call.reply.as_ref()?.expires_in?;
    if expires_in <= 0 {
        return Some(
            Hit::new(at::json(call.exchange, "/expires_in"), format!("`expires_in` in the {answer} is {expires_in}: the token is over when it arrives, and clients sign in again and again."))
                .expected("the lifetime in seconds, such as 3600")
                .received(expires_in.to_string())
                .level(Level::Failure)
                .fix("Write the lifetime of the access token in seconds."),
        );
    }
    let now = i64::try_from(call.exchange.started_at / 1000).unwrap_or(i64::MAX);
    let jwt = call.access_token().and_then(authscope_protocol::jwt::decode)?;
    let exp = jwt.exp()?;
    let left = exp.saturating_sub(now);
    // A minute either way is clocks; a token that lives longer than promised does no harm.
    if left >= expires_in.saturating_sub(60) {
        return None;
    }
    let over = left <= 0;
    let age = jwt.iat().map(|iat| now.saturating_sub(iat)).filter(|age| *age > 120);
    let clock = age.map(|age| format!(": `iat` of this fresh token lies {age} seconds in the past, so the authorization server's clock is slow (or it hands out an old token)"));
    let clock = clock.unwrap_or_default();
    let hit = Hit::new(
        at::json(call.exchange, "/expires_in"),
        format!(
            "`expires_in` in the {answer} is {expires_in}, but `exp` of the token is {}{clock}.",
            if over { format!("{} seconds in the past", left.saturating_neg()) } else { format!("only {left} seconds away") }
        ),
    )
    .expected(format!("expires_in = {}", left.max(0)))
    .received(expires_in.to_string())
    .fix("Take `expires_in` and `exp` from one value, in seconds, and check the server's clock.");
    Some(if over { hit.level(Level::Failure) } else { hit })
}
