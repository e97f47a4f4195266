//! Parts of a view that change, all of one type.
//!
//! The view library makes a copy of its machinery for every closure in a view. Behind these two functions
//! there is one copy for all of them, which keeps the page small.

use leptos::prelude::*;
use std::sync::{Arc, Mutex};

/// Something computed again when what it read has changed.
pub(crate) type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// A value of an attribute or class that changes.
pub(crate) fn live<T: 'static>(compute: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(compute))
}

/// A part of a view that changes.
pub(crate) fn part<V: IntoAny>(mut compute: impl FnMut() -> V + Send + 'static) -> Live<AnyView> {
    Arc::new(Mutex::new(move || compute().into_any()))
}

/// What a click does.
pub(crate) fn press(
    action: impl FnMut(web_sys::MouseEvent) + 'static,
) -> Box<dyn FnMut(web_sys::MouseEvent)> {
    Box::new(action)
}

/// What an `input` or `change` event does.
pub(crate) fn typed(
    action: impl FnMut(web_sys::Event) + 'static,
) -> Box<dyn FnMut(web_sys::Event)> {
    Box::new(action)
}
