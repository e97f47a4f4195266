//! What every panel is given: its options, what the page says later, and the way to answer.

use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsValue;

/// A kind of panel.
pub(crate) struct Entry {
    /// By which the page opens it.
    pub(crate) name: &'static str,
    /// Heading of the dialog.
    pub(crate) title: &'static str,
    /// What is in it.
    pub(crate) view: fn(Panel) -> AnyView,
}

/// An open panel.
#[derive(Clone, Copy)]
pub(crate) struct Panel {
    options: StoredValue<Value>,
    /// What the page said last; null before it said anything.
    pub(crate) news: RwSignal<Value>,
    tell: StoredValue<js_sys::Function, LocalStorage>,
}

impl Panel {
    pub(crate) fn new(options: Value, news: ArcRwSignal<Value>, tell: js_sys::Function) -> Self {
        Self {
            options: StoredValue::new(options),
            news: RwSignal::from(news),
            tell: StoredValue::new_local(tell),
        }
    }

    /// Reads the options.
    pub(crate) fn option<T>(self, read: impl FnOnce(&Value) -> T) -> T {
        self.options.with_value(read)
    }

    /// A text among the options; empty when there is none.
    pub(crate) fn text(self, name: &str) -> String {
        let text = self
            .options
            .with_value(|options| options.get(name)?.as_str().map(ToOwned::to_owned));
        text.unwrap_or_default()
    }

    /// Tells the page something.
    pub(crate) fn tell(self, message: &Value) {
        self.call(&JsValue::from_str(&message.to_string()));
    }

    /// Ends the panel.
    pub(crate) fn close(self) {
        self.call(&JsValue::UNDEFINED);
    }

    fn call(self, value: &JsValue) {
        // What the page does with it is the page's affair.
        let _ = self
            .tell
            .try_with_value(|tell| tell.call1(&JsValue::NULL, value));
    }
}
