//! What stands above the diagram: the filter with its counts, replay, presentation.

use crate::app::Presenting;
use crate::components::{icon, live, part, press, typed};
use crate::dom;
use crate::state::{Session, session};
use authscope_diagram::{Facet, Filter, RowKind};
use authscope_ui_kit::part::Effect;
use leptos::prelude::*;

/// The bar above the diagram.
#[component]
pub(crate) fn Tools() -> impl IntoView {
    let session = session();
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if !session.filter.read().only.is_empty() {
            open.set(true);
        }
    });
    let Presenting(presenting) = expect_context();
    let chips = part(move || open.get().then(|| facets(session)));
    view! {
        <div class="tools" role="search" aria-label="Filter the steps">
            <span class="find">
                {icon("search")}
                <input
                    type="search"
                    id="filter"
                    data-testid="filter"
                    placeholder="Filter steps"
                    aria-label="Show only steps with this text"
                    title="URL, headers and bodies are searched ( / )"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || session.filter.read().text.clone()
                    on:input=typed(move |event| session.filter.write().text = event_target_value(&event))
                />
            </span>
            <button
                type="button"
                class="quiet"
                data-testid="facets"
                aria-expanded=live(move || if open.get() { "true" } else { "false" })
                title="Filter by verdict, participant, phase"
                on:click=press(move |_| open.update(|open| *open = !*open))
            >
                {icon("filter")} <span class="wide-only">"Filter"</span>
            </button>
            {part(move || counted(session))}
            <span class="grow"></span>
            // Filled by `tools.js`.
            <span class="later"></span>
            <button
                type="button"
                class="quiet"
                data-testid="present"
                aria-label="Presentation mode"
                title="Presentation mode (Ctrl+M)"
                on:click=press(move |_| presenting.update(|on| *on = !*on))
            >
                {icon("present")}
            </button>
            {chips}
        </div>
    }
}

/// How many steps are shown, and the way back to all of them.
fn counted(session: Session) -> AnyView {
    if session.filter.read().is_empty() {
        return ().into_any();
    }
    let shown = session.shown.with(|slots| {
        let steps = slots.iter().filter(|slot| {
            slot.row
                .with_untracked(|row| matches!(row.kind, RowKind::Step(_)))
        });
        steps.count()
    });
    let clear = move |_| {
        session.filter.set(Filter::default());
        dom::focus("#filter");
    };
    view! {
        <span class="count" role="status">{shown} " of " {session.steps.get()} " steps"</span>
        <button type="button" class="plain" data-testid="clear-filter" on:click=press(clear)>"clear"</button>
    }
    .into_any()
}

/// The chips: every property that some step has, with the number of its steps.
fn facets(session: Session) -> AnyView {
    let chips = part(move || {
        session.version.track();
        let mut counts: Vec<(Facet, u32)> = Facet::all().map(|facet| (facet, 0)).collect();
        session.each_row(|row| {
            for (facet, many) in &mut counts {
                *many += u32::from(facet.holds(row));
            }
        });
        let filter = session.filter.get();
        // One that is chosen stays, or it could not be taken away.
        counts.retain(|(facet, many)| *many > 0 || filter.only.contains(facet));
        let chips: Vec<_> = counts
            .into_iter()
            .map(|(facet, many)| chip(session, facet, many, filter.only.contains(&facet)))
            .collect();
        chips
    });
    view! { <div class="facets" role="group" aria-label="Show only">{chips}</div> }.into_any()
}

fn chip(session: Session, facet: Facet, many: u32, on: bool) -> AnyView {
    let toggle = move |_| session.filter.update(|filter| filter.toggle(facet));
    let id = facet.id();
    view! {
        <button
            type="button"
            class=format!("facet {}", id.split_once('-').map_or("", |(_, word)| word))
            data-testid=id
            aria-pressed=if on { "true" } else { "false" }
            on:click=press(toggle)
        >
            {facet.title()} <b>{many}</b>
        </button>
    }
    .into_any()
}
