//! The export menu of a session, and the line that says that a session is in this tab only.

use crate::components::icon;
use crate::components::menu::{Entry, menu};
use crate::state::Session;
use crate::{dom, offline};
use leptos::prelude::*;

/// What a session can be saved as: the format's name, and the words of the menu.
const FORMATS: [(&str, &str); 7] = [
    ("json", "Recording (JSON)"),
    ("har", "HAR 1.2"),
    ("html", "Page that opens offline (HTML)"),
    ("markdown", "Bug report (Markdown)"),
    ("svg", "Diagram (SVG)"),
    ("png", "Diagram (PNG)"),
    ("mermaid", "Diagram (Mermaid)"),
];

/// The menu.
pub(crate) fn export_menu(session: Session) -> AnyView {
    let copy: Entry = ("Copy bug report", Box::new(move || copy_report(session)));
    let save = FORMATS.map(|(format, words)| -> Entry {
        (words, Box::new(move || offline::save(session, format)))
    });
    menu(
        "export-menu",
        "down",
        "Export",
        true,
        std::iter::once(copy).chain(save).collect(),
    )
}

fn copy_report(session: Session) {
    authscope_ui_kit::part::spawn(async move {
        let words = match offline::report(&session.id()).await {
            Ok(text) if dom::copy(&text).await => return,
            Ok(_) => "This browser refused the clipboard; save the bug report as a file instead."
                .to_owned(),
            Err(why) => format!("The bug report could not be written: {why}."),
        };
        let _ = session.refused.try_set(Some(words));
    });
}

/// Says where an imported session is, and where not.
pub(crate) fn local_note() -> AnyView {
    view! {
        <p class="connection gone" data-testid="local-note">
            {icon("info")}
            <span>"Opened from a file and analysed in this browser. It is in this tab only: links to its steps work here and nowhere else."</span>
        </p>
    }
    .into_any()
}
