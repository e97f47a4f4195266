//! The dialog around a panel: the browser's own, so that what is behind it can be neither reached nor read; with a
//! heading, a button that closes it, and a focus that goes round in it. Escape closes it, and so does a press beside it.

use crate::panel::{Entry, Panel};
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::press;
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, KeyboardEvent, MouseEvent};

/// What can have the focus.
const FOCUSABLE: &str = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), \
     textarea:not(:disabled), summary, [tabindex='0']";

/// A panel as a modal dialog.
pub(crate) fn dialog(entry: &'static Entry, panel: Panel) -> AnyView {
    let node = NodeRef::<Dialog>::new();
    node.on_load(|dialog| {
        // Fails only for a dialog that is open already.
        let _ = dialog.show_modal();
    });
    let title = format!("panel-{}", entry.name);
    let pressed = move |event: MouseEvent| {
        if is_beside(&event) {
            panel.close();
        }
    };
    view! {
        <dialog
            class=format!("panel {}", entry.name)
            aria-labelledby=title.clone()
            data-testid=format!("panel-{}", entry.name)
            node_ref=node
            on:close=move |_| panel.close()
            on:mousedown=press(pressed)
            on:keydown=go_round
        >
            <header>
                <h2 id=title.clone()>{entry.title}</h2>
                <button type="button" class="close quiet" aria-label="Close" title="Close (Esc)" on:click=press(move |_| panel.close())>
                    {icon("cross")}
                </button>
            </header>
            {(entry.view)(panel)}
        </dialog>
    }
    .into_any()
}

/// Whether the pointer is on the veil around the dialog: that is the dialog itself, outside of its box.
fn is_beside(event: &MouseEvent) -> bool {
    let dialog = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
    dialog.is_some_and(|dialog| {
        let area = dialog.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
        x < area.left() || x > area.right() || y < area.top() || y > area.bottom()
    })
}

/// From the last element back to the first, and the other way round.
fn go_round(event: KeyboardEvent) {
    if event.key() != "Tab" {
        return;
    }
    let dialog = event
        .current_target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    let Some(dialog) = dialog else {
        return;
    };
    let stops = stops(&dialog);
    let (Some(first), Some(last)) = (stops.first(), stops.last()) else {
        return;
    };
    let now = document().active_element();
    let (from, to) = match event.shift_key() {
        true => (first, last),
        false => (last, first),
    };
    if now.as_ref() == Some(from.as_ref()) {
        event.prevent_default();
        let _ = to.focus();
    }
}

/// What can have the focus and is shown, in order.
fn stops(dialog: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = dialog.query_selector_all(FOCUSABLE) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|at| found.item(at)?.dyn_into::<HtmlElement>().ok())
        .filter(|element| element.offset_parent().is_some())
        .filter(|element| !is_other_radio(element))
        .collect()
}

/// Of a group of radio buttons the chosen one alone is reached with Tab.
fn is_other_radio(element: &HtmlElement) -> bool {
    let radio = element.dyn_ref::<web_sys::HtmlInputElement>();
    radio.is_some_and(|radio| radio.type_() == "radio" && !radio.checked())
}
