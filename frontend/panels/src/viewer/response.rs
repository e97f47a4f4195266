//! The response, readable: challenges parsed, headers, and the body; documents of the flow field by field.

use super::body::Way;
use super::document::{self, Kind};
use super::known::{sentence, tally};
use super::tree::Tree;
use super::{Viewer, body, challenge, judged, text};
use authscope_model::exchange::{Failure, Response};
use authscope_model::{Exchange, Outcome};
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::part;
use authscope_ui_kit::table;
use leptos::prelude::*;
use std::sync::Arc;

/// The view of a step's outcome.
pub(super) fn view(viewer: Viewer, exchange: Exchange) -> AnyView {
    match exchange.outcome.clone() {
        Outcome::Response(response) => response_view(viewer, exchange, response),
        Outcome::Failed(failure) => failure_view(&failure),
        Outcome::Unseen => view! {
            <p class="empty">{icon("info")} <span>
                "Your browser sends this request; its response goes to your browser and is not seen here. What comes of it is the callback."
            </span></p>
        }
        .into_any(),
    }
}

fn response_view(viewer: Viewer, exchange: Exchange, response: Response) -> AnyView {
    let media_type = response.media_type();
    let names = response.headers.clone();
    let headers = part(move || {
        let marked = viewer.known.with(|known| known.lines("header"));
        table::headers("Headers", &names, &marked)
    });
    // Of a document of the flow, what is in it matters most.
    let fields = fields(viewer, exchange, &response);
    let is_document = fields.is_some();
    let body = body::view(&response.body, &media_type, viewer.findings("body"), fields);
    let (first, then) = match is_document {
        true => (body, headers.into_any()),
        false => (headers.into_any(), body),
    };
    view! {
        <p class="target mono">{response.status_line.clone()}</p>
        {challenges(viewer, response)}
        {first}
        {then}
    }
    .into_any()
}

/// Each challenge as a table over the line that it stands in.
fn challenges(viewer: Viewer, response: Response) -> AnyView {
    part(move || {
        let known = viewer.known.get();
        let all = challenge::challenges(&response, &known);
        let line = |line: challenge::Line| {
            let header = response.headers.get(line.header);
            let value = header.map(|header| header.value.clone()).unwrap_or_default();
            let name = header.map(|header| header.name.clone()).unwrap_or_default();
            let tables = all.iter().filter(|parsed| parsed.header == line.header);
            let tables: Vec<AnyView> = tables.map(|parsed| judged::table(viewer, parsed.rows.clone())).collect();
            let problems = line.problems.into_iter().map(|words| view! { <p class="hint warn">{sentence(&words)}</p> });
            view! {
                <section class="block challenge" data-testid="challenge">
                    <h3>"Challenge"</h3>
                    <pre class="mono wrap wire"><span class="name">{name}</span> ": " {text::marked(&value, line.spans)}</pre>
                    {problems.collect_view()}
                    {tables}
                </section>
            }
        };
        challenge::lines(&response, &known).into_iter().map(line).collect_view()
    })
    .into_any()
}

/// The fields of a document of the flow, when the answer is one.
fn fields(viewer: Viewer, exchange: Exchange, response: &Response) -> Option<Way> {
    let kind = Kind::of(exchange.step).filter(|_| response.is_success())?;
    let tree = Tree::new(&response.body.text)
        .ok()
        .filter(Tree::is_object)?;
    let known = Arc::new((exchange, tree));
    let view = move || {
        let known = known.clone();
        let rows = part(move || {
            let rows = document::judge(kind, &known.0, &known.1, &viewer.known.get());
            view! {
                <p class="hint">{kind.title()} ": " {tally(&rows)} "."</p>
                {judged::table(viewer, rows)}
            }
        });
        view! { <div data-testid="fields">{rows}</div> }.into_any()
    };
    Some(Way::new("Fields", view))
}

fn failure_view(failure: &Failure) -> AnyView {
    let setting = failure.setting.clone().map(|setting| {
        view! { <p>"The setting that decides this: " <code>{setting}</code></p> }
    });
    let received = failure.received.as_deref().map(|received| {
        view! { <h3>"Received"</h3> {text::view(received.into(), Vec::new())} }
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
