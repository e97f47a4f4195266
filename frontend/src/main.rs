//! The web interface of authscope: mounts the app into the page that `index.html` describes.

use leptos::prelude::*;

fn main() {
    mount_to_body(App);
}

/// The root of the interface.
#[component]
fn App() -> impl IntoView {
    view! { <main><h1>"authscope"</h1></main> }
}
