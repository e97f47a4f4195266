//! One finding: what, who, why, how.

use super::diff;
use crate::components::{Copy, VerdictIcon, icon, prose};
use authscope_diagram::Verdict;
use authscope_model::Finding;
use authscope_model::finding::Confidence;
use leptos::prelude::*;

/// A finding in full.
pub(crate) fn view(finding: &Finding) -> AnyView {
    let verdict = Verdict::of(finding.level);
    let comparison = match (&finding.expected, &finding.received) {
        (Some(expected), Some(received)) => diff::view(expected, received),
        (Some(expected), None) => one("Expected", expected),
        (None, Some(received)) => one("Received", received),
        (None, None) => ().into_any(),
    };
    let confidence = match finding.confidence {
        Confidence::Certain => "",
        Confidence::Likely => "likely; another cause is possible",
        Confidence::Hint => "worth a question",
    };
    let because = finding.explained_by.clone().map(|rule| {
        view! { <p class="hint">"A consequence of " <code>{rule}</code> "."</p> }
    });
    let clients = finding
        .clients
        .clone()
        .map(|words| view! { <dt>"Clients"</dt><dd>{prose(&words)}</dd> });
    view! {
        <article class=format!("card {}", verdict.id())>
            <h3><VerdictIcon verdict/> <span>{prose(&finding.message)}</span></h3>
            {because}
            {comparison}
            <dl class="who-how">
                <dt>"Who"</dt>
                <dd><span class="party">{finding.party.title()}</span> {confidence}</dd>
                <dt>"Fix"</dt>
                <dd>{prose(&finding.fix)}</dd>
                {clients}
            </dl>
            {snippets(finding)}
            {references(finding)}
        </article>
    }
    .into_any()
}

fn one(name: &'static str, value: &str) -> AnyView {
    view! { <dl class="diff"><dt>{name}</dt><dd class="mono">{value.to_owned()}</dd></dl> }
        .into_any()
}

fn snippets(finding: &Finding) -> AnyView {
    finding
        .snippets
        .iter()
        .map(|snippet| {
            let text = snippet.text.clone();
            view! {
                <figure class="snippet">
                    <figcaption>{snippet.kind.clone()} <Copy what="snippet" text=move || text.clone()/></figcaption>
                    <pre class="mono">{snippet.text.clone()}</pre>
                </figure>
            }
        })
        .collect_view()
        .into_any()
}

fn references(finding: &Finding) -> AnyView {
    let links: Vec<_> = finding
        .references
        .iter()
        .map(|reference| {
            view! {
                <a href=reference.url.clone() target="_blank" rel="noopener noreferrer">
                    {reference.title.clone()} {icon("out")}
                </a>
            }
        })
        .collect();
    view! { <p class="references">{links} <code>{finding.rule.clone()}</code></p> }.into_any()
}
