//! The response, readable.

use super::table::{self, Line};
use super::{body, glossary};
use crate::components::icon;
use authscope_model::exchange::{Failure, Response};
use authscope_model::{Exchange, Outcome};
use authscope_protocol::challenge;
use leptos::prelude::*;

/// The view of a step's outcome.
pub(crate) fn view(exchange: &Exchange) -> AnyView {
    match &exchange.outcome {
        Outcome::Response(response) => response_view(response),
        Outcome::Failed(failure) => failure_view(failure),
        Outcome::Unseen => view! {
            <p class="empty">{icon("info")} <span>
                "Your browser sends this request; its response goes to your browser and is not seen here. What comes of it is the callback."
            </span></p>
        }
        .into_any(),
    }
}

fn response_view(response: &Response) -> AnyView {
    view! {
        <p class="target mono">{response.status_line.clone()}</p>
        {challenges(response)}
        {table::headers("Headers", &response.headers, &[])}
        {body::view(&response.body, &response.media_type())}
    }
    .into_any()
}

/// The parsed challenge over the raw line that stands in the headers.
fn challenges(response: &Response) -> AnyView {
    let parsed = challenge::parse(&response.headers);
    let tables: Vec<_> = parsed
        .list
        .iter()
        .map(|challenge| {
            let mut lines = vec![Line::new("scheme", &challenge.scheme, None)];
            if let Some(token) = &challenge.token68 {
                lines.push(Line::new("token68", token, None));
            }
            lines.extend(
                challenge
                    .params
                    .iter()
                    .map(|p| Line::new(&p.name, &p.value, glossary::parameter(&p.name))),
            );
            table::view("Challenge", lines)
        })
        .collect();
    let problems: Vec<_> = parsed
        .problems
        .iter()
        .map(|problem| view! { <p class="hint warn">{problem.message.clone()}</p> })
        .collect();
    view! { {tables} {problems} }.into_any()
}

fn failure_view(failure: &Failure) -> AnyView {
    let setting = failure.setting.clone().map(|setting| {
        view! { <p>"The setting that decides this: " <code>{setting}</code></p> }
    });
    let received = failure.received.clone().map(|text| {
        view! { <h3>"Received"</h3><pre class="mono wrap">{text}</pre> }
    });
    view! {
        <section class="block">
            <h3>"No response"</h3>
            <p>{failure.message.clone()}</p>
            <p class="hint">"The request was sent from the machine authscope runs on, not from this browser."</p>
            {setting}
            {received}
        </section>
    }
    .into_any()
}
