//! The phases and the findings, beside the diagram.

use super::navigate::{self, Reveal};
use crate::components::{VerdictIcon, effect, icon, part, press, prose};
use crate::inspector::Tab;
use crate::state::{Session, put, session};
use authscope_diagram::{PhaseState, Verdict};
use authscope_model::Finding;
use leptos::prelude::*;

/// Phases and findings.
#[component]
pub(crate) fn PhaseList() -> impl IntoView {
    let session = session();
    // Each for itself: a step changes one of them.
    let one = move |at: usize| {
        let state = RwSignal::new(None);
        effect(move || put(state, session.phases.with(|phases| phases.get(at).cloned())));
        part(move || state.get().map(|state| phase(session, &state)))
    };
    let many = RwSignal::new(0);
    effect(move || put(many, session.phases.with(Vec::len)));
    let phases = part(move || (0..many.get()).map(one).collect_view());
    view! {
        <aside class="side" aria-label="Phases and findings">
            <nav class="phases" aria-label="Phases"><ol>{phases}</ol></nav>
            <Findings/>
        </aside>
    }
}

fn phase(session: Session, state: &PhaseState) -> AnyView {
    let title = state.phase.title();
    let steps = (state.steps > 0).then(|| view! { <span class="n">{state.steps}</span> });
    let word = state.verdict.map_or("to come", Verdict::word);
    let mark = match state.verdict {
        Some(verdict) => view! { <VerdictIcon verdict/> }.into_any(),
        None => view! { <span class="mark none">{icon("ring")}</span> }.into_any(),
    };
    let class = state.verdict.map_or("none", Verdict::id);
    match state.first {
        Some(step) => view! {
            <li class=class>
                <button type="button" title=word on:click=press(move |_| navigate::select(session, step, Reveal::Centre))>
                    {mark} <span class="name">{title}</span> <span class="offscreen">{word}</span> {steps}
                </button>
            </li>
        }
        .into_any(),
        None => view! {
            <li class=class title=word>
                {mark} <span class="name">{title}</span> <span class="offscreen">{word}</span>
            </li>
        }
        .into_any(),
    }
}

/// Root causes first; what they explain folds under them.
#[component]
fn Findings() -> impl IntoView {
    let session = session();
    part(move || {
        let findings = session.findings.get();
        let roots: Vec<&Finding> = findings
            .iter()
            .filter(|f| f.explained_by.is_none())
            .collect();
        if roots.is_empty() {
            return ().into_any();
        }
        let items = roots
            .iter()
            .map(|root| {
                let under: Vec<&Finding> = findings
                    .iter()
                    .filter(|f| f.explained_by.as_deref() == Some(&root.rule))
                    .collect();
                cause(session, root, &under)
            })
            .collect_view();
        view! {
            <section class="findings" aria-labelledby="findings-title">
                <h2 id="findings-title">"Findings"</h2>
                <ol>{items}</ol>
            </section>
        }
        .into_any()
    })
}

fn cause(session: Session, finding: &Finding, under: &[&Finding]) -> AnyView {
    let consequences = (!under.is_empty()).then(|| {
        let many = authscope_diagram::words::count(
            u32::try_from(under.len()).unwrap_or(u32::MAX),
            "consequence",
            "consequences",
        );
        let items = under
            .iter()
            .map(|f| view! { <li>{item(session, f)}</li> })
            .collect_view();
        view! { <details><summary>{many}</summary><ol>{items}</ol></details> }
    });
    view! { <li>{item(session, finding)} {consequences}</li> }.into_any()
}

/// The whole line is the link to the step.
fn item(session: Session, finding: &Finding) -> AnyView {
    let tab = expect_context::<RwSignal<Tab>>();
    let verdict = Verdict::of(finding.level);
    let step = finding.evidence.exchange;
    let go = press(move |event: web_sys::MouseEvent| {
        event.prevent_default();
        tab.set(Tab::Explain);
        navigate::go(session, step);
    });
    view! {
        <a
            class=format!("finding {}", verdict.id())
            href=format!("sessions/{}/step/{step}", session.id())
            data-testid=format!("finding-{}", finding.rule)
            on:click=go
        >
            <VerdictIcon verdict/>
            <span class="offscreen">{finding.level.as_str()}</span>
            <span class="text">{prose(&finding.message)}</span>
            <span class="meta">"step " {step} " · " {finding.party.title()} " · " <code>{finding.rule.clone()}</code></span>
        </a>
    }
    .into_any()
}
