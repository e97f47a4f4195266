//! Where the flow waits for a person: before requests of a kind are sent, or when their answer is there. What is
//! ticked holds at once.

use crate::panel::{Entry, Panel};
use authscope_model::StepKind;
use authscope_ui_kit::http::exchange;
use authscope_ui_kit::part::{live, part, typed};
use leptos::prelude::*;
use serde_json::{Value, json};

/// As the page knows it. Options: `session`.
pub(crate) const PANEL: Entry = Entry {
    name: "breakpoints",
    title: "Breakpoints",
    view,
};

/// Kinds of steps that can be waited at, in the order of a flow.
const KINDS: [StepKind; 23] = [
    StepKind::Probe,
    StepKind::PrmFromChallenge,
    StepKind::PrmPathInserted,
    StepKind::PrmRoot,
    StepKind::AsMetadataRfc8414,
    StepKind::AsMetadataOidcInsertion,
    StepKind::AsMetadataOidcAppending,
    StepKind::Register,
    StepKind::PushedAuthorization,
    StepKind::DeviceAuthorization,
    StepKind::Token,
    StepKind::ClientCredentials,
    StepKind::TokenExchange,
    StepKind::JwtBearer,
    StepKind::McpInitialize,
    StepKind::McpInitialized,
    StepKind::McpDiscover,
    StepKind::McpToolsList,
    StepKind::McpToolsCall,
    StepKind::Refresh,
    StepKind::Revoke,
    StepKind::Introspect,
    StepKind::Userinfo,
];

/// The two ends of a request, as our API and people call them.
const ENDS: [(&str, &str); 2] = [
    ("before_send", "Before it is sent"),
    ("after_receive", "When the answer is there"),
];

/// The word of a kind in our API.
fn word(kind: StepKind) -> String {
    let word = serde_json::to_value(kind).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}

#[derive(Clone, Copy)]
struct Breakpoints {
    panel: Panel,
    /// Step and end of each; nothing before they are known.
    set: RwSignal<Option<Vec<(String, String)>>>,
    refused: RwSignal<Option<String>>,
    said: RwSignal<&'static str>,
}

fn view(panel: Panel) -> AnyView {
    let breakpoints = Breakpoints {
        panel,
        set: RwSignal::new(None),
        refused: RwSignal::new(None),
        said: RwSignal::new(""),
    };
    leptos::task::spawn_local(breakpoints.look());
    let known = move || breakpoints.set.with(Option::is_some);
    let content = move || match known() {
        true => table(breakpoints),
        false => view! { <p class="hint">"Loading…"</p> }.into_any(),
    };
    view! {
        <p class="hint">
            "The flow waits at these steps until somebody lets it go on: as it is, edited, or not at all. The wait counts as a person's time."
        </p>
        {part(content)}
        <p class="hint" role="status" data-testid="breakpoints-said">{part(move || breakpoints.said.get())}</p>
        {part(move || breakpoints.refused.get().map(|words| view! { <p class="problem" role="alert">{words}</p> }))}
    }
    .into_any()
}

impl Breakpoints {
    fn path(self, rest: &str) -> String {
        format!("api/sessions/{}{rest}", self.panel.text("session"))
    }

    async fn look(self) {
        match exchange("GET", &self.path("/breakpoints"), None).await {
            Ok(text) => {
                let list: Value = serde_json::from_str(&text).unwrap_or_default();
                let _ = self.set.try_set(Some(read(&list)));
            }
            Err(error) => {
                let _ = self.refused.try_set(Some(error.words()));
            }
        }
    }

    fn has(self, step: &str, at: &str) -> bool {
        self.set.with(|set| {
            let mut set = set.iter().flatten();
            set.any(|(s, a)| s == step && a == at)
        })
    }

    fn turn(self, step: &str, at: &str, on: bool) {
        let mut set = self.set.get_untracked().unwrap_or_default();
        set.retain(|(s, a)| !(s == step && a == at));
        if on {
            set.push((step.to_owned(), at.to_owned()));
        }
        let body = json!({ "type": "set_breakpoints", "breakpoints": written(&set) }).to_string();
        self.set.set(Some(set));
        leptos::task::spawn_local(async move {
            let outcome = exchange("POST", &self.path("/commands"), Some(&body)).await;
            let said = if outcome.is_ok() { "Set." } else { "" };
            let _ = self.said.try_set(said);
            let _ = self
                .refused
                .try_set(outcome.err().map(|error| error.words()));
        });
    }
}

/// The breakpoints as our API lists them.
fn read(list: &Value) -> Vec<(String, String)> {
    let one = |each: &Value| {
        let text = |name: &str| Some(each.get(name)?.as_str()?.to_owned());
        Some((text("step")?, text("at")?))
    };
    list.as_array()
        .into_iter()
        .flatten()
        .filter_map(one)
        .collect()
}

fn written(set: &[(String, String)]) -> Vec<Value> {
    let one = |(step, at): &(String, String)| json!({ "step": step, "at": at });
    set.iter().map(one).collect()
}

fn table(breakpoints: Breakpoints) -> AnyView {
    let rows: Vec<AnyView> = KINDS
        .into_iter()
        .map(|kind| row(breakpoints, kind))
        .collect();
    view! {
        <table data-testid="breakpoints-table">
            <thead>
                <tr><th scope="col">"Step"</th>{ENDS.map(|(_, title)| view! { <th scope="col">{title}</th> }).into_iter().collect::<Vec<_>>()}</tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(breakpoints: Breakpoints, kind: StepKind) -> AnyView {
    let cells = ENDS.map(|(at, title)| {
        let (step, shown) = (word(kind), word(kind));
        let label = format!("{}: {}", kind.title(), title.to_lowercase());
        view! {
            <td>
                <input
                    type="checkbox"
                    aria-label=label
                    prop:checked=live(move || breakpoints.has(&shown, at))
                    on:change=typed(move |event| breakpoints.turn(&step, at, event_target_checked(&event)))
                />
            </td>
        }
    });
    view! { <tr><th scope="row">{kind.title()}</th>{cells.into_iter().collect::<Vec<_>>()}</tr> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breakpoints_are_read_and_written_as_the_api_has_them() {
        let list = json!([{ "step": "token", "at": "before_send" }]);
        let set = read(&list);
        assert_eq!(set, [("token".to_owned(), "before_send".to_owned())]);
        assert_eq!(Value::Array(written(&set)), list);
    }

    #[test]
    fn every_kind_has_a_word() {
        assert_eq!(word(StepKind::McpToolsList), "mcp_tools_list");
        let mut words: Vec<String> = KINDS.into_iter().map(word).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), KINDS.len());
    }
}
