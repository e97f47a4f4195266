//! More scopes for one operation: the 403 and its challenge, and what becomes of it.

rules! {
    step_up_without_challenge,
    step_up_error_wrong,
    step_up_scope_missing,
    step_up_status,
    step_up_scope_already_granted,
    step_up_piecemeal,
    step_up_drops_scopes,
    step_up_loop,
    step_up_as_tool_result,
}

use crate::context::{Call, Context, challenges};
use authscope_model::{Exchange, StepKind};
use authscope_protocol::challenge::Challenges;
use authscope_protocol::scope::{self, ScopeSet};

/// Requests with a token that were answered 403, in order, with their challenges.
fn forbidden<'a>(context: &Context<'a>) -> Vec<(Call<'a>, Challenges)> {
    let calls = context.calls().into_iter().filter(|c| c.status() == 403);
    calls
        .map(|call| (call, challenges(call.exchange)))
        .collect()
}

/// Whether a token was taken before an exchange: then it is good, and a refusal is about scope.
fn token_was_good(context: &Context<'_>, exchange: &Exchange) -> bool {
    let same = |c: &Call<'_>| {
        c.exchange.request.header("authorization") == exchange.request.header("authorization")
    };
    context
        .calls()
        .iter()
        .any(|c| c.exchange.id < exchange.id && c.is_success() && same(c))
}

/// Scopes of the token in hand before an exchange: of the last token answer (a refresh counts), else as asked for.
fn granted_before(context: &Context<'_>, exchange: &Exchange) -> Option<ScopeSet> {
    let refreshes = context.refreshes();
    let issued = context.token_calls().iter().chain(&refreshes);
    let call = issued
        .filter(|c| c.exchange.id < exchange.id && c.access_token().is_some())
        .max_by_key(|c| c.exchange.id)?;
    if let Some(member) = call.reply.as_ref().and_then(|r| r.scope.as_deref()) {
        return Some(ScopeSet::parse(member));
    }
    let jwt = call
        .access_token()
        .and_then(authscope_protocol::jwt::decode);
    if let Some(jwt) = jwt.filter(|j| j.scopes_claim().is_some()) {
        return Some(jwt.scopes().iter().map(String::as_str).collect());
    }
    let asked = context
        .attempts()
        .iter()
        .rfind(|a| a.authorize.id < exchange.id)
        .and_then(|a| a.param("scope"));
    asked.map(ScopeSet::parse)
}

/// Scopes a challenge asks for.
fn demanded(challenges: &Challenges) -> Option<ScopeSet> {
    let value = challenges.bearer()?.param("scope")?;
    let set = scope::parse_lenient(value);
    (!set.is_empty()).then_some(set)
}

/// The scopes a step-up challenge should name, as far as the recording tells.
fn example_scope(context: &Context<'_>, exchange: &Exchange) -> String {
    let held = granted_before(context, exchange)
        .map(|s| s.to_param())
        .unwrap_or_default();
    if held.is_empty() {
        "the:scope".into()
    } else {
        format!("{held} the:further-scope")
    }
}

/// The challenge a 403 should carry.
fn challenge_line(context: &Context<'_>, scope: &str) -> String {
    let metadata = crate::snippets::prm_url(context);
    format!(
        "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"{scope}\", resource_metadata=\"{metadata}\""
    )
}

/// Whether the step of an exchange is one that needs a permission of its own.
const fn is_operation(step: StepKind) -> bool {
    matches!(
        step,
        StepKind::McpToolsCall
            | StepKind::McpResourcesList
            | StepKind::McpPromptsList
            | StepKind::McpToolsList
    )
}
