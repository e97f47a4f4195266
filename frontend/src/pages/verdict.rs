//! The verdict bar: the one place with a sentence in large type, and the controls.

use crate::components::{VerdictIcon, icon, live, part, press, prose};
use crate::diagram::SignIn;
use crate::offline;
use crate::route::Router;
use crate::share::{Role, Together, breakpoints, drives};
use crate::state::{Link, Session, session};
use crate::{dom, times};
use authscope_diagram::Filter;
use authscope_diagram::words::{count, duration};
use authscope_model::Transcript;
use authscope_model::api::Command;
use authscope_model::event::Turn;
use authscope_model::transcript::Status;
use authscope_ui_kit::part::Effect;
use leptos::prelude::*;

/// Verdict, counts and controls.
#[component]
pub(crate) fn VerdictBar() -> impl IntoView {
    let session = session();
    let counts = part(move || {
        let verdict = session.verdict.get();
        let mut parts = Vec::new();
        if verdict.failures > 0 {
            parts.push(count(verdict.failures, "failure", "failures"));
        }
        if verdict.warnings > 0 {
            parts.push(count(verdict.warnings, "warning", "warnings"));
        }
        if verdict.hints > 0 {
            parts.push(count(verdict.hints, "hint", "hints"));
        }
        parts.push(format!("{} passed", count(verdict.passed, "step", "steps")));
        parts.extend(session.with(times_taken));
        if matches!(session.status.get(), Status::Finished(..))
            && let Some(until) = verdict.kept_until
        {
            parts.push(format!("kept until {}", times::full(until)));
        }
        parts.join(" · ")
    });
    let news = news(session);
    view! {
        <section class=live(move || format!("verdict-bar {}", session.verdict.get().mark.id())) aria-label="Verdict">
            <div class="said" role="status" aria-live="polite" data-testid="verdict">
                <p class="sentence" class:long=live(move || { session.verdict.get().sentence.len() > 110 })>
                    {part(move || view! { <VerdictIcon verdict=session.verdict.get().mark/> })}
                    <b>{part(move || word(session, &session.verdict.get()))}</b>
                    <span>{part(move || prose(&without_word(&session.verdict.get())))}</span>
                </p>
                <span class="offscreen">{part(move || news.get())}</span>
            </div>
            <p class="counts">{counts}</p>
            {(!session.is_local()).then(|| part(move || drives(session).then(|| view! { <Controls/> })))}
        </section>
        {part(move || session.refused.get().map(|words| view! {
            <p class="refused problem" role="alert">
                <span>{prose(&words)}</span>
                <button type="button" class="quiet" aria-label="Dismiss" on:click=press(move |_| session.refused.set(None))>
                    {icon("cross")}
                </button>
            </p>
        }))}
    }
}

/// The word of the verdict. Whose turn it is not, waits.
fn word(session: Session, verdict: &crate::analysis::Verdict) -> &'static str {
    match verdict.word {
        "Your turn" if !drives(session) => "Waiting",
        word => word,
    }
}

/// How long machines and people took.
fn times_taken(transcript: &Transcript) -> Vec<String> {
    let wire: u64 = transcript.exchanges.iter().map(|e| e.timing.total_us).sum();
    let yours: u64 = transcript
        .turns
        .iter()
        .filter_map(|turn| Some(turn.ended.as_ref()?.0.saturating_sub(turn.at)))
        .sum();
    let mut parts = Vec::new();
    if wire > 0 {
        parts.push(format!("{} on the wire", duration(wire)));
    }
    if yours > 0 {
        parts.push(format!("{} yours", duration(yours.saturating_mul(1_000))));
    }
    parts
}

/// Shortest time between two announcements, in milliseconds.
const BETWEEN: u64 = 3_000;

/// What a screen reader is told of new steps: together and seldom, such as `4 new steps`.
fn news(session: Session) -> RwSignal<String> {
    let said = RwSignal::new(String::new());
    let told = StoredValue::new(None::<u32>);
    let waiting = StoredValue::new(false);
    Effect::new(move |_| {
        let steps = session.steps.get();
        if told.get_value().is_none() {
            // What was there already is read as a list.
            if session.load.get() == crate::state::Load::Ready {
                told.set_value(Some(steps));
            }
            return;
        }
        if !waiting.get_value() {
            waiting.set_value(true);
            dom::later(BETWEEN, move || {
                waiting.try_set_value(false);
                let Some(now) = session.steps.try_get_untracked() else {
                    return;
                };
                let before = told.try_update_value(|told| told.replace(now)).flatten();
                let new = now.saturating_sub(before.unwrap_or(now));
                if new > 0 {
                    let _ = said.try_set(count(new, "new step", "new steps"));
                }
            });
        }
    });
    said
}

/// The sentence, without the word that stands before it already.
fn without_word(verdict: &crate::analysis::Verdict) -> String {
    let Some(rest) = verdict.sentence.strip_prefix(verdict.word) else {
        return verdict.sentence.clone();
    };
    let mut letters = rest.trim_start_matches([':', ' ', '.']).chars();
    // The sentences are ours; tables for every script of the world would weigh on the first load.
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// What the buttons and keys do; they are the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    Run,
    Step,
    Stop,
    Retry,
}

impl Control {
    /// Whether it makes sense now. Tracks what it depends on.
    pub(crate) fn is_possible(self, session: Session) -> bool {
        let status = session.status.get();
        if session.is_local() || !drives(session) {
            return false;
        }
        match self {
            Self::Run => matches!(status, Status::Ready | Status::Paused { .. }),
            Self::Step => matches!(
                status,
                Status::Ready | Status::Paused { .. } | Status::Running(_)
            ),
            Self::Stop => session.is_active(),
            Self::Retry => retry_from(session).is_some() && !matches!(status, Status::Running(_)),
        }
    }

    /// Does it, when it makes sense.
    pub(crate) fn press(self, session: Session) {
        if !untrack(|| self.is_possible(session)) || session.busy.get_untracked().is_some() {
            return;
        }
        match self {
            Self::Run => session.send("run", Command::Run),
            Self::Step => session.send("step", Command::Step),
            Self::Stop => session.send("stop", Command::Stop),
            Self::Retry => {
                if let Some(exchange) = untrack(|| retry_from(session)) {
                    session.send("retry", Command::Retry { exchange });
                }
            }
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Step => "step",
            Self::Stop => "stop",
            Self::Retry => "retry",
        }
    }
}

/// Where a retry begins: at the selected step, else at the first failed one of the active branch.
fn retry_from(session: Session) -> Option<u32> {
    let selected = session.selected.get();
    let failed = || {
        session
            .findings
            .get()
            .first()
            .map(|finding| finding.evidence.exchange)
            .filter(|n| *n > 0)
    };
    session.with(|transcript| {
        selected
            .filter(|number| transcript.exchange(*number).is_some())
            .or_else(failed)
            .or_else(|| transcript.lineage().next().map(|exchange| exchange.id))
    })
}

#[component]
fn Controls() -> impl IntoView {
    let session = session();
    let together = expect_context::<Together>();
    let server = move || session.with(|t| t.config.as_ref().map(|c| c.server_url.clone()));
    let again = move || {
        let href = server().map(|url| {
            crate::route::Route::Home {
                server: Some(url),
                spec: None,
            }
            .path()
        });
        href.unwrap_or_else(|| "./".into())
    };
    let retry = move || match retry_from(session) {
        Some(1) | None => "Run again".into(),
        Some(number) => format!("Retry from {number}"),
    };
    view! {
        <div class="controls" role="group" aria-label="Controls">
            {part(move || sign_in(session).map(|href| view! { <SignIn href class="button primary"/> }))}
            {button(session, Control::Run, "play", || "Run".into(), "Go on to the end (r)")}
            {button(session, Control::Step, "step", || "Step".into(), "Exactly one request (s)")}
            {button(session, Control::Stop, "square", || "Stop".into(), "Send nothing more (x)")}
            {button(session, Control::Retry, "retry", retry, "Go on from before this step, as a new branch")}
            {breakpoints(session)}
            {part(move || together.is(Role::Owner).then(|| view! {
            <a class="button quiet" data-testid="compare" href=live(move || format!("compare/{}", session.id())) title="Compare with another session">"Compare"</a>
            <a class="button quiet" href=live(again) title="A new session with this server" aria-label="New session with this server">
                {icon("plus")} <span class="wide-only">"New"</span>
            </a>
            }))}
        </div>
    }
}

fn button(
    session: Session,
    control: Control,
    glyph: &'static str,
    words: impl Fn() -> String + Send + 'static,
    title: &'static str,
) -> AnyView {
    let busy = move || session.busy.get() == Some(control.id());
    view! {
        <button
            type="button"
            data-testid=control.id()
            title=title
            class:busy=live(busy)
            class:primary=live(move || {
                matches!(control, Control::Run) && matches!(session.status.get(), Status::Ready)
                    || matches!(control, Control::Step) && matches!(session.status.get(), Status::Paused { .. })
            })
            disabled=live(move || !control.is_possible(session) || busy())
            on:click=press(move |_| control.press(session))
        >
            {icon(glyph)} <span>{part(words)}</span>
        </button>
    }
    .into_any()
}

/// The thin bar while no events come.
#[component]
pub(crate) fn ConnectionBar() -> impl IntoView {
    let session = session();
    let last = move || times::clock(session.with(|transcript| transcript.last_at));
    let words = move || {
        match session.link.get() {
        Link::Live | Link::Connecting => None,
        Link::Lost(_) => Some(format!(
            "Connection lost. Reconnecting… last event {}",
            last()
        )),
        Link::Restarting => Some(format!(
            "authscope restarts. Reconnecting… last event {}",
            last()
        )),
        Link::HeldBack => Some(
            "authscope answers, but new steps come late: something between it and this browser holds back event streams. Its operator must switch buffering off there."
                .into(),
        ),
        Link::Gone(why) => Some(format!("{why} What you see is what came before.")),
    }
    };
    part(move || {
        words().map(|words| {
            let gone = matches!(session.link.get(), Link::Gone(_) | Link::HeldBack);
            view! {
                <p class="connection" class:gone=gone role="status" data-testid="connection-bar">
                    {icon(if gone { "info" } else { "spin" })} <span>{words}</span>
                </p>
            }
        })
    })
}

/// Title and icon of the tab: verdict and number of steps, no host name.
pub(crate) fn keep_title(session: Session) {
    Effect::new(move |last: Option<String>| {
        let verdict = session.verdict.get();
        let title = match session.status.get() {
            Status::YourTurn(_) => format!("● {}", word(session, &verdict)),
            // A title that changes with every step costs more than the step.
            Status::Running(_) => format!("{} {}", sign(verdict.mark), verdict.word),
            _ => {
                let steps = count(session.steps.get(), "step", "steps");
                format!("{} {} · {steps}", sign(verdict.mark), verdict.word)
            }
        };
        let title = format!("{title} · authscope");
        if last.as_ref() != Some(&title) {
            document().set_title(&title);
            offline::mark(verdict.mark.id());
        }
        title
    });
    on_cleanup(|| offline::mark(""));
}

const fn sign(mark: authscope_diagram::Verdict) -> &'static str {
    use authscope_diagram::Verdict;
    match mark {
        Verdict::Pass => "✓",
        Verdict::Fail => "✗",
        Verdict::Warning => "▲",
        Verdict::Waiting => "●",
        Verdict::Running => "…",
        Verdict::Info | Verdict::Skipped | Verdict::Interrupted => "■",
    }
}

/// The address of the sign-in, when it is the person's turn to sign in.
pub(crate) fn sign_in(session: Session) -> Option<String> {
    match session.status.get() {
        Status::YourTurn(Turn::Authorize { .. }) => {
            Some(format!("sessions/{}/authorize", session.id()))
        }
        _ => None,
    }
}

/// The address of a step, for copying.
pub(crate) fn permalink(session: Session, step: u32) -> String {
    dom::absolute(&format!("sessions/{}/step/{step}", session.id()))
}

/// Makes the address say which step is selected and which steps are wanted.
pub(crate) fn keep_address(session: Session, router: Router) {
    let asked = |name| crate::route::asked(name).unwrap_or_default();
    session
        .filter
        .set(Filter::parse(&asked("only"), &asked("q")));
    Effect::new(move |before: Option<(Option<u32>, String)>| {
        let now = (session.selected.get(), query(&session.filter.read()));
        if before.is_some_and(|before| before != now) {
            let route = crate::route::Route::Session {
                id: session.id(),
                step: now.0,
            };
            router.replace(route, &now.1);
        }
        now
    });
}

/// A filter as the query of an address.
fn query(filter: &Filter) -> String {
    let mut query = String::new();
    let text = String::from(js_sys::encode_uri_component(filter.text.trim()));
    for (name, value) in [("only", filter.words()), ("q", text)] {
        if !value.is_empty() {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.push_str(name);
            query.push('=');
            query.push_str(&value);
        }
    }
    query
}
