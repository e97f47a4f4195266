//! `bearer` is not taken for `Bearer`.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "bearer-scheme-case-sensitive",
    summary: "The MCP server refuses the token when the scheme is written bearer",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &["RFC9110-11.1", "RFC6750-2.1"],
    corpus: &["TU-03"],
    requirements: &["US-01"],
    clients: Some("those that send the scheme as `token_type` of the token response has it"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let Some((exchange, false)) = super::outcome(context, "lower-case-scheme") else { return Vec::new() };
    // The same token must have been good under `Bearer`, and still be.
    if !context.works() || context.calls().iter().any(|c| c.status() == 401) {
        return Vec::new();
    }
    let answer = words::answer(exchange);
    vec![
        Hit::new(
            at::request_header(exchange, "authorization"),
            format!("The MCP server refuses the token with {answer} under `Authorization: bearer …`, and takes it under `Bearer`: the names of schemes have no case (RFC 9110)."),
        )
        .expected("the same answer as under `Bearer`")
        .received(answer.clone())
        .related(at::status(exchange))
        .fix("Compare the scheme without regard to case.")
        .snippet("express", "const [scheme, token] = (req.headers.authorization ?? \"\").split(\" \");\nif (scheme.toLowerCase() !== \"bearer\") return challenge(res);")
        .snippet("fastmcp", "scheme, _, token = headers.get(\"authorization\", \"\").partition(\" \")\nif scheme.lower() != \"bearer\": return unauthorized()")
        .snippet("axum", "scheme.eq_ignore_ascii_case(\"Bearer\")"),
    ]
}
