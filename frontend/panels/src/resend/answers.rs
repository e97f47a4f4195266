//! Both answers: what differs between the one that was recorded first and the one to the edited request.

use super::differences::{Difference, differences};
use crate::panel::Panel;
use authscope_ui_kit::http::exchange;
use authscope_ui_kit::part::part;
use authscope_ui_kit::{diff, dom};
use leptos::prelude::*;
use serde_json::Value;

/// The two exchanges as far as they are known.
#[derive(Clone, Copy)]
struct Answers {
    panel: Panel,
    of: u64,
    step: u64,
    before: RwSignal<Option<Value>>,
    after: RwSignal<Option<Value>>,
    refused: RwSignal<Option<String>>,
}

pub(super) fn view(panel: Panel, of: u64, step: u64) -> AnyView {
    let answers = Answers {
        panel,
        of,
        step,
        before: RwSignal::new(None),
        after: RwSignal::new(None),
        refused: RwSignal::new(None),
    };
    Effect::new(move |_| {
        panel.news.track();
        leptos::task::spawn_local(answers.look());
    });
    let content = move || match (answers.before.get(), answers.after.get()) {
        (Some(before), Some(after)) => compared(answers, &before, &after),
        (Some(_), None) => {
            view! { <p class="hint pulse" role="status">"Waiting for the answer…"</p> }.into_any()
        }
        _ => view! { <p class="hint">"Loading…"</p> }.into_any(),
    };
    view! {
        <div class="answers" data-testid="answers">
            {part(content)}
            {part(move || answers.refused.get().map(|words| view! { <p class="problem" role="alert">{words}</p> }))}
        </div>
    }
    .into_any()
}

impl Answers {
    async fn look(self) {
        for (number, place) in [(self.of, self.before), (self.step, self.after)] {
            if place.try_with_untracked(Option::is_some) != Some(false) {
                continue;
            }
            let path = format!(
                "api/sessions/{}/exchanges/{number}",
                self.panel.text("session")
            );
            match exchange("GET", &path, None).await {
                Ok(text) => {
                    let value: Value = serde_json::from_str(&text).unwrap_or_default();
                    let _ = place.try_set(Some(value).filter(|value| !value.is_null()));
                }
                Err(error) => {
                    let _ = self.refused.try_set(Some(error.words()));
                }
            }
        }
    }
}

fn compared(answers: Answers, before: &Value, after: &Value) -> AnyView {
    let (found, same) = differences(before, after);
    dom::later(0, || {
        if let Some(place) = dom::find(".answers h3") {
            dom::reveal(&place, true);
        }
    });
    let rows: Vec<AnyView> = found.iter().map(|each| row(answers, each)).collect();
    view! {
        <h3 data-testid="answers-summary">{summary(found.len(), same)}</h3>
        <ul class="differences">{rows}</ul>
    }
    .into_any()
}

fn summary(differ: usize, same: usize) -> String {
    let values = |count: usize, verb: [&str; 2]| match count {
        1 => format!("1 value {}", verb[0]),
        _ => format!("{count} values {}", verb[1]),
    };
    match (differ, same) {
        (0, _) => "Both answers are the same".to_owned(),
        (_, 0) => format!("Both answers: {}", values(differ, ["differs", "differ"])),
        _ => format!(
            "Both answers: {}, {}",
            values(differ, ["differs", "differ"]),
            values(same, ["is the same", "are the same"])
        ),
    }
}

fn row(answers: Answers, difference: &Difference) -> AnyView {
    let (before, after) = match (&difference.before, &difference.after) {
        (Some(before), Some(after)) => diff::marked(before, after),
        (before, after) => (alone(before), alone(after)),
    };
    view! {
        <li data-testid="difference">
            <h4 class="mono">{difference.name.clone()}</h4>
            <dl class="diff">
                <dt>"Step " {answers.of}</dt>
                <dd class="mono">{before}</dd>
                <dt>"Step " {answers.step}</dt>
                <dd class="mono">{after}</dd>
            </dl>
        </li>
    }
    .into_any()
}

fn alone(value: &Option<String>) -> AnyView {
    match value {
        Some(value) => value.clone().into_any(),
        None => view! { <em>"not there"</em> }.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts() {
        assert_eq!(summary(0, 4), "Both answers are the same");
        assert_eq!(summary(1, 0), "Both answers: 1 value differs");
        assert_eq!(
            summary(2, 1),
            "Both answers: 2 values differ, 1 value is the same"
        );
    }
}
