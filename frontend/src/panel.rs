//! Dialogs and editors, loaded when they are opened: `panels.js` and the module behind it (`frontend/panels`).
//!
//! They share no memory with the page. What goes in and what comes out is JSON.

use crate::components::spawn;
use crate::offline::words;
use crate::state::Session;
use leptos::prelude::{Set, window};
use serde_json::Value;
use std::cell::RefCell;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Calls a function of `panels.js`, loading it first (`boot.js`).
fn call(act: &str, values: &[&JsValue]) -> Result<js_sys::Promise, JsValue> {
    let function = js_sys::Reflect::get(&window(), &"authscopePanel".into())?;
    let function: js_sys::Function = function.dyn_into()?;
    let all = js_sys::Array::of1(&act.into());
    for value in values {
        all.push(value);
    }
    function.apply(&JsValue::NULL, &all)?.dyn_into()
}

/// What a panel says is heard by this.
pub(crate) type Heard = Box<dyn FnMut(Value)>;

thread_local! {
    /// The panels that are open, so that nothing is loaded to tell one that is not. Each opening has a number of its
    /// own: a panel that is closed is taken apart while the next of its name is there already.
    static OPEN: RefCell<Vec<(&'static str, u32)>> = const { RefCell::new(Vec::new()) };
}

fn is_open(name: &str) -> bool {
    OPEN.with_borrow(|open| open.iter().any(|(known, _)| *known == name))
}

/// Opens a panel; `heard` is called with what it says. `within`: the id of the element it is mounted into; without it,
/// it is a dialog. That it could not be loaded is said in words on the page of the session. What it is told from here on
/// ([`update`]) reaches it.
pub(crate) fn show(
    session: Session,
    name: &'static str,
    options: &Value,
    mut heard: Heard,
    within: Option<&'static str>,
) {
    if is_open(name) {
        return;
    }
    let number = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    OPEN.with_borrow_mut(|open| open.push((name, number)));
    let heard = Closure::<dyn FnMut(String)>::new(move |text: String| {
        if let Ok(value) = serde_json::from_str(&text) {
            heard(value);
        }
    });
    let options = options.to_string();
    let within = within.map_or(JsValue::UNDEFINED, JsValue::from_str);
    let given = [
        &name.into(),
        &options.as_str().into(),
        heard.as_ref(),
        &within,
    ];
    let opened = call("open", &given);
    spawn(async move {
        let closed = match opened {
            Ok(closed) => JsFuture::from(closed).await,
            Err(error) => Err(error),
        };
        drop(heard);
        OPEN.with_borrow_mut(|open| open.retain(|known| *known != (name, number)));
        if let Err(error) = closed {
            let why = words(&error);
            let _ = session.refused.try_set(Some(format!(
                "This part of authscope could not be loaded: {why}. Is authscope running?"
            )));
        }
    });
}

/// Tells a panel something new, if it is open.
pub(crate) fn update(name: &str, news: &Value) {
    if is_open(name) {
        let _ = call("update", &[&name.into(), &news.to_string().as_str().into()]);
    }
}

/// Closes a panel, if it is open.
pub(crate) fn close(name: &str) {
    if is_open(name) {
        OPEN.with_borrow_mut(|open| open.retain(|(known, _)| *known != name));
        let _ = call("close", &[&name.into()]);
    }
}
