//! The request, readable.

use super::{Viewer, body};
use authscope_model::Exchange;
use authscope_ui_kit::glossary;
use authscope_ui_kit::part::part;
use authscope_ui_kit::table;
use leptos::prelude::*;

/// The view of a step's request.
pub(super) fn view(viewer: Viewer, exchange: &Exchange) -> AnyView {
    let request = exchange.request.clone();
    let (base, query) = match request.url.split_once('?') {
        Some((base, query)) => (base.to_owned(), query.to_owned()),
        None => (request.url.clone(), String::new()),
    };
    let pairs = authscope_protocol::form::parse(&query);
    let parameters = part(move || {
        let lines = table::explained(pairs.clone(), glossary::parameter);
        table::view("Query parameters", lines)
    });
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let headers = request.headers.clone();
    view! {
        <p class="target mono"><b>{request.method.clone()}</b> " " {table::masked(&base)}</p>
        {parameters}
        {part(move || {
            let marked = viewer.known.with(|known| known.lines("request_header"));
            table::headers("Headers", &headers, &marked)
        })}
        {body::view(&request.body, &media_type, viewer.findings("request_body"), None)}
    }
    .into_any()
}
