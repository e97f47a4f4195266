//! The web interface of authscope: mounts the app into the page that `index.html` describes.
//!
//! Where what is: [`route`] addresses, [`api`] requests, [`live`] the event stream, [`state`] a session as
//! signals (folded by the model crate, laid out by the diagram crate, judged by the rules crate),
//! [`pages`], [`diagram`], [`inspector`] what is seen, [`components`] small parts.

#![expect(
    unreachable_pub,
    reason = "the component macro makes public items of what is not"
)]

mod analysis;
mod api;
mod app;
mod components;
mod diagram;
mod dom;
mod inspector;
mod keys;
mod live;
mod pages;
mod prefs;
mod route;
mod state;
mod times;
mod wire;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
