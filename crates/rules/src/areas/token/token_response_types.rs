//! Members of the token response with the wrong type.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "token-response-types",
    summary: "The token response has members of the wrong type",
    area: Area::Token,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::TokenAnswer,
    references: &["RFC6749-5.1", "RFC6749-A"],
    corpus: &["TE-08"],
    requirements: &["TK-04"],
    clients: Some("clients that validate by a schema (\"Expected number, received string\")"),
    order: Order::Schema,
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let refreshes = context.refreshes();
    for call in context.token_calls().iter().chain(&refreshes).filter(|c| c.response().is_some_and(|r| r.is_success())) {
        if call.reply.is_none() {
            continue;
        }
        let problems = call.problems.iter().filter(|p| !words::is_repetition(p) && p.pointer.len() > 1);
        // A missing or unreadable token has a rule of its own.
        let typed = problems.filter(|p| call.reply.as_ref().is_some_and(|r| r.raw.pointer(&p.pointer).is_some()));
        for problem in typed {
            let answer = if call.exchange.step == StepKind::Refresh { "answer to the refresh" } else { "token response" };
            let hit = Hit::new(at::json(call.exchange, &problem.pointer), format!("In the {answer}, {}.", words::problem(problem)))
                .expected(problem.expected.clone())
                .received(problem.received.clone())
                .fix(format!("Write {} as {}, and leave out what is not set.", code(problem.pointer.trim_start_matches('/')), problem.expected));
            hits.push(if context.works() { hit } else { hit.level(Level::Failure) });
        }
    }
    hits
}
