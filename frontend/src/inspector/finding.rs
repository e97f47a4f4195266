//! One finding: what, who, why, how.

use crate::components::{Copy, VerdictIcon, icon, prose};
use crate::state::Session;
use authscope_diagram::Verdict;
use authscope_model::Finding;
use authscope_model::finding::{Confidence, Table, TableRow};
use authscope_ui_kit::diff;
use leptos::prelude::*;

/// A finding in full, with its place among all of them.
pub(crate) fn view(session: Session, finding: &Finding, all: &[Finding]) -> AnyView {
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
    let clients = finding
        .clients
        .clone()
        .map(|words| view! { <dt>"Clients that refuse"</dt><dd>{prose(&words)}</dd> });
    let fix = finding.fix.clone();
    view! {
        <article class=format!("card {}", verdict.id()) tabindex="-1" data-rule=finding.rule.clone()>
            <h3><VerdictIcon verdict/> <span>{prose(&finding.message)}</span></h3>
            {chain(session, finding, all)}
            {comparison}
            {finding.table.as_ref().map(side_by_side)}
            <dl class="who-how">
                <dt>"Who"</dt>
                <dd><span class="party">{finding.party.title()}</span> {confidence}</dd>
                <dt>"Fix"</dt>
                <dd>{prose(&finding.fix)} <Copy what="fix" text=move || fix.clone()/></dd>
                {clients}
            </dl>
            {snippets(finding)}
            {references(finding)}
        </article>
    }
    .into_any()
}

/// The finding that explains this one, and those that this one explains.
fn chain(session: Session, finding: &Finding, all: &[Finding]) -> AnyView {
    let causes = all
        .iter()
        .filter(|other| finding.explained_by.as_ref() == Some(&other.rule));
    let consequences = all
        .iter()
        .filter(|other| other.explained_by.as_ref() == Some(&finding.rule));
    view! {
        {related(session, "A consequence of ", causes.take(1))}
        {related(session, "Explains ", consequences)}
    }
    .into_any()
}

fn related<'a>(
    session: Session,
    words: &'static str,
    findings: impl Iterator<Item = &'a Finding>,
) -> AnyView {
    let links: Vec<AnyView> = findings
        .map(|finding| {
            let step = finding.evidence.exchange;
            view! {
                <a href=format!("sessions/{}/step/{step}", session.id())>
                    <code>{finding.rule.clone()}</code> " (step " {step} ")"
                </a>
                " "
            }
            .into_any()
        })
        .collect();
    if links.is_empty() {
        return ().into_any();
    }
    view! { <p class="hint">{words} {links}</p> }.into_any()
}

fn one(name: &'static str, value: &str) -> AnyView {
    view! { <dl class="diff"><dt>{name}</dt><dd class="mono">{value.to_owned()}</dd></dl> }
        .into_any()
}

fn side_by_side(table: &Table) -> AnyView {
    let head: Vec<_> = table
        .columns
        .iter()
        .map(|c| view! { <th>{c.clone()}</th> })
        .collect();
    let row = |row: &TableRow| {
        let cells: Vec<_> = row
            .cells
            .iter()
            .map(|c| view! { <td>{c.clone()}</td> })
            .collect();
        view! { <tr><th class="mono">{row.name.clone()}</th>{cells}<td>{prose(&row.note)}</td></tr> }
    };
    view! {
        <div class="sets-scroll" tabindex="0">
            <table class="sets">
                <caption>{table.title.clone()}</caption>
                <thead><tr><td></td>{head}<td></td></tr></thead>
                <tbody>{table.rows.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
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
    let rule = finding.rule.clone();
    view! {
        <p class="references">
            {links} <a href=format!("rules/{rule}") target="_blank" data-testid="rule-link"><code>{rule.clone()}</code></a>
        </p>
    }
    .into_any()
}
