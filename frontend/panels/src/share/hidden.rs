//! How much is hidden and which values, whether people are named, and the session as a viewer sees it.

use super::Share;
use authscope_ui_kit::part::{part, press, typed};
use leptos::prelude::*;
use serde_json::{Value, json};

/// A value that those who come by a link do not see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hidden {
    what: String,
    times: u64,
    /// The owner sees it.
    on_links_only: bool,
}

/// Reads what our API lists.
pub(super) fn read(list: &Value) -> Vec<Hidden> {
    let one = |value: &Value| {
        Some(Hidden {
            what: value.get("what")?.as_str()?.to_owned(),
            times: value.get("times")?.as_u64()?,
            on_links_only: value.get("on_links_only")?.as_bool()?,
        })
    };
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(one).collect()
}

fn count(hidden: &[Hidden]) -> String {
    match hidden.len() {
        0 => "No value has to be hidden yet".into(),
        1 => "1 value will be hidden".into(),
        many => format!("{many} values will be hidden"),
    }
}

pub(super) fn view(share: Share) -> AnyView {
    let summary = move || match share.hidden.get() {
        Some(hidden) => count(&hidden),
        None => "Looking for values to hide…".into(),
    };
    let rows = move || {
        let hidden = share.hidden.get().unwrap_or_default();
        hidden.iter().map(row).collect::<Vec<_>>()
    };
    let allow = move |event: web_sys::Event| {
        let claims = event_target_checked(&event);
        leptos::task::spawn_local(async move {
            let body = json!({ "personal_claims": claims });
            let outcome = share.ask("POST", "/sharing", Some(body)).await;
            if outcome.is_ok() {
                let _ = share.claims.try_set(claims);
            }
            share.heard(outcome.map(|_| ()));
            share.look_at_hidden().await;
        });
    };
    let preview = move |_| {
        leptos::task::spawn_local(async move {
            let outcome = share
                .ask("POST", "/preview", Some(json!({ "on": true })))
                .await;
            if outcome.is_ok() {
                share.panel.tell(&json!({ "kind": "reload" }));
            }
            share.heard(outcome.map(|_| ()));
        });
    };
    view! {
        <div class="hiding">
            <details data-testid="share-hidden">
                <summary>{part(summary)} <span class="more">" – show which"</span></summary>
                <ul class="mono">{part(rows)}</ul>
            </details>
            <label class="check">
                <input type="checkbox" data-testid="share-claims" prop:checked=move || share.claims.get() on:change=typed(allow)/>
                " Show who signed in (claims such as sub and email)"
            </label>
            <button type="button" class="preview" data-testid="share-preview" on:click=press(preview)>
                "Preview as viewer"
            </button>
        </div>
    }
    .into_any()
}

fn row(hidden: &Hidden) -> AnyView {
    let times = (hidden.times > 1).then(|| format!(" × {}", hidden.times));
    let note = hidden.on_links_only.then_some(" – you see it");
    view! { <li>{hidden.what.clone()} {times} {note}</li> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted() {
        let list = json!([{"what": "access_token · 40 chars · #aaaaaa", "times": 3, "on_links_only": false}, {"what": 1}]);
        assert_eq!(count(&read(&list)), "1 value will be hidden");
        assert_eq!(count(&[]), "No value has to be hidden yet");
        assert!(read(&Value::Null).is_empty());
    }
}
