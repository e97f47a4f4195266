//! The session page: verdict, phases, diagram, inspector.

use super::frame::TopBar;
use super::missing::NoSession;
use super::verdict::{self, ConnectionBar, Control, VerdictBar};
use crate::app::Help;
use crate::components::{Copy, icon, live, part};
use crate::diagram::{DiagramView, PhaseList, navigate};
use crate::inspector::{Inspector, Tab};
use crate::keys::{self, Ask};
use crate::live::Live;
use crate::prefs::Prefs;
use crate::route::{Route, Router};
use crate::state::{self, Link, Load, Session};
use crate::{dom, times};
use authscope_diagram::Verdict;
use leptos::prelude::*;

/// The session with an id.
#[component]
pub(crate) fn SessionPage(id: String) -> impl IntoView {
    let session = Session::new(&id);
    state::provide(session);
    let router = expect_context::<Router>();
    let tab = RwSignal::new(Tab::Explain);
    provide_context(tab);
    keep_connected(session);
    follow_address(session, router);
    select_failure_once(session, tab);
    verdict::keep_title(session);
    verdict::keep_address(session, router);
    listen_to_keys(session, tab);
    view! {
        <TopBar>
            <Title/>
        </TopBar>
        {part(move || match session.load.get() {
            Load::Missing(problem) => view! { <NoSession title=problem.title detail=problem.detail/> }.into_any(),
            Load::Unreachable(words) => view! { <NotYet words=words/> }.into_any(),
            Load::Loading | Load::Ready => view! { <Screen/> }.into_any(),
        })}
    }
}

#[component]
fn NotYet(words: String) -> impl IntoView {
    view! {
        <main class="words" id="main">
            <h1>"The session cannot be loaded yet"</h1>
            <p role="alert">{words}</p>
            <p>"This page tries again by itself."</p>
        </main>
    }
}

#[component]
fn Title() -> impl IntoView {
    let session = state::session();
    let title = move || {
        session.with(|transcript| {
            let config = transcript.config.as_ref()?;
            let host = authscope_diagram::words::host(&config.server_url);
            Some(
                config
                    .title
                    .clone()
                    .or(host)
                    .unwrap_or_else(|| config.server_url.clone()),
            )
        })
    };
    let url = move || session.with(|t| t.config.as_ref().map(|c| c.server_url.clone()));
    let began = move || {
        let at = session.with(|transcript| transcript.started_at);
        (at > 0).then(|| times::full(at))
    };
    let link = move || match session.link.get() {
        Link::Live => "live",
        Link::Connecting => "connecting",
        Link::Lost(_) | Link::Restarting => "reconnecting",
        Link::Gone => "deleted",
    };
    view! {
        <div class="title grow">
            <h1 title=live(url)>{part(move || title().unwrap_or_else(|| "Session".into()))}</h1>
            <span class="mono url wide-only">{part(url)}</span>
            <time class="wide-only">{part(began)}</time>
        </div>
        <span class=live(move || format!("live {}", link()))>{part(link)}</span>
        <Copy what="link to this session" text=move || dom::absolute(&format!("sessions/{}", session.id()))/>
    }
}

#[component]
fn Screen() -> impl IntoView {
    let session = state::session();
    let prefs = expect_context::<Prefs>();
    let width = move || format!("{}px", prefs.inspector.get());
    view! {
        <ConnectionBar/>
        <VerdictBar/>
        <main
            class="panes"
            id="main"
            class:inspecting=live(move || session.selected.get().is_some())
            style:--inspector=live(width)
        >
            <PhaseList/>
            <DiagramView/>
            <Inspector/>
        </main>
    }
}

fn keep_connected(session: Session) {
    let live = StoredValue::new_local(Live::start(session));
    let online = window_event_listener(leptos::ev::online, move |_| {
        live.with_value(Live::hurry);
    });
    let back = window_event_listener(leptos::ev::focus, move |_| {
        live.with_value(Live::hurry);
    });
    on_cleanup(move || {
        online.remove();
        back.remove();
        live.with_value(Live::stop);
    });
}

/// The address selects a step: a link to one that has not happened yet waits for it.
fn follow_address(session: Session, router: Router) {
    let wanted = RwSignal::new(None::<u32>);
    Effect::new(move |_| {
        if let Route::Session {
            id,
            step: Some(step),
        } = router.route.get()
            && id == session.id()
            && session.selected.get_untracked() != Some(step)
        {
            wanted.set(Some(step));
        }
    });
    Effect::new(move |_| {
        session.version.track();
        let Some(step) = wanted.get() else {
            return;
        };
        if session.exchange(step).is_some() {
            wanted.set(None);
            navigate::select(session, step, navigate::Reveal::Centre);
        } else if session.load.get() == Load::Ready && session.peek(|t| t.is_finished()) {
            wanted.set(None);
            session
                .refused
                .set(Some(format!("Step {step} is not in this session.")));
        }
    });
}

/// The first failure is selected once, if nobody selected anything, and only where it hides nothing.
fn select_failure_once(session: Session, tab: RwSignal<Tab>) {
    Effect::new(move |done: Option<bool>| {
        if done == Some(true) {
            return true;
        }
        let verdict = session.verdict.get();
        let failed = verdict.settled && verdict.mark == Verdict::Fail;
        if !failed {
            return session.selected.get().is_some();
        }
        let first = session
            .findings
            .get_untracked()
            .first()
            .map(|f| f.evidence.exchange);
        let first = first.or_else(|| session.peek(|t| t.exchanges.last().map(|e| e.id)));
        if session.selected.get_untracked().is_none()
            && dom::media("(min-width: 900px)")
            && let Some(step) = first.filter(|step| *step > 0)
        {
            tab.set(Tab::Explain);
            navigate::select(session, step, navigate::Reveal::Near);
        }
        true
    });
}

fn listen_to_keys(session: Session, tab: RwSignal<Tab>) {
    let prefs = expect_context::<Prefs>();
    let help = expect_context::<Help>();
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if help.0.get_untracked() {
            return;
        }
        let Some(ask) = keys::ask(&event, prefs.shortcuts.get_untracked()) else {
            return;
        };
        if act(session, tab, ask) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn act(session: Session, tab: RwSignal<Tab>, ask: Ask) -> bool {
    match ask {
        Ask::NextStep => navigate::by(session, 1),
        Ask::PreviousStep => navigate::by(session, -1),
        Ask::FirstStep => navigate::end(session, false),
        Ask::LastStep => navigate::end(session, true),
        Ask::NextFinding => navigate::finding(session, tab, 1),
        Ask::PreviousFinding => navigate::finding(session, tab, -1),
        Ask::Open => dom::focus(".inspector [role=tab][aria-selected=true]"),
        Ask::Back => navigate::back(session),
        Ask::Tab(index) => tab.set(Tab::at(index)),
        Ask::Fold(folded) => navigate::fold(session, folded),
        Ask::Run => Control::Run.press(session),
        Ask::Step => Control::Step.press(session),
        Ask::Stop => Control::Stop.press(session),
        Ask::SignIn => {
            if let Some(link) = dom::find("[data-testid=authorize-link]") {
                link.click();
            }
        }
        Ask::Link => {
            if let Some(step) = session.selected.get_untracked() {
                let link = verdict::permalink(session, step);
                leptos::task::spawn_local(async move {
                    dom::copy(&link).await;
                });
            }
        }
        Ask::Help => return false,
    }
    true
}

/// Dismissible words with an icon, for the panes.
pub(crate) fn empty(words: &'static str) -> AnyView {
    view! { <p class="empty">{icon("info")} <span>{words}</span></p> }.into_any()
}
