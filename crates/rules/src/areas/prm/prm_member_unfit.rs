//! Members of the protected resource metadata whose values their definitions forbid.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "prm-member-unfit",
    summary: "A member of the protected resource metadata has a value that its definition forbids",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Should),
    needs: Need::Prm,
    references: &["RFC9728-2"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some(document) = context.prm() else { return Vec::new() };
    let members = document.value.raw.as_object().into_iter().flatten();
    let wrong = members.filter_map(|(name, value)| {
        let (problem, want) = problem(name, value)?;
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(
            Hit::new(
                at::json(document.exchange, &format!("/{name}")),
                format!("`{name}` in the protected resource metadata is {}: {problem}.", code(&shown)),
            )
            .expected(want)
            .received(words::start(&shown))
            .fix(format!("Correct `{name}`, or leave it out: a client needs none of it to authorize.")),
        )
    });
    wrong.collect()
}

/// What is wrong with a member, and what belongs there.
fn problem(name: &str, value: &Value) -> Option<(&'static str, &'static str)> {
    match name {
        "resource_signing_alg_values_supported" => {
            let none = value.as_array()?.iter().any(|v| v.as_str() == Some("none"));
            none.then_some(("`none` is no signature, and must not be used", "algorithms that sign, such as RS256"))
        }
        "jwks_uri" | "resource_documentation" | "resource_policy_uri" | "resource_tos_uri" => {
            let url = value.as_str()?;
            (!words::is_web_url(url)).then_some(("it is not an absolute URL", "an absolute https URL"))
        }
        "signed_metadata" => {
            let jwt = value.as_str()?;
            let whole = jwt.split('.').count() == 3 || jwt.contains('…') || jwt.contains('•');
            (!whole).then_some(("it is no JWT", "a signed JWT with the metadata as its claims"))
        }
        _ => None,
    }
}
