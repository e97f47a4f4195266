//! The scrolling list: participants that stay, rows, and a tail that is followed until the reader moves.

use super::after::After;
use super::navigate::{self, Reveal};
use super::tools::Tools;
use super::window::Window;
use crate::components::{icon, live, part, press};
use crate::dom;
use crate::offline;
use crate::pages::session::empty;
use crate::share;
use crate::state::{Load, Session, Slot, session};
use authscope_diagram::{Lane, RowKind};
use authscope_ui_kit::part::Effect;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

/// Closer to the end than this, the reader is taken to be at the end.
const AT_THE_END: i32 = 8;

/// The diagram.
#[component]
pub(crate) fn DiagramView() -> impl IntoView {
    let session = session();
    let pane = NodeRef::<Div>::new();
    let unseen = RwSignal::new(0_usize);
    let following = RwSignal::new(true);
    let window = Window::new(session, pane, following);
    follow(session, pane, window, unseen);
    fit_labels(session, pane);
    let told = StoredValue::new_local(None);
    pane.on_load(move |pane| {
        told.set_value(tell(session, &pane));
        window.renew();
        // The map of a long session and the replay come once the page is there.
        offline::tool("attach");
    });
    let lanes = move || session.lanes.get().len().to_string();
    let waiting = part(move || {
        let filtered = !session.filter.read().is_empty();
        // What waits for a person is shown with any filter; it is no hit.
        let nothing = session.shown.with(|shown| {
            let is_hit = |slot: &Slot| !filtered || slot.id.starts_with("step-");
            !shown.iter().any(is_hit)
        });
        nothing.then(|| match session.load.get() {
            Load::Ready if filtered => {
                empty("No step is like that. Clear the filter to see all of them.")
            }
            Load::Ready => {
                empty("Nothing has been sent yet. Press Run, or Step for one request at a time.")
            }
            _ => view! { <div class="skeleton" role="status">"Loading the session…"</div> }
                .into_any(),
        })
    });
    let moved = move |_| {
        let end = pane.get_untracked().is_none_or(|pane| at_end(&pane));
        // Read with every event of scrolling: told on only when it changed.
        if following.get_untracked() != end {
            following.set(end);
        }
        if end && unseen.get_untracked() > 0 {
            unseen.set(0);
        }
        window.moved();
    };
    let to_the_end = move |_| {
        unseen.set(0);
        window.to_the_end();
    };
    view! {
        <div class="stage">
            <Tools/>
            <div class="diagram" node_ref=pane style:--n=live(lanes) on:scroll=moved>
                <Participants/>
                {waiting}
                // Filled by `window`.
                <ol class="rows" aria-label="Steps"></ol>
                {part(|| share::may_drive().then(|| view! { <After/> }))}
            </div>
            {part(move || (unseen.get() > 0).then(|| view! {
                <button type="button" class="pill" data-testid="new-steps" on:click=press(to_the_end)>
                    {part(move || match unseen.get() {
                        1 => "1 new step".to_owned(),
                        n => format!("{n} new steps"),
                    })}
                    {icon("down")}
                </button>
            }))}
        </div>
    }
}

fn at_end(pane: &web_sys::HtmlElement) -> bool {
    pane.scroll_height() - pane.scroll_top() - pane.client_height() <= AT_THE_END
}

/// Draws the rows again when they or the selection change. New ones scroll into view only while the reader is at the end
/// and has selected nothing.
fn follow(session: Session, pane: NodeRef<Div>, window: Window, unseen: RwSignal<usize>) {
    let following = window.following;
    Effect::new(move |before: Option<usize>| {
        let steps = session.steps.get() as usize;
        session.shown.track();
        // A row that stays may become taller.
        session.version.track();
        let selected = session.selected.get();
        let new = steps.saturating_sub(before.unwrap_or(steps));
        let Some(pane) = pane.get_untracked() else {
            return steps;
        };
        // The first filling of a session that is over shows its start: its reader begins there.
        let over = session.peek(|transcript| transcript.is_finished());
        let first = over && before.is_none_or(|before| before == 0 && steps > 1);
        if first {
            following.set(false);
        }
        window.renew();
        if following.get_untracked() && selected.is_none() && !first {
            request_animation_frame(move || window.to_the_end());
        } else if new > 0 && !first && !at_end(&pane) {
            unseen.update(|count| *count += new);
        }
        steps
    });
}

/// What `tools.js` asks for the rows: a number asks for the step with it; else the answer is a number for each row that
/// is shown, its step (0 for what is none) and its verdict.
type Told = Closure<dyn FnMut(JsValue) -> JsValue>;

fn tell(session: Session, pane: &web_sys::HtmlElement) -> Option<Told> {
    let list = pane.query_selector(".rows").ok()??;
    let told = Told::new(move |step: JsValue| {
        if let Some(step) = step.as_f64() {
            navigate::select(session, step as u32, Reveal::Near);
            return JsValue::UNDEFINED;
        }
        let code = |slot: &Slot| {
            slot.row.with_untracked(|row| {
                let step = match row.kind {
                    RowKind::Step(_) => row.step,
                    _ => 0,
                };
                step * 8 + row.verdict as u32
            })
        };
        let codes: Vec<u32> = session
            .shown
            .with_untracked(|rows| rows.iter().map(code).collect());
        js_sys::Uint32Array::from(codes.as_slice()).into()
    });
    js_sys::Reflect::set(&list, &"shown".into(), told.as_ref()).ok()?;
    Some(told)
}

/// Labels are shortened in the middle to what the width of the pane holds.
fn fit_labels(session: Session, pane: NodeRef<Div>) {
    let fit = move || {
        // The pane may be gone by the time this runs.
        if let Some(pane) = pane.try_get_untracked().flatten() {
            let chars =
                usize::try_from((pane.client_width() - 148).max(200) * 5 / 64).unwrap_or(60);
            let chars = chars.clamp(28, 110);
            if chars != session.label_chars.get_untracked() {
                session.label_chars.set(chars);
                session.refresh();
            }
        }
    };
    pane.on_load(move |_| dom::later(0, fit));
    let resized = window_event_listener(leptos::ev::resize, move |_| fit());
    on_cleanup(move || resized.remove());
}

#[component]
fn Participants() -> impl IntoView {
    let session = session();
    let cells = part(move || session.lanes.get().iter().map(lane).collect_view());
    view! { <div class="participants" role="group" aria-label="Participants">{cells}</div> }
}

fn lane(lane: &Lane) -> AnyView {
    let participant = lane.participant;
    let host = lane.host.clone();
    let title = match &host {
        Some(host) => format!("{}: {host}", participant.title()),
        None => participant.title().to_owned(),
    };
    view! {
        <div class=format!("lane p-{}", hue(participant)) title=title>
            <b class="long">{participant.title()}</b>
            <b class="short" aria-hidden="true">{participant.initials()}</b>
            <span class="host mono">{host}</span>
        </div>
    }
    .into_any()
}

/// Each role has its own hue, whoever looks.
pub(crate) const fn hue(participant: authscope_model::Participant) -> &'static str {
    use authscope_model::Participant;
    match participant {
        Participant::You => "you",
        Participant::Client => "client",
        Participant::McpServer => "mcp",
        Participant::AuthorizationServer => "as",
        Participant::IdentityProvider => "idp",
        Participant::Other => "other",
    }
}

/// Selects a step from a click on its row.
pub(crate) fn click(session: Session, step: u32) {
    navigate::select(session, step, Reveal::Not);
}
