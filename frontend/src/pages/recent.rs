//! What ran before: verdict, title, age. A title can be changed in place.

use crate::components::{VerdictIcon, icon, part, press, prose};
use crate::{dom, offline, times};
use authscope_diagram::Verdict;
use authscope_model::api::SessionSummary;
use leptos::prelude::*;

/// Shown before anybody asks for more.
const FEW: usize = 5;

/// The newest sessions.
#[component]
pub(crate) fn Recent(sessions: Vec<SessionSummary>) -> impl IntoView {
    let now = dom::now();
    let mut rows = sessions.into_iter().map(|session| row(session, now));
    let first: Vec<_> = rows.by_ref().take(FEW).collect();
    let rest: Vec<_> = rows.collect();
    let rest = (!rest.is_empty()).then(|| {
        view! {
            <details data-testid="more-sessions">
                <summary>"Older ones (" {rest.len()} ")"</summary>
                <ul>{rest}</ul>
            </details>
        }
    });
    view! {
        <section class="recent" aria-labelledby="recent-title" data-testid="recent">
            <h2 id="recent-title">"Recent sessions"</h2>
            <ul>{first}</ul>
            {rest}
            <p class="more"><a href="compare">"Compare two sessions"</a> " · " <a href="matrix">"Run every revision at once"</a></p>
        </section>
    }
}

fn row(session: SessionSummary, now: u64) -> AnyView {
    let mark = mark(&session);
    let age = times::relative(session.updated_at, now);
    let exact = times::full(session.updated_at);
    let title = RwSignal::new(session.title);
    let id = session.id.clone();
    let rename = move |_| {
        let id = id.clone();
        authscope_ui_kit::part::spawn(async move {
            if let Some(now) = offline::rename(&id, &title.get_untracked()).await {
                let _ = title.try_set(now);
            }
        });
    };
    let href = format!("sessions/{}", session.id);
    view! {
        <li>
            <a href=href>
                <VerdictIcon verdict=mark/>
                <span class="what">
                    <strong>{part(move || title.get())}</strong>
                    <span class="url mono">{session.server_url}</span>
                </span>
                <span class="verdict">{prose(&session.verdict)}</span>
                <time title=exact>{age}</time>
            </a>
            <button
                type="button"
                class="quiet"
                data-testid="rename"
                aria-label="Change the title"
                title="Change the title"
                on:click=press(rename)
            >
                {icon("edit")}
            </button>
        </li>
    }
    .into_any()
}

fn mark(session: &SessionSummary) -> Verdict {
    match session.status.as_str() {
        _ if session.failures > 0 => Verdict::Fail,
        "running" => Verdict::Running,
        "your_turn" | "paused" => Verdict::Waiting,
        "ready" => Verdict::Skipped,
        _ if session.verdict.starts_with("Stopped") => Verdict::Interrupted,
        _ if session.warnings > 0 => Verdict::Warning,
        _ => Verdict::Pass,
    }
}
