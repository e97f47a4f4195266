//! The endpoint with its trailing slash toggled is treated otherwise.

use crate::prelude::*;
use authscope_model::exchange::Response;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "trailing-slash-differs",
    summary: "The MCP endpoint with and without its trailing slash are guarded differently",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Practice),
    needs: Need::NegativeProbes,
    references: &[
        "RFC9110-15.5.2",
        "MCP-2025-06-18-authorization#canonical-server-uri",
        "MCP-2025-11-25-authorization#canonical-server-uri",
        "MCP-2026-07-28-authorization#canonical-server-uri",
    ],
    corpus: &["DC-17"],
    requirements: &["CH-01", "AZ-07"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    if !super::is_guarded(context) {
        return Vec::new();
    }
    let found = super::answered(context, "trailing-slash-without-token");
    found.and_then(|(exchange, response)| hit(context, exchange, response)).into_iter().collect()
}

fn hit(context: &Context<'_>, exchange: &Exchange, response: &Response) -> Option<Hit> {
    let challenges = crate::context::challenges(exchange);
    let challenged = context.challenge().is_some_and(|(_, c)| !c.list.is_empty());
    let (what, level) = match super::taken(response) {
        super::Taken::Accepted => ("takes the request without a token".to_owned(), Level::Failure),
        super::Taken::Page | super::Taken::RefusedInside => (format!("answers {}", super::in_words(response)), Level::Hint),
        super::Taken::Refused if response.status == 401 && challenges.list.is_empty() && challenged => {
            ("answers 401 without a challenge".to_owned(), Level::Warning)
        }
        super::Taken::Refused if response.status >= 500 => (format!("answers HTTP {}", response.status), Level::Hint),
        super::Taken::Refused => return None,
    };
    Some(
        Hit::new(
            at::status(exchange),
            format!(
                "{} asks for a token, and {} (only the trailing slash differs) {what}.",
                code(context.server_url()),
                code(&exchange.request.url)
            ),
        )
        .expected("the same 401 with the same challenge, a redirect with 307 or 308, or 404")
        .received(response.status_line.clone())
        .related(at::url(exchange))
        .fix("Route both forms to the same guarded handler, and publish one of them, without the slash, everywhere.")
        .level(level),
    )
}
