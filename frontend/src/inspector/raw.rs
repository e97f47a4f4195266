//! The exact lines that were sent and received, with what the findings point at marked.

use super::table::masked;
use crate::components::Copy;
use crate::state::Session;
use authscope_model::{Evidence, Exchange, Header, Outcome, Part};
use leptos::prelude::*;

/// The view of a step's wire text.
pub(crate) fn view(session: Session, exchange: &Exchange) -> AnyView {
    let number = exchange.id;
    let findings = session.findings.get();
    let evidence: Vec<Evidence> = findings
        .iter()
        .flat_map(|finding| std::iter::once(&finding.evidence).chain(&finding.related))
        .filter(|evidence| evidence.exchange == number && evidence.part != Part::Whole)
        .cloned()
        .collect();
    let request = &exchange.request;
    let sent = message(&request.request_line, &request.headers, &request.body.text);
    let received = match &exchange.outcome {
        Outcome::Response(response) => {
            let text = message(&response.status_line, &response.headers, &response.body.text);
            let copied = text.clone();
            view! {
                <section class="block">
                    <h3>"Received" <Copy what="response" text=move || copied.clone()/></h3>
                    {wire(&response.status_line, &response.headers, &response.body.text, &evidence, false)}
                </section>
            }
            .into_any()
        }
        Outcome::Failed(failure) => view! {
            <section class="block"><h3>"Received"</h3><p>{failure.message.clone()}</p></section>
        }
        .into_any(),
        Outcome::Unseen => view! {
            <section class="block"><h3>"Received"</h3><p class="hint">"By your browser; not seen here."</p></section>
        }
        .into_any(),
    };
    view! {
        <section class="block">
            <h3>"Sent" <Copy what="request" text=move || sent.clone()/></h3>
            {wire(&request.request_line, &request.headers, &request.body.text, &evidence, true)}
        </section>
        {received}
        <p class="hint">"Header lines in order, duplicates kept. Secrets were masked before this was stored."</p>
    }
    .into_any()
}

fn message(first: &str, headers: &[Header], body: &str) -> String {
    let headers: String = headers
        .iter()
        .map(|header| format!("{}: {}\n", header.name, header.value))
        .collect();
    format!("{first}\n{headers}\n{body}")
}

fn wire(first: &str, headers: &[Header], body: &str, evidence: &[Evidence], sent: bool) -> AnyView {
    let ranges = |wanted: &dyn Fn(&Part) -> bool| -> Vec<(usize, usize)> {
        let found = evidence.iter().filter(|e| wanted(&e.part));
        found.map(|e| (e.start, e.end)).collect()
    };
    let first_marked = !sent && evidence.iter().any(|e| e.part == Part::StatusLine);
    let lines: Vec<_> = headers
        .iter()
        .enumerate()
        .map(|(at, header)| {
            let marks = ranges(&|part: &Part| match part {
                Part::RequestHeader { index } => sent && *index == at,
                Part::ResponseHeader { index } => !sent && *index == at,
                _ => false,
            });
            view! { <span class="name">{header.name.clone()}</span> ": " {marked(&header.value, &marks)} "\n" }
        })
        .collect();
    let marks = ranges(&|part: &Part| match part {
        Part::RequestBody => sent,
        Part::ResponseBody => !sent,
        _ => false,
    });
    let first = if first_marked {
        view! { <mark>{first.to_owned()}</mark> }.into_any()
    } else {
        view! { <b>{masked(first)}</b> }.into_any()
    };
    view! { <pre class="mono wrap wire">{first} "\n" {lines} "\n" {marked(body, &marks)}</pre> }
        .into_any()
}

/// A text with byte ranges marked. Ranges that do not fit the text are ignored.
fn marked(text: &str, ranges: &[(usize, usize)]) -> AnyView {
    let mut ranges: Vec<(usize, usize)> = ranges
        .iter()
        .copied()
        .filter(|(start, end)| start < end && text.get(*start..*end).is_some())
        .collect();
    ranges.sort_unstable();
    let mut parts: Vec<AnyView> = Vec::new();
    let mut at = 0;
    for (start, end) in ranges {
        if start < at {
            continue;
        }
        parts.push(masked(text.get(at..start).unwrap_or_default()));
        let inside = text.get(start..end).unwrap_or_default().to_owned();
        parts.push(view! { <mark>{inside}</mark> }.into_any());
        at = end;
    }
    parts.push(masked(text.get(at..).unwrap_or_default()));
    parts.into_any()
}
