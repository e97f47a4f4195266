//! Scopes were set by hand that nobody offers.

use crate::prelude::*;
use authscope_protocol::scope::ScopeSet;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "client-scope-not-offered",
    summary: "Scopes that were set by hand are refused, and nobody offers them",
    area: Area::Client,
    party: Party::Client,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC6749-3.3",
        "MCP-2025-11-25-authorization#scope-selection-strategy",
        "MCP-2026-07-28-authorization#scope-selection-strategy",
    ],
    explains: &[
        "scope-refused",
        "scope-unknown-to-server",
        "scope-near-miss",
        "authorization-refused",
        "token-request-refused",
        "registration-scope-refused",
        "registration-refused",
        "scope-not-granted",],
    corpus: &["SC-02"],
    requirements: &["AZ-09"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(set) = set_by_hand(context).filter(|s| !s.trim().is_empty()) else {
        return Vec::new();
    };
    let offered = super::offered(context);
    let foreign = ScopeSet::parse(set).minus(&offered);
    if offered.is_empty() || foreign.is_empty() {
        return Vec::new();
    }
    let words = ["scope"];
    let at_registration = context.registration().filter(|r| r.reply.is_none() && r.sent_text("scope").is_some());
    let at_registration = at_registration.and_then(|r| {
        let error = crate::context::error_of(r.exchange)?;
        let said = error.sentence();
        said.to_lowercase().contains("scope").then(|| (said, at::body(r.exchange)))
    });
    let refused = at_registration.or_else(|| super::refusal_of(context, &["invalid_scope"], &words));
    let Some((said, spot)) = refused else { return Vec::new() };
    vec![
        Hit::new(
            spot,
            format!(
                "The scopes set by hand hold {}, which neither challenge nor metadata offer, and the authorization server refuses them ({said}).",
                codes(foreign.names())
            ),
        )
        .expected(format!("some of: {}", offered.to_param()))
        .received(set)
        .fix(format!("Leave the scope setting empty, so that the challenge decides, or choose from {}.", codes(offered.names()))),
    ]
}

/// The scopes that were set by hand: as an extra parameter, which replaces the setting, or as the setting.
fn set_by_hand<'a>(context: &Context<'a>) -> Option<&'a str> {
    let config = context.config()?;
    let extra = config.authorize_params.iter().find(|p| p.name == "scope");
    extra.map(|p| p.value.as_str()).or(config.scope.as_deref())
}
