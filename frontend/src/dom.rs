//! Small helpers around the browser: addresses, clipboard, storage, focus, scrolling.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Path of the `<base>` of the page, with a slash at the end; everything is relative to it.
pub(crate) fn base_path() -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new(&base).map_or_else(|_| "/".into(), |url| url.pathname())
}

/// The absolute address of a path below the base.
pub(crate) fn absolute(path: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(path, &base).map_or_else(|_| path.to_owned(), |url| url.href())
}

/// Milliseconds since the epoch.
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// Copies a text. Browsers give the clipboard to secure pages only; elsewhere a selection is copied.
pub(crate) async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    let usable = clipboard.is_ok_and(|it| !it.is_undefined() && !it.is_null());
    if usable {
        let written = JsFuture::from(navigator.clipboard().write_text(text)).await;
        if written.is_ok() {
            return true;
        }
    }
    copy_selection(text).unwrap_or(false)
}

fn copy_selection(text: &str) -> Option<bool> {
    let area = document().create_element("textarea").ok()?;
    let area: web_sys::HtmlTextAreaElement = area.dyn_into().ok()?;
    area.set_value(text);
    area.set_class_name("offscreen");
    document().body()?.append_child(&area).ok()?;
    area.select();
    let page: web_sys::HtmlDocument = document().dyn_into().ok()?;
    let done = page.exec_command("copy").unwrap_or(false);
    area.remove();
    Some(done)
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// A value this browser remembers.
pub(crate) fn remembered(name: &str) -> Option<String> {
    storage()?.get_item(&format!("authscope.{name}")).ok()?
}

/// Remembers a value; when the browser refuses, it is merely not remembered.
pub(crate) fn remember(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("authscope.{name}"), value);
    }
}

/// The element with an id.
pub(crate) fn by_id(id: &str) -> Option<web_sys::HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that a selector finds.
pub(crate) fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Moves the focus without scrolling the page about.
pub(crate) fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        let _ = element.focus();
    }
}

/// Brings an element into view, moving as little as possible.
pub(crate) fn reveal(element: &web_sys::Element, centre: bool) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(if centre {
        web_sys::ScrollLogicalPosition::Center
    } else {
        web_sys::ScrollLogicalPosition::Nearest
    });
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Runs something after the page has been updated.
pub(crate) fn later(millis: u64, action: impl FnOnce() + 'static) {
    leptos::prelude::set_timeout(action, std::time::Duration::from_millis(millis));
}

/// Whether a media query holds.
pub(crate) fn media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Whether the page is in front.
pub(crate) fn visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}
