//! Which scopes to ask for: the selection strategy of the revision, and step-up.

use crate::flow::{Flow, Output};
use authscope_model::event::{Decision, ValueSource};
use authscope_model::revision::StepUp;

/// Chooses the scopes once per authorization and says why.
pub(in crate::flow) fn decide(flow: &mut Flow) -> Output {
    let (value, source, because) = select(flow);
    let (value, because) = with_offline_access(flow, value, source, because);
    flow.context.scope.clone_from(&value);
    Output::Decision(Decision::Scope { value, source }, because)
}

fn select(flow: &Flow) -> (Option<String>, ValueSource, String) {
    let context = &flow.context;
    if context.step_ups > 0 {
        return step_up(flow);
    }
    if let Some(scope) = &context.config.scope {
        let value = Some(scope.clone()).filter(|s| !s.is_empty());
        return (value, ValueSource::User, "set in the configuration".into());
    }
    if !context.behaviour().scope_selection {
        // Before 2025-11-25 the text is silent; servers that name scopes expect them all the same.
        return named(flow, "this revision is silent on scopes; ");
    }
    named(flow, "")
}

fn named(flow: &Flow, prefix: &str) -> (Option<String>, ValueSource, String) {
    let context = &flow.context;
    if let Some(scope) = &context.challenge.scope {
        return (
            Some(scope.clone()),
            ValueSource::Challenge,
            format!("{prefix}the challenge's `scope`"),
        );
    }
    let listed = context
        .prm
        .as_ref()
        .and_then(|p| p.scopes_supported.as_ref())
        .filter(|s| !s.is_empty());
    if let Some(listed) = listed {
        let because = format!(
            "{prefix}the challenge names no scope, so all of `scopes_supported` of the protected resource metadata"
        );
        return (Some(listed.join(" ")), ValueSource::Prm, because);
    }
    (
        None,
        ValueSource::Omitted,
        format!(
            "{prefix}neither challenge nor protected resource metadata names scopes, so the parameter is omitted"
        ),
    )
}

fn step_up(flow: &Flow) -> (Option<String>, ValueSource, String) {
    let context = &flow.context;
    let challenged = context.challenge.scope.clone();
    match context.behaviour().step_up {
        StepUp::Union => {
            let value = union(context.scope.as_deref(), challenged.as_deref());
            (
                value,
                ValueSource::StepUp,
                "the union of the scopes asked for before and the challenged ones".into(),
            )
        }
        StepUp::Challenged | StepUp::None => match challenged {
            Some(scope) => (
                Some(scope),
                ValueSource::Challenge,
                "the scopes of the 403 challenge".into(),
            ),
            None => named(flow, ""),
        },
    }
}

/// Scopes of both, order kept, each once.
pub(in crate::flow) fn union(a: Option<&str>, b: Option<&str>) -> Option<String> {
    let mut list: Vec<&str> = Vec::new();
    for scope in a
        .unwrap_or_default()
        .split_whitespace()
        .chain(b.unwrap_or_default().split_whitespace())
    {
        if !list.contains(&scope) {
            list.push(scope);
        }
    }
    (!list.is_empty()).then(|| list.join(" "))
}

/// `offline_access`, where the revision knows it and the authorization server lists it.
fn with_offline_access(
    flow: &Flow,
    value: Option<String>,
    source: ValueSource,
    because: String,
) -> (Option<String>, String) {
    let listed = || {
        let metadata = flow.context.metadata();
        metadata
            .and_then(|m| m.scopes_supported)
            .is_some_and(|s| s.iter().any(|s| s == "offline_access"))
    };
    let present = value
        .as_deref()
        .is_some_and(|v| v.split_whitespace().any(|s| s == "offline_access"));
    let wanted =
        flow.context.behaviour().offline_access && source != ValueSource::User && value.is_some();
    if !wanted || present || !listed() {
        return (value, because);
    }
    let more =
        format!("{because}; `offline_access` added because the authorization server lists it");
    (union(value.as_deref(), Some("offline_access")), more)
}

#[cfg(test)]
mod tests {
    use super::union;

    #[test]
    fn a_union_keeps_order_and_names_each_once() {
        assert_eq!(union(Some("a b"), Some("b c")).as_deref(), Some("a b c"));
        assert_eq!(union(None, Some("x")).as_deref(), Some("x"));
        assert_eq!(union(None, None), None);
    }
}
