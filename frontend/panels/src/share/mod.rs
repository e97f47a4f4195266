//! The dialog that shares a session: who sees what until when, said before it happens; the links there are; the end.

mod ending;
mod form;
mod hidden;
mod link;
mod links;
mod made;
mod qr;
mod words;

use crate::panel::{Entry, Panel};
use authscope_ui_kit::http::{ApiError, exchange};
use authscope_ui_kit::part::part;
use leptos::prelude::*;
use link::Link;
use made::Made;
use serde_json::Value;

/// As the page knows it. Options: `session`, its id.
pub(crate) const PANEL: Entry = Entry {
    name: "share",
    title: "Share this session",
    view,
};

/// What the dialog knows. News of the page (somebody came or went) make it look at the links again.
#[derive(Clone, Copy)]
struct Share {
    panel: Panel,
    session: StoredValue<String>,
    /// The longest time a link may be valid here, in seconds.
    longest: RwSignal<u64>,
    /// Why links to this instance do not work everywhere.
    reach: RwSignal<Option<String>>,
    /// Whether those who come by a link see who somebody is.
    claims: RwSignal<bool>,
    links: RwSignal<Vec<Link>>,
    /// What is hidden; nothing before it is known.
    hidden: RwSignal<Option<Vec<hidden::Hidden>>>,
    /// The link that was made last.
    made: RwSignal<Option<Made>>,
    /// Why something did not work.
    refused: RwSignal<Option<String>>,
}

impl Share {
    fn new(panel: Panel) -> Self {
        Self {
            panel,
            session: StoredValue::new(panel.text("session")),
            longest: RwSignal::new(words::WEEK),
            reach: RwSignal::new(None),
            claims: RwSignal::new(false),
            links: RwSignal::new(Vec::new()),
            hidden: RwSignal::new(None),
            made: RwSignal::new(None),
            refused: RwSignal::new(None),
        }
    }

    /// Asks our API about the session.
    async fn ask(self, method: &str, rest: &str, body: Option<Value>) -> Result<Value, ApiError> {
        let path = format!("api/sessions/{}{rest}", self.session.get_value());
        let body = body.map(|body| body.to_string());
        let text = exchange(method, &path, body.as_deref()).await?;
        // Some answers are empty.
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// Does something, says in words when it was refused, and looks at the links again.
    fn act(self, method: &'static str, rest: String, body: Option<Value>) {
        leptos::task::spawn_local(async move {
            let outcome = self.ask(method, &rest, body).await;
            self.heard(outcome.map(|_| ()));
            self.look_at_links().await;
        });
    }

    fn heard(self, outcome: Result<(), ApiError>) {
        let words = outcome.err().map(|error| error.words());
        let _ = self.refused.try_set(words);
    }

    async fn look_at_links(self) {
        if let Ok(list) = self.ask("GET", "/links", None).await {
            let links = list
                .as_array()
                .map(|list| list.iter().filter_map(Link::read).collect());
            let _ = self.links.try_set(links.unwrap_or_default());
        }
    }

    async fn look_at_hidden(self) {
        if let Ok(list) = self.ask("GET", "/hidden", None).await {
            let _ = self.hidden.try_set(Some(hidden::read(&list)));
        }
    }

    async fn look(self) {
        match self.ask("GET", "/access", None).await {
            Ok(access) => {
                let longest = access.get("longest").and_then(Value::as_u64);
                let reach = access.get("reach").and_then(Value::as_str);
                let claims = access.pointer("/allowed/personal_claims");
                let _ = self.longest.try_set(longest.unwrap_or(words::WEEK));
                let _ = self.reach.try_set(reach.map(ToOwned::to_owned));
                let _ = self
                    .claims
                    .try_set(claims.and_then(Value::as_bool).unwrap_or_default());
            }
            Err(error) => self.heard(Err(error)),
        }
        self.look_at_hidden().await;
    }
}

fn view(panel: Panel) -> AnyView {
    let share = Share::new(panel);
    leptos::task::spawn_local(share.look());
    Effect::new(move |_| {
        panel.news.track();
        leptos::task::spawn_local(share.look_at_links());
    });
    view! {
        {part(move || share.reach.get().map(|words| view! { <p class="reach" data-testid="share-reach">{words}</p> }))}
        {form::view(share)}
        {part(move || share.refused.get().map(|words| view! { <p class="problem" role="alert">{words}</p> }))}
        {part(move || share.made.get().map(|made| made::view(share, &made)))}
        {links::view(share)}
        {ending::view(share)}
    }
    .into_any()
}
