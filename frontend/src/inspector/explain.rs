//! Explain: the findings first, then what the step is for, what was decided, what was compared, and
//! every parameter in one line.

use super::{finding, params};
use crate::components::{Fold, VerdictIcon, icon, part, prose};
use crate::state::session;
use authscope_diagram::Verdict;
use authscope_model::event::Fact;
use authscope_model::{Exchange, Finding};
use authscope_ui_kit::glossary;
use leptos::prelude::*;
use std::sync::Arc;

/// The explanation of a step.
#[component]
pub(crate) fn Explain(exchange: Arc<Exchange>) -> impl IntoView {
    let session = session();
    let number = exchange.id;
    let findings = part(move || {
        let findings = session.findings.get();
        let here: Vec<&Finding> = findings
            .iter()
            .filter(|f| f.evidence.exchange == number)
            .collect();
        let related: Vec<&Finding> = findings
            .iter()
            .filter(|f| {
                f.evidence.exchange != number && f.related.iter().any(|e| e.exchange == number)
            })
            .collect();
        let cards = here
            .iter()
            .map(|f| finding::view(session, f, &findings))
            .collect_view();
        let also = related
            .iter()
            .map(|f| {
                let step = f.evidence.exchange;
                view! {
                    <p class="hint">
                        "Part of the evidence for a finding at "
                        <a href=format!("sessions/{}/step/{step}", session.id())>"step " {step}</a>
                        ": " {prose(&f.message)}
                    </p>
                }
            })
            .collect_view();
        view! { {cards} {also} }.into_any()
    });
    let facts = part(move || {
        let facts = session.with(|t| t.facts_of(number).cloned().collect::<Vec<_>>());
        facts.iter().map(fact).collect_view()
    });
    let decisions = part(move || session.with(|t| decisions(t, number)));
    let step = exchange.step;
    view! {
        {findings}
        <section class="block about"><p>{move || glossary::step(step)}</p></section>
        {facts}
        {decisions}
        {part(move || params::view(&exchange))}
        <Fold
            title="What was checked here, and why there is no finding"
            path=format!("sessions/{}/checks?step={number}&part=true", session.id())
            testid="checks"
        />
    }
}

fn decisions(transcript: &authscope_model::Transcript, number: u32) -> AnyView {
    let lines: Vec<_> = transcript
        .decisions
        .iter()
        .filter(|decided| decided.after_exchange == number)
        .map(|decided| view! { <li>{prose(&decided.because)}</li> })
        .collect();
    if lines.is_empty() {
        return ().into_any();
    }
    view! { <section class="block"><h3>"Decided after this step"</h3><ul class="reasons">{lines}</ul></section> }
        .into_any()
}

fn fact(fact: &Fact) -> AnyView {
    match fact {
        Fact::Pkce {
            challenge,
            recomputed,
        } => sum(
            "PKCE",
            challenge == recomputed,
            &[
                ("code_challenge sent", challenge),
                ("BASE64URL(SHA256(code_verifier))", recomputed),
            ],
            "",
        ),
        Fact::State { matches, present } => {
            let words = match (present, matches) {
                (true, true) => "The state came back as it was sent.",
                (true, false) => "The state that came back is not the one that was sent.",
                (false, _) => "No state came back.",
            };
            sum("state", *matches && *present, &[], words)
        }
        Fact::Iss {
            expected,
            received,
            advertised,
        } => {
            let came = received.as_deref().unwrap_or("(none)");
            let fine = received
                .as_deref()
                .map_or(!advertised, |iss| iss == expected);
            let note = if *advertised {
                "The metadata says that iss is sent."
            } else {
                "The metadata does not promise iss."
            };
            sum(
                "iss",
                fine,
                &[("issuer in use", expected), ("iss received", came)],
                note,
            )
        }
        Fact::Signature {
            token,
            verified,
            detail,
        } => sum("Signature", *verified, &[("token", token)], detail),
        Fact::CodeAge { millis } => {
            let age = authscope_diagram::words::duration(millis.saturating_mul(1_000));
            view! { <p class="hint">{icon("info")} "The code was redeemed " {age} " after it came."</p> }.into_any()
        }
        Fact::CodeUnencoded { characters } => sum(
            "code",
            false,
            &[("not encoded", characters)],
            "A query reads + as a space.",
        ),
        Fact::TokenValue { token, detail } => sum("Token", false, &[("token", token)], detail),
        Fact::PkceClue { computation } => {
            sum("PKCE", false, &[("the server computed", computation)], "")
        }
        Fact::Probe {
            probe,
            refused,
            detail,
        } => sum("Negative probe", *refused, &[("probe", probe)], detail),
        Fact::Unknown => ().into_any(),
    }
}

/// Sent, received, equal or not: as a sum that can be checked.
fn sum(title: &'static str, fine: bool, lines: &[(&'static str, &str)], words: &str) -> AnyView {
    let verdict = if fine { Verdict::Pass } else { Verdict::Fail };
    let lines: Vec<_> = lines
        .iter()
        .map(|(name, value)| view! { <div><dt>{*name}</dt><dd class="mono value">{(*value).to_owned()}</dd></div> })
        .collect();
    let equal = if fine { "equal" } else { "different" };
    let result = if lines.len() == 2 {
        equal.to_owned()
    } else {
        String::new()
    };
    view! {
        <section class=format!("sum {}", verdict.id())>
            <h3><VerdictIcon verdict/> {title} <span class="result">{result}</span></h3>
            <dl class="table">{lines}</dl>
            <p>{prose(words)}</p>
        </section>
    }
    .into_any()
}
