//! Small helpers around the browser: addresses, clipboard, storage, focus, scrolling.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Path of the `<base>` of the page, with a slash at the end; everything is relative to it.
pub fn base_path() -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new(&base).map_or_else(|_| "/".into(), |url| url.pathname())
}

/// The absolute address of a path below the base.
pub fn absolute(path: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(path, &base).map_or_else(|_| path.to_owned(), |url| url.href())
}

/// Milliseconds since the epoch.
pub fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// Copies a text. Browsers give the clipboard to secure pages only; elsewhere a selection is copied.
pub async fn copy(text: &str) -> bool {
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

/// Copies a text that is still on its way. Asked for within the click, because some browsers give the clipboard to
/// nothing later; true only when it is there.
pub async fn copy_when_ready(text: js_sys::Promise) -> bool {
    if let Some(written) = write_when_ready(&text)
        && JsFuture::from(written).await.is_ok()
    {
        return true;
    }
    match JsFuture::from(text).await {
        Ok(text) => copy(&text.as_string().unwrap_or_default()).await,
        Err(_) => false,
    }
}

fn write_when_ready(text: &js_sys::Promise) -> Option<js_sys::Promise> {
    let known = |holder: &JsValue, name: &str| {
        js_sys::Reflect::get(holder, &JsValue::from_str(name))
            .ok()
            .filter(|it| !it.is_undefined() && !it.is_null())
    };
    let navigator = window().navigator();
    known(&navigator, "clipboard")?;
    let item: js_sys::Function = known(&window(), "ClipboardItem")?.dyn_into().ok()?;
    let parts = js_sys::Object::new();
    js_sys::Reflect::set(&parts, &"text/plain".into(), text).ok()?;
    let item = js_sys::Reflect::construct(&item, &js_sys::Array::of1(&parts)).ok()?;
    let written = navigator.clipboard().write(&js_sys::Array::of1(&item));
    Some(written)
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
pub fn remembered(name: &str) -> Option<String> {
    storage()?.get_item(&format!("authscope.{name}")).ok()?
}

/// Remembers a value; when the browser refuses, it is merely not remembered.
pub fn remember(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("authscope.{name}"), value);
    }
}

/// The element with an id.
pub fn by_id(id: &str) -> Option<web_sys::HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that a selector finds.
pub fn find(selector: &str) -> Option<web_sys::HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

/// Calls a method without arguments of an element, such as `showModal`, where both are there.
pub fn call(selector: &str, method: &str) {
    let Some(element) = find(selector) else {
        return;
    };
    let found = js_sys::Reflect::get(&element, &method.into());
    if let Some(method) = found
        .ok()
        .and_then(|it| it.dyn_into::<js_sys::Function>().ok())
    {
        let _ = method.call0(&element);
    }
}

/// Moves the focus without scrolling the page about.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        let _ = element.focus();
    }
}

/// Brings an element into view, moving as little as possible.
pub fn reveal(element: &web_sys::Element, centre: bool) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(if centre {
        web_sys::ScrollLogicalPosition::Center
    } else {
        web_sys::ScrollLogicalPosition::Nearest
    });
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Runs something after the page has been updated.
pub fn later(millis: u64, action: impl FnOnce() + 'static) {
    leptos::prelude::set_timeout(action, std::time::Duration::from_millis(millis));
}

/// Whether a media query holds.
pub fn media(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Loads the page anew.
pub fn reload() {
    let _ = window().location().reload();
}

/// Whether the page is in front.
pub fn visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}
