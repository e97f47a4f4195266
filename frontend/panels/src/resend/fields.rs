//! The fields of a request: method, URL, query, headers and body, each value on a line of its own. Of an answer: status,
//! headers and body.

use super::request::{Pair, Request, joined, members, object, pairs, split_url};
use authscope_ui_kit::dom;
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::{live, part, press, typed};
use leptos::prelude::*;

/// A list of names and values.
#[derive(Clone, Copy)]
struct List {
    /// For ids, such as `query`.
    id: &'static str,
    title: &'static str,
    /// What one of them is, such as `parameter`.
    one: &'static str,
    rows: RwSignal<Vec<Row>>,
    /// Number of the next row.
    next: RwSignal<u32>,
}

#[derive(Clone, PartialEq)]
struct Row {
    number: u32,
    name: RwSignal<String>,
    value: RwSignal<String>,
    written: Option<(String, String, String)>,
}

/// What the body is.
#[derive(Clone, PartialEq)]
enum Body {
    Form,
    /// A JSON object, and its text while no member is touched.
    Json(String),
    Text,
}

/// The fields of one request.
#[derive(Clone)]
pub(super) struct Fields {
    /// Whether URL and query are all there is.
    browser: bool,
    method: RwSignal<String>,
    /// Of an answer.
    status: Option<RwSignal<String>>,
    url: RwSignal<String>,
    query: List,
    headers: List,
    body: Body,
    members: List,
    text: RwSignal<String>,
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url
    }
}

impl Fields {
    pub(super) fn of(request: &Request, browser: bool) -> Self {
        let (base, query) = split_url(&request.url);
        let header = |(name, value): &(String, String)| Pair {
            name: name.clone(),
            value: value.clone(),
            written: None,
        };
        let (body, parts) = body_of(request);
        Self {
            browser,
            method: RwSignal::new(request.method.clone()),
            status: request
                .status
                .map(|status| RwSignal::new(status.to_string())),
            url: RwSignal::new(base.to_owned()),
            query: List::new(
                "query",
                "Query",
                "parameter",
                pairs(query.unwrap_or_default()),
            ),
            headers: List::new(
                "headers",
                "Headers",
                "header",
                request.headers.iter().map(header).collect(),
            ),
            body,
            members: List::new("body", "Body", "member", parts),
            text: RwSignal::new(request.body.clone()),
        }
    }

    /// The request that they say.
    pub(super) fn request(&self) -> Request {
        let query = joined(&self.query.pairs());
        let base = self.url.get_untracked().trim().to_owned();
        let between = match (query.is_empty(), base.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        let headers = self.headers.pairs().into_iter();
        Request {
            method: self.method.get_untracked().trim().to_owned(),
            url: format!("{base}{between}{query}"),
            headers: headers
                .filter(|pair| !pair.name.trim().is_empty())
                .map(|pair| (pair.name, pair.value))
                .collect(),
            body: self.body(),
            // What is no number is refused by its range.
            status: self
                .status
                .map(|status| status.get_untracked().trim().parse().unwrap_or(0)),
        }
    }

    fn body(&self) -> String {
        let parts = self.members.pairs();
        match &self.body {
            Body::Form => joined(&parts),
            Body::Json(text) if members(text).is_some_and(|before| before == parts) => text.clone(),
            Body::Json(_) => object(&parts),
            Body::Text => self.text.get_untracked(),
        }
    }

    pub(super) fn view(&self) -> AnyView {
        let rest = (!self.browser).then(|| {
            let body = match &self.body {
                Body::Form => self.members.view("Names and values of the form."),
                Body::Json(_) => self.members.view("Members of the JSON object; each value is JSON, and what is not is taken as a text."),
                Body::Text => text(self.text),
            };
            view! { {self.headers.view("")} {body} }
        });
        if let Some(signal) = self.status {
            return view! { <div class="where">{status(signal)}</div> {rest} }.into_any();
        }
        view! {
            <div class="where">
                {(!self.browser).then(|| method(self.method))}
                <label class="grow">
                    <span>"URL, without its query"</span>
                    <input class="mono" spellcheck="false" autocapitalize="off" data-testid="resend-url" prop:value=self.url on:input=write(self.url)/>
                </label>
            </div>
            {self.query.view("")}
            {rest}
        }
        .into_any()
    }
}

/// The body in parts, where it has any.
fn body_of(request: &Request) -> (Body, Vec<Pair>) {
    if request.media().contains("x-www-form-urlencoded") {
        return (Body::Form, pairs(&request.body));
    }
    match members(&request.body) {
        Some(parts) => (Body::Json(request.body.clone()), parts),
        None => (Body::Text, Vec::new()),
    }
}

fn write(signal: RwSignal<String>) -> Box<dyn FnMut(web_sys::Event)> {
    typed(move |event| signal.set(event_target_value(&event)))
}

fn method(method: RwSignal<String>) -> AnyView {
    let usual = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    view! {
        <label class="method">
            <span>"Method"</span>
            <input class="mono" list="resend-methods" spellcheck="false" autocapitalize="characters" data-testid="resend-method" prop:value=method on:input=write(method)/>
            <datalist id="resend-methods">{usual.map(|word| view! { <option value=word></option> }).into_iter().collect::<Vec<_>>()}</datalist>
        </label>
    }
    .into_any()
}

fn status(status: RwSignal<String>) -> AnyView {
    view! {
        <label class="method">
            <span>"Status"</span>
            <input class="mono" inputmode="numeric" maxlength="3" data-testid="resend-status" prop:value=status on:input=write(status)/>
        </label>
    }
    .into_any()
}

fn text(text: RwSignal<String>) -> AnyView {
    view! {
        <label class="list">
            <span class="title">"Body"</span>
            <textarea class="mono" rows="4" spellcheck="false" data-testid="resend-body" prop:value=text on:input=write(text)></textarea>
        </label>
    }
    .into_any()
}

impl List {
    fn new(id: &'static str, title: &'static str, one: &'static str, pairs: Vec<Pair>) -> Self {
        let row = |(number, pair): (usize, Pair)| Row {
            number: u32::try_from(number).unwrap_or(u32::MAX),
            name: RwSignal::new(pair.name),
            value: RwSignal::new(pair.value),
            written: pair.written,
        };
        let rows: Vec<Row> = pairs.into_iter().enumerate().map(row).collect();
        let next = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        Self {
            id,
            title,
            one,
            rows: RwSignal::new(rows),
            next: RwSignal::new(next),
        }
    }

    fn pairs(self) -> Vec<Pair> {
        let rows = self.rows.get_untracked().into_iter();
        rows.map(|row| Pair {
            name: row.name.get_untracked(),
            value: row.value.get_untracked(),
            written: row.written,
        })
        .collect()
    }

    fn add(self) {
        let number = self.next.get_untracked();
        self.next.set(number + 1);
        self.rows.update(|rows| {
            rows.push(Row {
                number,
                name: RwSignal::new(String::new()),
                value: RwSignal::new(String::new()),
                written: None,
            });
        });
        let id = format!("#{}-name-{number}", self.id);
        dom::later(0, move || dom::focus(&id));
    }

    fn remove(self, number: u32) {
        self.rows
            .update(|rows| rows.retain(|row| row.number != number));
        let id = format!("#{}-add", self.id);
        dom::later(0, move || dom::focus(&id));
    }

    fn view(self, hint: &'static str) -> AnyView {
        let rows = part(move || {
            let rows = self.rows.get().into_iter().enumerate();
            rows.map(|(at, row)| self.row(at + 1, row))
                .collect::<Vec<_>>()
        });
        let label = format!("Add a {}", self.one);
        view! {
            <fieldset class="list" data-testid=format!("resend-{}", self.id)>
                <legend class="title">{self.title}</legend>
                {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
                <ul>{rows}</ul>
                <button type="button" class="quiet add" id=format!("{}-add", self.id) on:click=press(move |_| self.add())>
                    {icon("plus")} {label}
                </button>
            </fieldset>
        }
        .into_any()
    }

    fn row(self, place: usize, row: Row) -> AnyView {
        let Row {
            number,
            name,
            value,
            ..
        } = row;
        let label = format!("{} {} {place}", self.title, self.one);
        let called = move || {
            let name = name.get();
            if name.is_empty() {
                format!("{} {place}", self.one)
            } else {
                name
            }
        };
        view! {
            <li>
                <input class="mono name" id=format!("{}-name-{number}", self.id) aria-label=format!("{label}: name") spellcheck="false" autocapitalize="off" prop:value=name on:input=write(name)/>
                <input
                    class="mono value"
                    class:masked=live(move || value.get().contains('⟨'))
                    aria-label=live(move || format!("Value of {}", called()))
                    spellcheck="false"
                    autocapitalize="off"
                    prop:value=value
                    on:input=write(value)
                />
                <button type="button" class="quiet" aria-label=live(move || format!("Remove {}", called())) title="Remove" on:click=press(move |_| self.remove(number))>
                    {icon("cross")}
                </button>
            </li>
        }
        .into_any()
    }
}
