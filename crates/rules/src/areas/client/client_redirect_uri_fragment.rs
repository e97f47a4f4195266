//! A redirect URI was set by hand that has a fragment.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-redirect-uri-fragment",
    summary: "The redirect URI has a fragment",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &["RFC6749-3.1.2"],
    explains: &[
        "callback-in-fragment",
        "callback-without-answer",
        "redirect-uri-refused",
        "redirect-uri-refused-after-registration",
        "registration-redirect-uri-refused",
        "registration-refused",
        "registered-redirect-uri-differs",
        "authorization-refused",
        "response-altered-redirect-uri",
        "state-missing",
    ],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let used = context.redirect_uri();
    let Some((plain, _)) = used.split_once('#') else { return Vec::new() };
    let registration = context.registration().map(|r| at::request_json(r.exchange, "/redirect_uris"));
    let spot = registration.or_else(|| context.attempt().map(|a| at::query(a.authorize, "redirect_uri")));
    let Some(spot) = spot else { return Vec::new() };
    vec![
        Hit::new(
            spot,
            format!("The redirect URI {} has a fragment (`#…`), which no redirect URI may have: what is appended behind it never reaches the client.", code(used)),
        )
        .expected(format!("a redirect URI without a fragment: {plain}"))
        .received(used)
        .fix(format!("Use {} as the redirect URI; keep what the fragment said in `state`.", code(plain))),
    ]
}
