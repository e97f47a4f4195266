//! A metadata document that is another one when it is asked for again.

use crate::prelude::*;
use serde_json::Value;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "metadata-not-stable",
    summary: "A metadata document differs between two requests for the same URL",
    area: Area::Probes,
    party: Party::McpServer,
    keywords: Keywords::all(Should),
    needs: Need::NegativeProbes,
    references: &["RFC9728-3.2", "RFC8414-3.2"],
    clients: Some("those that read the metadata again before they refresh or sign in: one flow works, the next fails"),
    ..RuleInfo::BASE
};

/// The probe, how its document is called, and whose it is.
const DOCUMENTS: &[(&str, &str, Party)] = &[
    ("prm-again", "protected resource metadata", Party::McpServer),
    ("as-metadata-again", "authorization server metadata", Party::AuthorizationServer),
];

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    DOCUMENTS.iter().filter_map(|(probe, name, party)| hit(context, probe, name).map(|h| h.party(*party))).collect()
}

fn hit(context: &Context<'_>, probe: &str, name: &str) -> Option<Hit> {
    let (again, response) = super::answered(context, probe)?;
    let url = &again.request.url;
    let mut earlier = context.exchanges().iter().filter(|e| e.id < again.id && &e.request.url == url);
    let first = earlier.find_map(|e| e.response().filter(|r| r.is_success()).and_then(|r| r.body.json()).map(|d| (*e, d)));
    let (first, before) = first?;
    let Some(after) = response.body.json().filter(|_| response.is_success()) else {
        // Limits and gateways have rules of their own.
        let told = matches!(response.status, 304 | 429 | 502..=504);
        return (!told).then(|| {
            Hit::new(at::status(again), format!("The {name} at {} was there for the first request, and the second is answered {}.", code(url), words::answer(again)))
                .expected("the same document again")
                .received(words::answer(again))
                .related(at::body(first))
                .fix("Serve the document from every instance and for every request alike; look for instances or caches that answer differently.")
        });
    };
    let (member, was, is) = difference(&before, &after)?;
    Some(
        Hit::new(
            at::json(again, &format!("/{member}")),
            format!("The {name} at {} differs between two requests: {} was {}, and is {}.", code(url), code(&member), code(&was), code(&is)),
        )
        .expected(was)
        .received(is)
        .related(at::json(first, &format!("/{member}")))
        .fix(format!("Make {} a fixed value of the configuration: it must not depend on the instance that answers, on a cache, or on headers of the request.", code(&member))),
    )
}

/// The first member that matters to clients and is another one.
fn difference(before: &Value, after: &Value) -> Option<(String, String, String)> {
    let members = before.as_object()?.keys().chain(after.as_object()?.keys());
    // A signature over the document is made anew each time.
    let mut fixed = members.filter(|m| m.as_str() != "signed_metadata");
    let differs = |m: &&String| before.get(m.as_str()).map(normal) != after.get(m.as_str()).map(normal);
    let member = fixed.find(differs)?;
    let shown = |document: &Value| document.get(member).map_or_else(|| "(absent)".to_owned(), in_words);
    Some((member.clone(), shown(before), shown(after)))
}

/// Lists of names say the same in any order.
fn normal(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items = items.clone();
            items.sort_by_key(ToString::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

fn in_words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
