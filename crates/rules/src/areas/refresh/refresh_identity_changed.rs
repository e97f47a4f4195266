//! A refreshed token is for another person or another client.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "refresh-identity-changed",
    summary: "The refreshed token names another subject or client than the one before",
    area: Area::Refresh,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Refresh,
    references: &["RFC6749-6", "RFC9068-2.2"],
    explains: &["refreshed-token-refused", "token-refused-by-mcp-server"],
    corpus: &["REF-10"],
    ..RuleInfo::BASE
};

/// Claims that say for whom the token was given: they belong to the grant, which a refresh does not change.
const IDENTITY: [&str; 4] = ["sub", "client_id", "azp", "cid"];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    super::refreshed(context).iter().filter_map(hit).collect()
}

fn hit(refreshed: &super::Refreshed<'_>) -> Option<Hit> {
    let (before, now) = (super::jwt_of(&refreshed.before)?, super::jwt_of(&refreshed.now)?);
    let claims = |name: &&str| Some((before.text_claim(name)?.to_owned(), now.text_claim(name)?.to_owned()));
    let changed: Vec<(&str, (String, String))> = IDENTITY.iter().filter_map(|n| Some((*n, claims(n)?))).filter(|(_, (a, b))| a != b).collect();
    let (name, (was, is)) = changed.first()?;
    let what = if *name == "sub" { "another person's" } else { "another client's" };
    let all: Vec<String> = changed.iter().map(|(name, (was, is))| format!("`{name}` was {}, is {}", code(was), code(is))).collect();
    Some(
        Hit::new(
            at::json(refreshed.now.exchange, "/access_token"),
            format!("The refreshed token is {what}: {}. What is done with it is done in another name.", all.join("; ")),
        )
        .expected(format!("{name}: {was}"))
        .received(format!("{name}: {is}"))
        .related(at::json(refreshed.before.exchange, "/access_token"))
        .fix("Take subject and client of the new access token from the grant that the refresh token belongs to."),
    )
}
