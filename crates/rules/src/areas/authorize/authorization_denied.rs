//! `access_denied`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "authorization-denied",
    summary: "The authorization was denied, by the user or by a policy",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2.1"],
    confidence: Confidence::Likely,
    explains: &["authorization-refused"],
    corpus: &["RED-08", "RED-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let denied = context.refusals().into_iter().find(|r| r.is_code(&["access_denied"]));
    let Some(refusal) = denied else { return Vec::new() };
    let policy = refusal.speaks_of(&["policy", "not assigned", "not allowed", "forbidden", "administrator", "admin"]);
    let cause = if policy { "a policy of the authorization server refuses this client, user or scope" } else { "the user declined, or a policy refuses this client, user or scope" };
    vec![
        Hit::new(refusal.spot(), format!("The authorization was denied ({}): {cause}.", refusal.said))
            .expected("a code")
            .received(refusal.said.clone())
            .fix("Try again and consent; otherwise allow this client, user and scope in the policies of the authorization server (Okta: an access policy with a rule for the client; Entra ID: user assignment and admin consent)."),
    ]
}
