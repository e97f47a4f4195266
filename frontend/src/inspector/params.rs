//! Every parameter of a step, in one line each.

use authscope_model::Exchange;
use authscope_protocol::{challenge, form};
use authscope_ui_kit::glossary;
use authscope_ui_kit::table::{self, Line};
use leptos::prelude::*;

/// The parameters of the request, the challenge and the response, each with its meaning; unknown ones say so.
pub(crate) fn view(exchange: &Exchange) -> AnyView {
    let sent = sent(exchange);
    let received = received(exchange);
    view! {
        {table::view("What was sent, in words", sent)}
        {table::view("What came back, in words", received)}
    }
    .into_any()
}

fn sent(exchange: &Exchange) -> Vec<Line> {
    let request = &exchange.request;
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = form::parse(query);
    let media_type = request.header("content-type").unwrap_or_default();
    if media_type.starts_with("application/x-www-form-urlencoded") {
        pairs.extend(form::parse(&request.body.text));
    } else if let Some(value) = request.body.json() {
        pairs.extend(members(&value));
    }
    let headers = request
        .headers
        .iter()
        .filter(|h| telling(&h.name))
        .map(|h| (h.name.clone(), h.value.clone()));
    let mut lines = explained(pairs);
    lines.extend(headers.filter_map(|(name, value)| {
        glossary::header(&name).map(|meaning| Line::new(&name, &value, Some(meaning)))
    }));
    lines
}

fn received(exchange: &Exchange) -> Vec<Line> {
    let Some(response) = exchange.response() else {
        return Vec::new();
    };
    let challenges = challenge::parse(&response.headers);
    let mut pairs: Vec<(String, String)> = challenges
        .list
        .iter()
        .flat_map(|challenge| &challenge.params)
        .map(|param| (param.name.clone(), param.value.clone()))
        .collect();
    if let Some(value) = response.body.json() {
        pairs.extend(members(&value));
    }
    explained(pairs)
}

/// Headers whose meaning matters for the flow; the others are in the Request tab.
fn telling(name: &str) -> bool {
    [
        "authorization",
        "mcp-protocol-version",
        "mcp-session-id",
        "dpop",
    ]
    .iter()
    .any(|telling| name.eq_ignore_ascii_case(telling))
}

fn explained(pairs: Vec<(String, String)>) -> Vec<Line> {
    table::explained(pairs, glossary::parameter_or_unknown)
}

fn members(value: &serde_json::Value) -> Vec<(String, String)> {
    let Some(members) = value.as_object() else {
        return Vec::new();
    };
    members
        .iter()
        .map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned);
            (name.clone(), text)
        })
        .collect()
}
