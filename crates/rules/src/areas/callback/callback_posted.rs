//! The response as a form post.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-posted",
    summary: "The authorization response comes as a form post that nobody asked for",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Authorize,
    references: &["RFC6749-4.1.2"],
    explains: &["callback-without-answer", "state-missing"],
    corpus: &["RED-10"],
    requirements: &["AR-08"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let asked = attempt.param("response_mode") == Some("form_post");
        let Some((exchange, _)) = attempt.callback.as_ref().filter(|_| !asked) else { continue };
        if exchange.request.method.eq_ignore_ascii_case("POST") {
            hits.push(
                Hit::new(at::whole(exchange), "The authorization response comes by POST, although `response_mode` was not sent; clients listen for GET.")
                    .expected("GET with the parameters in the query")
                    .received("POST")
                    .fix("Use `response_mode` query unless the request says `form_post`."),
            );
        }
    }
    hits.extend(by_page(context));
    hits
}

/// A page of the leg that posts the answer to the redirect URI by itself.
fn by_page(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let unasked = context.attempts().iter().filter(|a| a.param("response_mode") != Some("form_post"));
    for attempt in unasked {
        let Some(redirect) = attempt.param("redirect_uri") else { continue };
        let pages = attempt.legs().filter(|leg| posts_code(leg, redirect));
        hits.extend(pages.map(|leg| {
            Hit::new(at::body_text(leg, redirect), "The authorization response comes as a form that posts `code` to the redirect URI, although `response_mode` was not sent; clients listen for GET.")
                .expected("302 to the redirect URI with the parameters in the query")
                .received("an HTML form that posts itself")
                .fix("Use `response_mode` query unless the request says `form_post`.")
        }));
    }
    hits
}

fn posts_code(leg: &Exchange, redirect: &str) -> bool {
    let page = leg.response().filter(|r| r.is_success() && words::is_html(r));
    let text = page.map_or("", |r| r.body.text.as_str());
    let quoted = |name: &str, value: &str| {
        text.contains(&format!("{name}=\"{value}\"")) || text.contains(&format!("{name}='{value}'"))
    };
    quoted("action", redirect) && quoted("name", "code")
}
