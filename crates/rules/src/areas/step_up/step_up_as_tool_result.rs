//! A missing scope is told in a tool result.

use crate::context::complaint_of;
use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "step-up-as-tool-result",
    summary: "A missing scope is told inside a 200 instead of a 403 with a challenge",
    area: Area::StepUp,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::McpCall,
    references: &[
        "RFC6750-3.1",
        "MCP-2025-11-25-authorization#scope-challenge-handling",
        "MCP-2026-07-28-authorization#scope-challenge-handling",
    ],
    confidence: Confidence::Likely,
    explains: &["mcp-request-failed", "auth-error-in-success", "json-rpc-envelope-wrong", "mcp-answer-not-json-rpc"],
    corpus: &["STEP-04"],
    requirements: &["CH-11"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let calls = context.calls();
    let told = calls.iter().filter(|c| c.is_success() && super::is_operation(c.exchange.step)).find_map(|call| {
        // An OAuth error object in place of a JSON-RPC message says the same.
        let message = call.message().or_else(|| call.response.body.json())?;
        let text = complaint_of(&message)?;
        (speaks_of_scope(&text) || names_a_scope(context, &text)).then_some((call, text))
    });
    let Some((call, text)) = told else { return Vec::new() };
    let line = super::challenge_line(context, &super::example_scope(context, call.exchange));
    vec![
        Hit::new(
            at::body_text(call.exchange, &text),
            format!(
                "{} is answered {} and says inside that a scope is missing ({}): a client takes that for the tool's answer and never asks for more scope.",
                words::asked(call.exchange),
                call.status(),
                code(&words::start(&text))
            ),
        )
        .expected(format!("403, {line}"))
        .received(format!("{}: {}", call.status(), words::start(&text)))
        .fix("Check the scopes of an operation before the JSON-RPC message is dispatched, and answer 403 with the challenge.")
        .snippet("header", line),
    ]
}

/// Only words that speak of OAuth scopes: a tool may well say that permission to a file is denied.
fn speaks_of_scope(text: &str) -> bool {
    let text = text.to_lowercase();
    let marks = ["insufficient_scope", "insufficient scope", "missing scope", "missing required scope", "requires scope", "required scope", "requires the scope", "scope is required", "lacks scope", "lacks the scope", "scope missing", "not have the scope", "without the scope", "needs the scope", "needs scope"];
    marks.iter().any(|mark| text.contains(mark))
}

/// A denial that names a scope which the servers offer. Scopes that are plain words ("read") may be meant as such.
fn names_a_scope(context: &Context<'_>, text: &str) -> bool {
    let lower = text.to_lowercase();
    let denials = ["permission", "requires", "required", "you need", "missing", "forbidden", "403", "not allowed", "denied", "unauthorized", "lacks", "insufficient"];
    let denies = denials.iter().any(|word| lower.contains(word));
    let offered = |list: Option<&Vec<String>>| list.cloned().unwrap_or_default();
    let resource = offered(context.prm().and_then(|d| d.value.scopes_supported.as_ref()));
    let server = offered(context.metadata().and_then(|d| d.value.scopes_supported.as_ref()));
    let marked = |scope: &&String| scope.contains([':', '.', '/', '_']) && !scope.starts_with("offline");
    denies && resource.iter().chain(&server).filter(marked).any(|scope| text.contains(scope.as_str()))
}
