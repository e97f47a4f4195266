//! The inspector: everything about the selected step, beside the diagram, which it never moves.

mod explain;
mod finding;
mod overview;
mod params;
mod timing;
mod viewer;

use crate::components::menu::{Entry, menu};
use crate::components::{Copy, VerdictIcon, icon, live, part, press};
use crate::dom;
use crate::pages::session::empty;
use crate::pages::verdict::permalink;
use crate::prefs::{INSPECTOR, Prefs};
use crate::share::{self, Notes};
use crate::state::{Session, session};
use authscope_diagram::step_verdict;
use authscope_formats::copy;
use authscope_model::Exchange;
use leptos::prelude::*;
use std::sync::Arc;

/// The views of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Explain,
    Request,
    Response,
    Token,
    Timing,
    Raw,
}

impl Tab {
    const ALL: [Self; 6] = [
        Self::Explain,
        Self::Request,
        Self::Response,
        Self::Token,
        Self::Timing,
        Self::Raw,
    ];

    /// The tab at a place, from 0.
    pub(crate) fn at(index: usize) -> Self {
        Self::ALL.get(index).copied().unwrap_or(Self::Explain)
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Explain => "Explain",
            Self::Request => "Request",
            Self::Response => "Response",
            Self::Token => "Token",
            Self::Timing => "Timing",
            Self::Raw => "Raw",
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Explain => "explain",
            Self::Request => "request",
            Self::Response => "response",
            Self::Token => "token",
            Self::Timing => "timing",
            Self::Raw => "raw",
        }
    }

    /// The tab so many places further, round the ends.
    pub(crate) fn moved(self, places: isize) -> Self {
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        let count = Self::ALL.len().cast_signed();
        let to = (at.cast_signed() + places).rem_euclid(count);
        Self::at(to.cast_unsigned())
    }
}

/// The step that stays while others are selected.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pinned(pub(crate) RwSignal<Option<u32>>);

/// The panel.
#[component]
pub(crate) fn Inspector() -> impl IntoView {
    let session = session();
    let exchange = Memo::new(move |before: Option<&Option<Arc<Exchange>>>| {
        session.version.track();
        let number = session.selected.get()?;
        // A recorded exchange never changes, so it need not be copied again.
        match before.and_then(Option::as_ref) {
            Some(known) if known.id == number => Some(known.clone()),
            _ => session.exchange(number),
        }
    });
    let content = part(move || match (session.selected.get(), exchange.get()) {
        (None, _) => view! { <overview::Overview/> }.into_any(),
        (Some(_), Some(exchange)) => view! { <Inspected exchange/> }.into_any(),
        (Some(number), None) => view! {
            <header class="head"><h2>"Step " {number}</h2> <Close/></header>
            {empty("The request is on its way; there is nothing to look into yet.")}
        }
        .into_any(),
    });
    let Pinned(pinned) = expect_context();
    let beside = part(move || {
        let number = pinned.get()?;
        // Selected itself, it is seen once.
        session
            .selected
            .get()
            .filter(|selected| *selected != number)?;
        Some(view! { <Beside exchange=session.exchange(number)?/> })
    });
    view! {
        <Divider/>
        <aside class="inspector" aria-label="Inspector">{beside} <div class="current">{content}</div></aside>
    }
}

/// The pinned step, in the same view as the selected one.
#[component]
fn Beside(exchange: Arc<Exchange>) -> impl IntoView {
    let tab = expect_context::<RwSignal<Tab>>();
    let (title, number) = (exchange.step.title(), exchange.id);
    let shown = exchange.clone();
    view! {
        <section class="beside" data-testid="pinned" aria-label=format!("Pinned: step {number}")>
            <header class="head">
                <h2 class="grow"><span class="number">{number}</span> {title}</h2>
                {pin(number)}
            </header>
            <div class="tab-content" tabindex="0">{part(move || shown_tab(viewer::BESIDE, tab, &shown))}</div>
        </section>
    }
}

/// Keeps a step in the inspector, or lets it go.
fn pin(number: u32) -> AnyView {
    let Pinned(pinned) = expect_context();
    let is = move || pinned.get() == Some(number);
    view! {
        <button
            type="button"
            class="quiet"
            data-testid="pin"
            aria-label="Keep this step beside others"
            title="Keep this step beside others (P)"
            aria-pressed=live(move || if is() { "true" } else { "false" })
            on:click=press(move |_| pinned.set((!untrack(is)).then_some(number)))
        >
            {icon("pin")}
        </button>
    }
    .into_any()
}

/// A step in the view that is chosen. One without a token has no such view; another one is shown instead.
fn shown_tab(place: &'static str, tab: RwSignal<Tab>, exchange: &Arc<Exchange>) -> AnyView {
    match tab.get() {
        Tab::Token if !viewer::has_token(exchange) => viewer::view(place, exchange, Tab::Response),
        Tab::Explain => view! { <explain::Explain exchange=exchange.clone()/> }.into_any(),
        Tab::Timing => timing::view(exchange),
        tab => viewer::view(place, exchange, tab),
    }
}

#[component]
fn Close() -> impl IntoView {
    let session = session();
    view! {
        <button
            type="button"
            class="quiet"
            aria-label="Close the step"
            title="Close (Esc)"
            on:click=press(move |_| session.selected.set(None))
        >
            {icon("cross")}
        </button>
    }
}

#[component]
fn Inspected(exchange: Arc<Exchange>) -> impl IntoView {
    let tab = expect_context::<RwSignal<Tab>>();
    let has_token = viewer::has_token(&exchange);
    // A step without a token has no such tab; another one is shown instead.
    let shown = move || match tab.get() {
        Tab::Token if !has_token => Tab::Response,
        tab => tab,
    };
    let step = exchange.id;
    let inspected = exchange.clone();
    let content = part(move || shown_tab(viewer::CURRENT, tab, &inspected));
    view! {
        <Head exchange/>
        <Notes step/>
        <div class="tabs" role="tablist" aria-label="Views of the step">
            {Tab::ALL
                .into_iter()
                .filter(|tab| *tab != Tab::Token || has_token)
                .map(|each| tab_button(tab, each, Signal::derive(shown)))
                .collect_view()}
        </div>
        <div
            class="tab-content"
            role="tabpanel"
            id="tab-content"
            tabindex="0"
            aria-labelledby=live(move || format!("tab-{}", shown().id()))
        >
            {content}
        </div>
    }
}

fn tab_button(tab: RwSignal<Tab>, each: Tab, shown: Signal<Tab>) -> AnyView {
    let is_current = move || shown.get() == each;
    let turn = move |event: web_sys::KeyboardEvent| {
        let places = match event.key().as_str() {
            "ArrowRight" => 1,
            "ArrowLeft" => -1,
            _ => return,
        };
        event.prevent_default();
        tab.set(shown.get_untracked().moved(places));
        dom::later(0, || {
            dom::focus(".inspector [role=tab][aria-selected=true]")
        });
    };
    view! {
        <button
            type="button"
            role="tab"
            id=format!("tab-{}", each.id())
            data-testid=format!("tab-{}", each.id())
            aria-controls="tab-content"
            aria-selected=live(move || if is_current() { "true" } else { "false" })
            tabindex=live(move || if is_current() { "0" } else { "-1" })
            on:click=press(move |_| tab.set(each))
            on:keydown=turn
        >
            {each.title()}
        </button>
    }
    .into_any()
}

#[component]
fn Head(exchange: Arc<Exchange>) -> impl IntoView {
    let session = session();
    let number = exchange.id;
    let (judged, copied) = (exchange.clone(), exchange.clone());
    let verdict = move || {
        let findings = session.findings.get();
        session.with(|transcript| step_verdict(transcript, &findings, &judged))
    };
    let title = exchange.step.title();
    let who = format!("{} → {}", exchange.from.title(), exchange.to.title());
    let purpose = (!exchange.purpose.is_empty())
        .then(|| view! { <p class="purpose">{exchange.purpose.clone()}</p> });
    view! {
        <header class="head">
            <div class="grow">
                <h2>
                    {part(move || view! { <VerdictIcon verdict=verdict()/> })}
                    <span class="number">{number}</span> {title}
                </h2>
                <p class="who">{who}</p>
                {purpose}
            </div>
            <div class="acts">
                <Copy what="as cURL" text=move || copy::curl(&copied.request)/>
                {copy_menu(session, exchange.clone())}
                {pin(number)}
                {share::resend(&exchange)}
                {share::reveal(number)}
                <button
                    type="button"
                    class="copy"
                    aria-label="Copy link to this step"
                    title="Copy link to this step (l)"
                    on:click=press(move |_| {
                        let link = permalink(session, number);
                        authscope_ui_kit::part::spawn(async move {
                            dom::copy(&link).await;
                        });
                    })
                >
                    {icon("link")}
                </button>
                <Close/>
            </div>
        </header>
    }
}

/// Further ways to take a step elsewhere.
fn copy_menu(session: Session, exchange: Arc<Exchange>) -> AnyView {
    let text = |words: &'static str, write: fn(&Exchange) -> String| -> Entry {
        let exchange = exchange.clone();
        (words, Box::new(move || copy_text(write(&exchange))))
    };
    let number = exchange.id;
    let link: Entry = (
        "Link to this step",
        Box::new(move || copy_text(permalink(session, number))),
    );
    let entries = vec![
        text("cURL", |exchange| copy::curl(&exchange.request)),
        text("fetch (JavaScript)", |exchange| {
            copy::fetch(&exchange.request)
        }),
        text("Raw HTTP", copy::both),
        text("Markdown", copy::markdown),
        text("One line", copy::line),
        link,
    ];
    menu("copy-menu", "fold", "Copy this step as", false, entries)
}

fn copy_text(text: String) {
    authscope_ui_kit::part::spawn(async move {
        dom::copy(&text).await;
    });
}

/// Makes the inspector wider or narrower, with the pointer or the arrow keys.
#[component]
fn Divider() -> impl IntoView {
    let prefs = expect_context::<Prefs>();
    let dragging = RwSignal::new(false);
    let resize = move |width: i32| prefs.inspector.set(width.clamp(INSPECTOR.0, INSPECTOR.1));
    let moved = window_event_listener(leptos::ev::pointermove, move |event| {
        if dragging.get_untracked() {
            let width = window()
                .inner_width()
                .ok()
                .and_then(|w| w.as_f64())
                .unwrap_or(1_280.0);
            resize(width as i32 - event.client_x());
        }
    });
    let released = window_event_listener(leptos::ev::pointerup, move |_| {
        if dragging.get_untracked() {
            dragging.set(false);
        }
    });
    on_cleanup(move || {
        moved.remove();
        released.remove();
    });
    view! {
        <div
            class="divider"
            class:dragging=live(move || dragging.get())
            role="separator"
            aria-orientation="vertical"
            aria-label="Width of the inspector"
            aria-valuemin=INSPECTOR.0
            aria-valuemax=INSPECTOR.1
            aria-valuenow=live(move || prefs.inspector.get().to_string())
            tabindex="0"
            on:pointerdown=move |event| {
                event.prevent_default();
                dragging.set(true);
            }
            on:keydown=move |event| {
                let by = match event.key().as_str() {
                    "ArrowLeft" => 24,
                    "ArrowRight" => -24,
                    _ => return,
                };
                event.prevent_default();
                resize(prefs.inspector.get_untracked() + by);
            }
        ></div>
    }
}
