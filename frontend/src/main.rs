//! The web interface of authscope: mounts the app into the page that `index.html` describes.
//!
//! Where what is: [`route`] addresses, [`api`] requests, [`live`] the event stream, [`state`] a session as
//! signals (folded by the model crate, laid out by the diagram crate, judged by the rules crate),
//! [`pages`], [`diagram`], [`inspector`] what is seen, [`panel`] dialogs that are loaded when they are opened, [`components`] small parts.

#![expect(
    unreachable_pub,
    reason = "the component macro makes public items of what is not"
)]

mod analysis;
mod api;
mod app;
mod components;
mod diagram;
mod inspector;
mod keys;
mod live;
mod offline;
mod pages;
mod panel;
mod prefs;
mod route;
mod rows;
mod share;
mod slot;
mod state;
mod wire;

use authscope_ui_kit::{dom, times};

fn main() {
    leptos::mount::mount_to_body(app::App);
}
