//! The part of the page that is loaded only when it is used (`offline.js` and the analysis module): opening
//! files without a server, and saving sessions as files.

use crate::state::{Load, Session};
use crate::wire;
use authscope_model::api::Problem;
use leptos::prelude::{Set, window};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The id of the session that was opened from a file: it is in this tab only.
pub(crate) const LOCAL: &str = "imported";

/// Loads `offline.js` and calls one of its functions.
async fn call(act: &str, one: &JsValue, two: &JsValue) -> Result<JsValue, JsValue> {
    ask("authscopeOffline", act, one, two).await
}

/// Loads a part of the page and calls one of its functions (`boot.js`).
async fn ask(part: &str, act: &str, one: &JsValue, two: &JsValue) -> Result<JsValue, JsValue> {
    let function = js_sys::Reflect::get(&window(), &part.into())?;
    let function: js_sys::Function = function.dyn_into()?;
    let promise: js_sys::Promise = function
        .call3(&JsValue::NULL, &act.into(), one, two)?
        .dyn_into()?;
    JsFuture::from(promise).await
}

async fn text_of(act: &str, one: &str, two: &str) -> Result<String, String> {
    let given = call(act, &JsValue::from_str(one), &JsValue::from_str(two)).await;
    given
        .map(|value| value.as_string().unwrap_or_default())
        .map_err(|error| words(&error))
}

pub(crate) fn words(error: &JsValue) -> String {
    let message = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()));
    message.unwrap_or_else(|| "authscope does not answer".into())
}

/// Saves a session as a file; what went wrong is shown in words.
pub(crate) fn save(session: Session, format: &'static str) {
    authscope_ui_kit::part::spawn(async move {
        if let Err(why) = text_of("save", format, &session.id()).await {
            let _ = session
                .refused
                .try_set(Some(format!("The file could not be written: {why}.")));
        }
    });
}

/// The bug report of a session.
pub(crate) async fn report(id: &str) -> Result<String, String> {
    text_of("text", "markdown", id).await
}

/// Does something the page can be without (`tools.js`): `attach` the map and the replay to the diagram, show the sheet
/// of `shortcuts`. When it does not come, the page is there all the same.
pub(crate) fn tool(act: &'static str) {
    tool_with(act, "");
}

/// Shows a verdict as the icon of the tab; without one, the icon the page came with.
pub(crate) fn mark(verdict: &'static str) {
    tool_with("mark", verdict);
}

fn tool_with(act: &'static str, value: &'static str) {
    authscope_ui_kit::part::spawn(async move {
        let _ = ask("authscopeTools", act, &value.into(), &JsValue::NULL).await;
    });
}

/// Asks for another title of a session; gives the one it has then.
pub(crate) async fn rename(id: &str, title: &str) -> Option<String> {
    let asked = ask("authscopeTools", "rename", &id.into(), &title.into()).await;
    asked.ok()?.as_string()
}

/// Shows the session of this tab, or says that it is gone.
pub(crate) async fn restore(session: Session) {
    let text = text_of("restore", "", "").await.unwrap_or_default();
    let kept = serde_json::from_str::<Value>(&text).ok();
    let parts = kept.as_ref().and_then(|kept| {
        let events = wire::history(&kept.get("recording")?.to_string())?;
        Some((events, wire::diagnosis(kept.get("diagnosis")?)?))
    });
    match parts {
        Some((events, diagnosis)) => {
            session.take_whole(events, diagnosis);
            let _ = session.load.try_set(Load::Ready);
        }
        None => {
            let problem = Problem {
                kind: String::new(),
                title: "This recording is no longer in this tab".into(),
                status: 404,
                detail: "A recording opened from a file stays in the tab that opened it, and nowhere else. Open the file again on the start page.".into(),
            };
            let _ = session.load.try_set(Load::Missing(problem));
        }
    }
}

/// Watches for files and texts on the page; ends when it is dropped.
pub(crate) struct Watch {
    end: std::rc::Rc<std::cell::RefCell<Option<js_sys::Function>>>,
    _tell: Closure<dyn FnMut(String)>,
}

impl Watch {
    /// Calls `tell` with what every opened text was, as a JSON value.
    pub(crate) fn start(mut tell: impl FnMut(Value) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(String)>::new(move |text: String| {
            if let Ok(value) = serde_json::from_str(&text) {
                tell(value);
            }
        });
        let callback: JsValue = closure.as_ref().clone();
        let end = std::rc::Rc::new(std::cell::RefCell::new(None));
        let slot = std::rc::Rc::downgrade(&end);
        authscope_ui_kit::part::spawn(async move {
            let Ok(stop) = call("watch", &callback, &JsValue::NULL).await else {
                return;
            };
            let stop: js_sys::Function = stop.unchecked_into();
            match slot.upgrade() {
                Some(slot) => *slot.borrow_mut() = Some(stop),
                // The page was left before the listeners were there.
                None => {
                    let _ = stop.call0(&JsValue::NULL);
                }
            }
        });
        Self {
            end,
            _tell: closure,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(stop) = self.end.borrow_mut().take() {
            let _ = stop.call0(&JsValue::NULL);
        }
    }
}
