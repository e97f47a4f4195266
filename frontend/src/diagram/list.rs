//! The scrolling list: participants that stay, rows, and a tail that is followed until the reader moves.

use super::navigate::{self, Reveal};
use super::row::RowView;
use crate::components::{icon, live, part, press};
use crate::dom;
use crate::pages::session::empty;
use crate::state::{Load, Session, session};
use authscope_diagram::Lane;
use leptos::html::Div;
use leptos::prelude::*;

/// Closer to the end than this, the reader is taken to be at the end.
const AT_THE_END: i32 = 8;

/// The diagram.
#[component]
pub(crate) fn DiagramView() -> impl IntoView {
    let session = session();
    let pane = NodeRef::<Div>::new();
    let unseen = RwSignal::new(0_usize);
    let following = RwSignal::new(true);
    follow(session, pane, following, unseen);
    fit_labels(session, pane);
    let lanes = move || session.lanes.get().len().to_string();
    let waiting = part(move || {
        let nothing = session.shown.get().is_empty();
        nothing.then(|| match session.load.get() {
            Load::Ready => {
                empty("Nothing has been sent yet. Press Run, or Step for one request at a time.")
            }
            _ => view! { <div class="skeleton" role="status">"Loading the session…"</div> }
                .into_any(),
        })
    });
    view! {
        <div
            class="diagram"
            node_ref=pane
            style:--n=live(lanes)
            on:scroll=move |_| {
                let end = pane.get_untracked().is_none_or(|pane| at_end(&pane));
                following.set(end);
                if end {
                    unseen.set(0);
                }
            }
        >
            <Participants/>
            {waiting}
            <ol class="rows" aria-label="Steps">
                <For each=move || session.shown.get() key=|slot| slot.id.clone() let:entry>
                    <RowView entry/>
                </For>
            </ol>
        </div>
        {part(move || (unseen.get() > 0).then(|| view! {
            <button type="button" class="pill" data-testid="new-steps" on:click=press(move |_| {
                unseen.set(0);
                if let Some(pane) = pane.get_untracked() {
                    pane.set_scroll_top(pane.scroll_height());
                }
            })>
                {part(move || match unseen.get() {
                    1 => "1 new step".to_owned(),
                    n => format!("{n} new steps"),
                })}
                {icon("down")}
            </button>
        }))}
    }
}

fn at_end(pane: &web_sys::HtmlElement) -> bool {
    pane.scroll_height() - pane.scroll_top() - pane.client_height() <= AT_THE_END
}

/// New rows scroll into view only while the reader is at the end and has selected nothing.
fn follow(
    session: Session,
    pane: NodeRef<Div>,
    following: RwSignal<bool>,
    unseen: RwSignal<usize>,
) {
    Effect::new(move |before: Option<usize>| {
        let steps = session.steps.get() as usize;
        session.shown.track();
        let new = steps.saturating_sub(before.unwrap_or(steps));
        let Some(pane) = pane.get_untracked() else {
            return steps;
        };
        // The first filling of a session that is over shows its start: its reader begins there.
        let over = session.peek(|transcript| transcript.is_finished());
        let first = over && before.is_none_or(|before| before == 0 && steps > 1);
        if following.get_untracked() && session.selected.get_untracked().is_none() && !first {
            request_animation_frame(move || pane.set_scroll_top(pane.scroll_height()));
        } else if new > 0 && !first && !at_end(&pane) {
            unseen.update(|count| *count += new);
        }
        steps
    });
}

/// Labels are shortened in the middle to what the width of the pane holds.
fn fit_labels(session: Session, pane: NodeRef<Div>) {
    let fit = move || {
        if let Some(pane) = pane.get_untracked() {
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
