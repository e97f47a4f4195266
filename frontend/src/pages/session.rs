//! The session page: verdict, phases, diagram, inspector.

use super::exports::{export_menu, local_note};
use super::frame::TopBar;
use super::missing::NoSession;
use super::since::Since;
use super::verdict::{self, ConnectionBar, Control, VerdictBar};
use crate::components::{icon, live, part, press};
use crate::diagram::{DiagramView, PhaseList, navigate};
use crate::inspector::{Inspector, Pinned, Tab};
use crate::keys::{self, Ask};
use crate::live::Live;
use crate::prefs::Prefs;
use crate::route::{Route, Router};
use crate::share::{self, Banner, ShareButton, Together, Watching};
use crate::state::{self, Link, Load, Session};
use crate::{dom, offline, times};
use authscope_diagram::Verdict;
use authscope_formats::copy;
use authscope_model::Exchange;
use authscope_ui_kit::part::Effect;
use leptos::prelude::*;

/// The session with an id.
#[component]
pub(crate) fn SessionPage(id: String) -> impl IntoView {
    let session = Session::new(&id);
    authscope_ui_kit::glossary::load();
    state::provide(session);
    let together = Together::provide(session);
    let router = expect_context::<Router>();
    let tab = RwSignal::new(Tab::Explain);
    provide_context(tab);
    provide_context(Pinned(RwSignal::new(None)));
    if session.is_local() {
        session.link.set(Link::Live);
        authscope_ui_kit::part::spawn(offline::restore(session));
    } else {
        keep_connected(session, together);
        share::follow(session, together);
    }
    follow_address(session, router, together);
    select_failure_once(session, tab, together);
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
    // The new title comes back as an event, to all who watch.
    let rename = move |_| {
        let now = untrack(title).unwrap_or_default();
        authscope_ui_kit::part::spawn(async move {
            offline::rename(&session.id(), &now).await;
        });
    };
    let link = move || match session.link.get() {
        Link::Live => "live",
        Link::Connecting => "connecting",
        Link::Lost(_) | Link::Restarting => "reconnecting",
        Link::HeldBack => "late",
        Link::Gone(_) => "ended",
    };
    view! {
        <div class="title grow">
            <h1 title=live(url)>{part(move || title().unwrap_or_else(|| "Session".into()))}</h1>
            {part(move || share::drives(session).then(|| view! {
                <button type="button" class="quiet" data-testid="rename" aria-label="Change the title" on:click=press(rename)>
                    {icon("edit")}
                </button>
            }))}
            <span class="mono url wide-only">{part(url)}</span>
            <time class="wide-only">{part(began)}</time>
        </div>
        {(!session.is_local()).then(|| view! {
            <span class=live(move || format!("live {}", link()))>{part(link)}</span>
            <Watching/>
        })}
        {export_menu(session)}
        {(!session.is_local()).then(|| view! { <ShareButton/> })}
    }
}

#[component]
fn Screen() -> impl IntoView {
    let session = state::session();
    let prefs = expect_context::<Prefs>();
    let width = move || format!("{}px", prefs.inspector.get());
    view! {
        <ConnectionBar/>
        <Banner/>
        {session.is_local().then(local_note)}
        <VerdictBar/>
        <Since/>
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
        <p class="toast" role="status">{part(move || session.said.get())}</p>
    }
}

fn keep_connected(session: Session, together: Together) {
    let live = StoredValue::new_local(Live::start(session, together));
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
fn follow_address(session: Session, router: Router, together: Together) {
    let wanted = RwSignal::new(None::<u32>);
    // The step for which people were told to wait.
    let waiting = StoredValue::new(None::<u32>);
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
            if waiting.get_value() == Some(step) {
                session.refused.set(None);
            }
            navigate::select(session, step, navigate::Reveal::Centre);
        } else if session.load.get() == Load::Ready {
            // Nothing more comes into a frozen copy, or after the end.
            let frozen = together
                .right
                .with(|right| right.as_ref().is_some_and(|right| right.link == "snapshot"));
            if frozen || session.peek(|t| t.is_finished()) {
                wanted.set(None);
                session
                    .refused
                    .set(Some(format!("Step {step} is not in this session.")));
            } else if waiting.get_value() != Some(step) {
                waiting.set_value(Some(step));
                session.refused.set(Some(format!(
                    "Step {step} is not there yet. It is selected when it comes."
                )));
            }
        }
    });
}

/// The first failure is selected once, if nobody selected anything, and only where it hides nothing.
fn select_failure_once(session: Session, tab: RwSignal<Tab>, together: Together) {
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
            && together.selects(step)
        {
            tab.set(Tab::Explain);
            navigate::select(session, step, navigate::Reveal::Near);
        }
        true
    });
}

fn listen_to_keys(session: Session, tab: RwSignal<Tab>) {
    let together = expect_context::<Together>();
    let router = expect_context::<Router>();
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        let Some(ask) = keys::ask(&event) else {
            return;
        };
        if ask == Ask::Share {
            share::open(session, together, router);
        }
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
        // After the focus that an earlier key asked for.
        Ask::Open => dom::later(0, || {
            dom::focus(".inspector [role=tab][aria-selected=true]")
        }),
        Ask::Back => navigate::back(session),
        Ask::Tab(index) => tab.set(Tab::at(index)),
        Ask::Turn(places) => tab.update(|tab| *tab = tab.moved(places)),
        Ask::Fold(folded) => navigate::fold(session, folded),
        Ask::Run => Control::Run.press(session),
        Ask::Step => Control::Step.press(session),
        Ask::Stop => Control::Stop.press(session),
        Ask::Filter => dom::focus("#filter"),
        Ask::Press(id) => match dom::find(&format!("[data-testid={id}]")) {
            Some(control) => control.click(),
            None => return false,
        },
        Ask::Link => copy_selected(session, |_, link| link),
        Ask::CopyCurl => copy_selected(session, |exchange, _| copy::curl(&exchange.request)),
        Ask::CopyMarkdown => copy_selected(session, |exchange, _| copy::markdown(exchange)),
        Ask::Share => {}
        Ask::Present | Ask::Help => return false,
    }
    true
}

/// Copies a text about the selected step, and says so: no button was pressed that could.
fn copy_selected(session: Session, text: fn(&Exchange, String) -> String) {
    let selected = session.selected.get_untracked();
    let Some(exchange) = selected.and_then(|step| session.exchange(step)) else {
        return session.say("Select a step first");
    };
    let text = text(&exchange, verdict::permalink(session, exchange.id));
    authscope_ui_kit::part::spawn(async move {
        let done = dom::copy(&text).await;
        session.say(if done { "Copied" } else { "Could not copy" });
    });
}

/// Dismissible words with an icon, for the panes.
pub(crate) fn empty(words: &'static str) -> AnyView {
    view! { <p class="empty">{icon("info")} <span>{words}</span></p> }.into_any()
}
