//! The request, readable.

use super::table::{self, Line};
use super::{body, glossary};
use authscope_model::Exchange;
use leptos::prelude::*;

/// The view of a step's request.
pub(crate) fn view(exchange: &Exchange) -> AnyView {
    let request = &exchange.request;
    let (base, query) = match request.url.split_once('?') {
        Some((base, query)) => (base.to_owned(), query.to_owned()),
        None => (request.url.clone(), String::new()),
    };
    let lines = authscope_protocol::form::parse(&query)
        .iter()
        .map(|(name, value)| Line::new(name, value, glossary::parameter(name)))
        .collect();
    let media_type = request.header("content-type").unwrap_or_default();
    let media_type = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    view! {
        <p class="target mono"><b>{request.method.clone()}</b> " " {table::masked(&base)}</p>
        {table::view("Query parameters", lines)}
        {table::headers("Headers", &request.headers, &[])}
        {body::view(&request.body, &media_type)}
    }
    .into_any()
}
