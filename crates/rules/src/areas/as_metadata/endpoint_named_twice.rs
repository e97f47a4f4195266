//! Two endpoints with one URL, where a request came to nothing.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "endpoint-named-twice",
    summary: "The metadata names one URL as two endpoints, and one of them does not answer as it should",
    area: Area::AsMetadata,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::AsMetadata,
    references: &["RFC8414-2", "RFC6749-3.2"],
    confidence: Confidence::Likely,
    explains: &[
        "token-error-not-oauth",
        "token-response-not-json",
        "token-endpoint-misrouted",
        "token-request-refused",
        "token-request-unidentified",
        "token-response-incomplete",
        "registration-refused",
        "registration-endpoint-dead",
        "registration-reply-incomplete",
        "registration-status-not-created",
        "registration-server-error",
        "authorization-refused",
        "authorization-endpoint-dead",
    ],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let main = ["authorization_endpoint", "token_endpoint", "registration_endpoint"];
    let named: Vec<(&str, &str)> = super::endpoints(&document.value).into_iter().filter(|(member, _)| main.contains(member)).collect();
    let twice = |(at, (_, url)): (usize, &(&'static str, &str))| named.iter().skip(at.saturating_add(1)).find(|(_, other)| other == url).map(|other| (at, *other));
    let Some((at, (second, url))) = named.iter().enumerate().find_map(twice) else { return Vec::new() };
    let Some((first, _)) = named.get(at) else { return Vec::new() };
    // One handler may serve both; only what came to nothing tells that it does not.
    let Some(failed) = failed_at(context, url) else { return Vec::new() };
    vec![
        Hit::new(
            at::json(document.exchange, &format!("/{second}")),
            format!("The authorization server metadata names {} as `{first}` and as `{second}`, and the answer there is not that of `{}`: {}.", code(url), role(failed), words::answer(failed)),
        )
        .expected(format!("a URL of its own in `{first}` and in `{second}`"))
        .received(format!("{} in both", words::start(url)))
        .related(at::status(failed))
        .fix(format!("Write the URL of each endpoint into its own member: `{first}` and `{second}` are two handlers.")),
    ]
}

/// The endpoint that a request was meant for.
const fn role(exchange: &Exchange) -> &'static str {
    match exchange.step {
        StepKind::Register => "registration_endpoint",
        StepKind::Authorize | StepKind::AuthorizeHop | StepKind::DryRun => "authorization_endpoint",
        _ => "token_endpoint",
    }
}

/// A request to a URL that was refused by something that does not speak the protocol of the endpoint.
fn failed_at<'a>(context: &Context<'a>, url: &str) -> Option<&'a Exchange> {
    let mut asked = context.exchanges().iter().copied().filter(|e| e.request.url.split('?').next() == url.split('?').next());
    asked.find(|e| {
        // Too busy, or out of order: that is no sign of another handler.
        let out_of_order = e.response().is_some_and(|r| r.status == 429 || r.status >= 500);
        let meant = !out_of_order && matches!(e.step, StepKind::Register | StepKind::Authorize | StepKind::Token);
        let foreign = e.response().is_some_and(|r| words::is_html(r) || matches!(r.status, 404 | 405));
        let refused = crate::context::error_of(e).is_some_and(|error| !error.is_oauth());
        meant && e.step != StepKind::Authorize && (foreign || refused)
    })
}
