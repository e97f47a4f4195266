//! A token response that may be cached.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-response-cacheable",
    summary: "The token response has no Cache-Control: no-store",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Token,
    references: &["RFC6749-5.1", "OAuth-2.1-3.2.3"],
    requirements: &["TK-04"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let refreshes = context.refreshes();
    let renewed = refreshes.iter().find(|c| c.access_token().is_some());
    [context.issued(), renewed].into_iter().flatten().find_map(hit).into_iter().collect()
}

fn hit(call: &crate::context::TokenCall<'_>) -> Option<Hit> {
    let response = call.response()?;
    let mut directives = response.headers.iter().filter(|h| h.name.eq_ignore_ascii_case("cache-control"));
    if directives.any(|h| h.value.to_ascii_lowercase().contains("no-store")) {
        return None;
    }
    let answer = if call.exchange.step == StepKind::Refresh { "answer to the refresh" } else { "token response" };
    let seen = response.header("cache-control").unwrap_or("none");
    Some(
        Hit::new(at::header(call.exchange, "cache-control"), format!("The {answer} has `Cache-Control`: {seen}; RFC 6749 requires `no-store`, so that no cache keeps the token."))
            .expected("Cache-Control: no-store")
            .received(seen)
            .fix("Send `Cache-Control: no-store` with every token response.")
            .snippet("header", "Cache-Control: no-store"),
    )
}
