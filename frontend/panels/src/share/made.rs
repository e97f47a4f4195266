//! A link that was just made: copied if the browser allows it, else shown with its text selected.

use super::Share;
use super::link::{Link, remember};
use super::words::Kind;
use authscope_ui_kit::dom;
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::press;
use leptos::html::Input;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsValue;

/// A link that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    url: String,
    kind: Kind,
    /// Whether it is in the clipboard; nothing while that is not known.
    copied: Option<bool>,
}

/// Makes a link and copies its address. Called within the click.
pub(super) fn make(share: Share, body: Value) {
    share.made.set(None);
    let address = wasm_bindgen_futures::future_to_promise(async move {
        let answer = share.ask("POST", "/links", Some(body)).await;
        let made = match &answer {
            Ok(answer) => read(answer),
            Err(_) => None,
        };
        share.heard(answer.map(|_| ()));
        let Some(made) = made else {
            return Err(JsValue::from_str("no link was made"));
        };
        let url = made.url.clone();
        let _ = share.made.try_set(Some(made));
        share.look_at_links().await;
        Ok(JsValue::from_str(&url))
    });
    leptos::task::spawn_local(async move {
        let copied = dom::copy_when_ready(address).await;
        let _ = share.made.try_update(|made| {
            if let Some(made) = made {
                made.copied = Some(copied);
            }
        });
    });
}

fn read(answer: &Value) -> Option<Made> {
    let url = answer.get("url")?.as_str()?.to_owned();
    let link = Link::read(answer.get("link")?)?;
    remember(&link.id, &url);
    Some(Made {
        url,
        kind: link.kind,
        copied: None,
    })
}

/// The address, and whether it is in the clipboard.
pub(super) fn view(share: Share, made: &Made) -> AnyView {
    let node = NodeRef::<Input>::new();
    let select = made.copied == Some(false);
    node.on_load(move |input| {
        if select {
            let _ = input.focus();
            input.select();
        }
    });
    let words = match (made.copied, made.kind) {
        (None, _) => "Copying…",
        (Some(true), Kind::Owner) => {
            "Copied. Keep it where nobody else looks: whoever has it can do everything you can."
        }
        (Some(true), _) => "Copied. The link is shown this once.",
        (Some(false), _) => {
            "The browser did not let authscope copy it. The link is selected: copy it with Ctrl+C or ⌘C."
        }
    };
    let url = made.url.clone();
    // The owner's link is a key to keep, not one to hold up in a room.
    let code = (made.kind != Kind::Owner).then(|| super::qr::view(&url));
    let select_all = |event: web_sys::FocusEvent| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        input.select();
    };
    view! {
        <div class="made" data-testid="share-made">
            <p role="status">{icon(if made.copied == Some(true) { "check" } else { "link" })} " " {words}</p>
            <div class="joined">
                <input
                    type="text"
                    class="mono"
                    readonly=true
                    aria-label="The link"
                    data-testid="share-url"
                    value=url
                    node_ref=node
                    on:focus=select_all
                />
                <button type="button" class="quiet" aria-label="Put the link away" on:click=press(move |_| share.made.set(None))>
                    {icon("cross")}
                </button>
            </div>
            {code}
        </div>
    }
    .into_any()
}
