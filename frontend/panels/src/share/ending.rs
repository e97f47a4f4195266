//! Taking everything back, the way back for the owner, the end of the session, and what was done so far.

use super::{Share, made};
use crate::audit;
use authscope_ui_kit::part::{part, press};
use leptos::prelude::*;
use serde_json::json;

pub(super) fn view(share: Share) -> AnyView {
    let none = move || !share.links.get().iter().any(|link| link.active);
    let revoke_all = move |_| share.act("DELETE", "/links".into(), None);
    let recovery = move |_| made::make(share, json!({ "kind": "owner" }));
    view! {
        <p class="ending">
            <button type="button" data-testid="share-recovery" title="Opens this session as its owner, in any browser" on:click=press(recovery)>
                "Copy recovery link"
            </button>
            <button type="button" data-testid="share-revoke-all" disabled=none on:click=press(revoke_all)>"Revoke all"</button>
            {delete(share)}
        </p>
        {audit::view(share.session.get_value(), Signal::derive(move || share.links.get().len()))}
    }
    .into_any()
}

/// Asks once more before it deletes.
fn delete(share: Share) -> AnyView {
    let sure = RwSignal::new(false);
    let press_delete = move |_| {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        leptos::task::spawn_local(async move {
            let outcome = share.ask("DELETE", "", None).await;
            if outcome.is_ok() {
                share.panel.tell(&json!({ "kind": "deleted" }));
            }
            share.heard(outcome.map(|_| ()));
        });
    };
    let words = move || match sure.get() {
        true => "Delete now: it cannot be undone",
        false => "End session and delete",
    };
    view! {
        <button type="button" class="delete" class:sure=sure data-testid="share-delete" on:click=press(press_delete) on:blur=move |_| sure.set(false)>
            {part(words)}
        </button>
    }
    .into_any()
}
