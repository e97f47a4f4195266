//! Parts of a view that change, all of one type.
//!
//! The view library makes a copy of its machinery for every closure in a view. Behind these functions
//! there is one copy for all of them, which keeps the page small.

use leptos::prelude::*;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// Something computed again when what it read has changed.
pub type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// A value of an attribute or class that changes.
pub fn live<T: 'static>(compute: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(compute))
}

/// A part of a view that changes.
pub fn part<V: IntoAny>(mut compute: impl FnMut() -> V + Send + 'static) -> Live<AnyView> {
    Arc::new(Mutex::new(move || compute().into_any()))
}

/// What a click does.
pub fn press(
    action: impl FnMut(web_sys::MouseEvent) + 'static,
) -> Box<dyn FnMut(web_sys::MouseEvent)> {
    Box::new(action)
}

/// What an `input` or `change` event does.
pub fn typed(action: impl FnMut(web_sys::Event) + 'static) -> Box<dyn FnMut(web_sys::Event)> {
    Box::new(action)
}

/// What happens when something it reads changes, and once at the beginning.
pub fn effect(action: impl FnMut() + 'static) {
    run(Box::new(action));
}

fn run(mut action: Box<dyn FnMut()>) {
    leptos::prelude::Effect::new(move |_: Option<()>| action());
}

/// In place of the view library's: each of its own brings a machine of its own for every closure.
#[derive(Debug)]
pub struct Effect;

impl Effect {
    /// As [`effect`], with what the action gave the last time.
    #[expect(clippy::new_ret_no_self, reason = "called as the view library's is")]
    pub fn new<T: 'static>(mut action: impl FnMut(Option<T>) -> T + 'static) {
        let mut last = None;
        effect(move || last = Some(action(last.take())));
    }
}

/// Does something that takes a while.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    leptos::task::spawn_local(work);
}
