//! What a link shall be, in words, and the button that makes and copies it.

use super::words::{self, Kind};
use super::{Share, hidden, made};
use authscope_ui_kit::dom;
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::{part, press, typed};
use leptos::prelude::*;
use serde_json::json;

/// What was chosen.
#[derive(Clone, Copy)]
struct Choice {
    kind: RwSignal<Kind>,
    name: RwSignal<String>,
    /// Seconds, when somebody chose.
    span: RwSignal<Option<u64>>,
}

impl Choice {
    fn seconds(self, share: Share) -> u64 {
        let usual = self.kind.get().usual().min(share.longest.get());
        self.span.get().unwrap_or(usual)
    }
}

pub(super) fn view(share: Share) -> AnyView {
    let choice = Choice {
        kind: RwSignal::new(Kind::Watch),
        name: RwSignal::new(String::new()),
        span: RwSignal::new(None),
    };
    let sentence = move || {
        let now = dom::now();
        let ends = now + choice.seconds(share) * 1_000;
        words::sentence(choice.kind.get(), share.claims.get(), ends, now)
    };
    let make = move |_| {
        let body = untrack(
            || json!({"kind": choice.kind.get().id(), "name": choice.name.get(), "seconds": choice.seconds(share)}),
        );
        made::make(share, body);
    };
    view! {
        <div class="form">
            <fieldset class="kinds">
                <legend class="offscreen">"What the link is for"</legend>
                {Kind::OFFERED.map(|kind| offer(choice, kind)).collect_view()}
            </fieldset>
            <div class="in-a-row">
                <label class="name">
                    "Name (optional)"
                    <input
                        type="text"
                        maxlength="80"
                        placeholder="for Ana"
                        data-testid="share-name"
                        on:input=typed(move |event| choice.name.set(event_target_value(&event)))
                    />
                </label>
                <fieldset class="spans">
                    <legend>"Ends after"</legend>
                    <span>{part(move || spans(share, choice))}</span>
                </fieldset>
            </div>
            {hidden::view(share)}
            <p class="sentence" data-testid="share-sentence" role="status">{part(sentence)}</p>
            <p class="act">
                <button type="button" class="primary" data-testid="share-create" on:click=press(make)>
                    {icon("link")} "Create and copy link"
                </button>
            </p>
        </div>
    }
    .into_any()
}

fn offer(choice: Choice, kind: Kind) -> AnyView {
    let (title, means) = kind.offer();
    let first = kind == Kind::Watch;
    view! {
        <label class="offer">
            <input
                type="radio"
                name="share-kind"
                value=kind.id()
                autofocus=first
                prop:checked=first
                on:change=typed(move |_| choice.kind.set(kind))
            />
            <span><b>{title}</b> " – " {means}</span>
        </label>
    }
    .into_any()
}

fn spans(share: Share, choice: Choice) -> Vec<AnyView> {
    words::spans(share.longest.get())
        .into_iter()
        .map(|span| {
            view! {
                <label class="span">
                    <input
                        type="radio"
                        name="share-span"
                        value=span
                        prop:checked=move || choice.seconds(share) == span
                        on:change=typed(move |_| choice.span.set(Some(span)))
                    />
                    <span>{words::span(span)}</span>
                </label>
            }
            .into_any()
        })
        .collect()
}
