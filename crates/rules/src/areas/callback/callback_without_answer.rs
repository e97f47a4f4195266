//! Neither a code nor an error.

use crate::context::Attempt;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "callback-without-answer",
    summary: "The authorization response has neither a code nor an error",
    area: Area::Callback,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Must),
    needs: Need::Callback,
    references: &["RFC6749-4.1.2", "RFC6749-4.1.2.1"],
    explains: &["code-refused", "token-request-refused"],
    corpus: &["RED-08", "RED-10"],
    requirements: &["AR-08"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let attempts = context.attempts().iter();
    attempts.filter_map(|a| empty(a).or_else(|| unset(a))).collect()
}

fn empty(attempt: &Attempt<'_>) -> Option<Hit> {
    let (exchange, callback) = attempt.callback.as_ref().filter(|_| attempt.callbacks.iter().all(|(_, c)| !c.is_answer()))?;
    let names: Vec<&str> = callback.unknown.iter().map(|(n, _)| n.as_str()).collect();
    let implicit = names.iter().any(|n| matches!(*n, "access_token" | "id_token"));
    let speaks = |name: &str| ["error", "message", "reason", "description"].iter().any(|w| name.to_ascii_lowercase().contains(w));
    let said: Vec<String> = callback.unknown.iter().filter(|(n, v)| speaks(n) && !v.is_empty()).map(|(n, v)| format!("{n}={v}")).collect();
    let what = if implicit {
        "a token in its place: the server used the implicit flow".to_owned()
    } else if said.is_empty() {
        "it cannot be used".to_owned()
    } else {
        format!("an error under names that clients do not read: {}", codes(&said))
    };
    let received = if said.is_empty() { codes(&names) } else { codes(&said) };
    Some(
        Hit::new(at::url(exchange), format!("The authorization response has neither `code` nor `error` (parameters: {}); {what}.", codes(&names)))
            .expected("`code` and `state`, or `error` and `state`")
            .received(received)
            .fix("Answer `response_type=code` with `code`, or with `error` and `error_description`, in the query of the redirect URI."),
    )
}

/// A code that is the name of nothing: a variable that was never set. Masking leaves it readable.
fn unset(attempt: &Attempt<'_>) -> Option<Hit> {
    let (exchange, callback) = attempt.callback.as_ref()?;
    let code = callback.code.as_deref().filter(|c| matches!(*c, "undefined" | "null" | "None" | "nil" | "NaN" | "[object Object]"))?;
    Some(
        Hit::new(at::query(exchange, "code"), format!("`code` in the authorization response is `{code}`, which programs print for a value that was never set: no code was made."))
            .expected("code=… with a fresh authorization code")
            .received(format!("code={code}"))
            .fix("Find where the redirect is built: the variable that should hold the code is empty there (an awaited value, a renamed member)."),
    )
}
