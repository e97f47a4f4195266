//! Challenges of other schemes only.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "challenge-scheme-not-bearer",
    summary: "The 401 challenges for another scheme than Bearer",
    area: Area::Challenge,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Unauthorized,
    references: &["RFC6750-3", "RFC9110-11.6.1", "RFC9728-5.1"],
    explains: &["prm-not-found", "unauthorized-without-challenge"],
    corpus: &["DC-16"],
    requirements: &["CH-01", "CH-02", "CH-03", "CH-15"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, challenges)) = context.challenge() else { return Vec::new() };
    if challenges.bearer().is_some() || challenges.dpop().is_some() {
        return Vec::new();
    }
    let Some(first) = challenges.meant_as_bearer().or_else(|| challenges.list.first()) else {
        return Vec::new();
    };
    let want = snippets::prm_url(context);
    let meant = first.is_meant_as_bearer();
    let scheme = if first.scheme.is_empty() { "no scheme".to_owned() } else { format!("the scheme {}", code(&first.scheme)) };
    let hit = Hit::new(
        at::header_range(exchange, first.header, first.range.clone()),
        format!(
            "`WWW-Authenticate` has {scheme} where `Bearer` belongs{}.",
            if meant || first.param("resource_metadata").is_some() { ", so clients do not recognise the challenge" } else { ": that asks for other credentials than an OAuth token" }
        ),
    )
    .expected(format!("WWW-Authenticate: {}", snippets::challenge_value(context, &want)))
    .received(format!("WWW-Authenticate: {}", super::challenge_text(exchange, first.header, first.range.clone())))
    .fix(if meant {
        "Write the scheme as `Bearer`, followed by a space and the parameters.".to_owned()
    } else {
        format!("Add a `Bearer` challenge with `resource_metadata=\"{want}\"`; a proxy with basic authentication in front of the MCP endpoint must be taken away.")
    })
    .snippets(snippets::challenge(context, &want));
    vec![if context.works() { hit.level(Level::Warning) } else { hit }]
}
