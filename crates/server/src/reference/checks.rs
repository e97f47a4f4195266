//! What was checked in a session or at one of its steps: what was found, what was in order, and what could not be
//! checked and why.

use super::html::{self, Page};
use crate::access::{Access, Role};
use crate::extract::{QueryOf, SessionId};
use crate::problem::Problem;
use crate::public_url::PublicUrl;
use crate::sharing::view;
use crate::state::AppState;
use authscope_model::Transcript;
use authscope_rules::{Checked, Outcome, checked, checked_at};
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which step, and whether only the inside of the page is wanted.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    step: Option<u32>,
    #[serde(default)]
    part: bool,
}

pub(super) async fn page(
    access: Access,
    SessionId(id): SessionId,
    QueryOf(wanted): QueryOf<Wanted>,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let right = access.on(&id, Role::Viewer).await?;
    let seen = view::read(&state, &id, &right).await?;
    let transcript = Transcript::from_events(&seen.events);
    let public = state.public_url();
    let list = match wanted.step {
        Some(step) => checked_at(&transcript, step),
        None => checked(&transcript),
    };
    let inside = inside(public, &list, wanted.step);
    if wanted.part {
        return Ok(Html(inside).into_response());
    }
    let page = Page {
        status: StatusCode::OK,
        title: "What was checked",
        section: "",
        main: format!("<h1>What was checked</h1>\n{inside}"),
    };
    Ok(page.response(public))
}

fn inside(public: &PublicUrl, list: &[Checked], step: Option<u32>) -> String {
    let of = |wanted: fn(&Outcome) -> bool| list.iter().filter(move |c| wanted(&c.outcome));
    let found: Vec<&Checked> = of(|o| matches!(o, Outcome::Found { .. })).collect();
    let passed: Vec<&Checked> = of(|o| matches!(o, Outcome::Passed)).collect();
    let skipped: Vec<&Checked> = of(|o| matches!(o, Outcome::NotEvaluated(_))).collect();
    let place = if step.is_some() {
        "at this step"
    } else {
        "in this session"
    };
    let mut html = format!(
        "<p class=\"checks-count\">{} rules look here: {} found something, {} found everything in order, {} could not be \
         evaluated.</p>\n",
        list.len(),
        found.len(),
        passed.len(),
        skipped.len()
    );
    if list.is_empty() {
        html = format!("<p>No rule looks {place}.</p>\n");
    }
    html.push_str(&rules(public, "Found something", &found));
    html.push_str(&rules(public, "In order", &passed));
    html.push_str(&not_evaluated(public, &skipped));
    html
}

fn rules(public: &PublicUrl, title: &str, list: &[&Checked]) -> String {
    if list.is_empty() {
        return String::new();
    }
    let items: String = list.iter().map(|checked| item(public, checked)).collect();
    format!(
        "<details><summary>{title} ({})</summary><ul class=\"checks\">{items}</ul></details>\n",
        list.len()
    )
}

fn item(public: &PublicUrl, checked: &Checked) -> String {
    let place = match &checked.outcome {
        Outcome::Found { steps } if !steps.is_empty() => {
            let steps: Vec<String> = steps.iter().map(u32::to_string).collect();
            format!(" <span class=\"hint\">step {}</span>", steps.join(", "))
        }
        _ => String::new(),
    };
    format!(
        "<li>{} {}{place}</li>",
        html::rule_link(public, checked.info.id),
        html::prose(checked.info.summary)
    )
}

/// Rules that could not run, by the reason.
fn not_evaluated(public: &PublicUrl, list: &[&Checked]) -> String {
    if list.is_empty() {
        return String::new();
    }
    let mut reasons: BTreeMap<&str, Vec<&Checked>> = BTreeMap::new();
    for checked in list {
        if let Outcome::NotEvaluated(reason) = &checked.outcome {
            reasons.entry(reason).or_default().push(checked);
        }
    }
    let groups: String = reasons
        .iter()
        .map(|(reason, rules)| {
            let items: String = rules.iter().map(|checked| item(public, checked)).collect();
            format!(
                "<li><p class=\"reason\">Because {} ({}):</p><ul class=\"checks\">{items}</ul></li>",
                html::prose(reason),
                rules.len()
            )
        })
        .collect();
    format!(
        "<details><summary>Not evaluated ({})</summary><ul class=\"reasons\">{groups}</ul></details>\n",
        list.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use authscope_rules::catalogue;

    #[test]
    fn reasons_are_grouped_and_nothing_is_left_out() {
        let public = PublicUrl::parse("http://127.0.0.1:7007/").unwrap();
        let one = |at: usize, outcome: Outcome| Checked {
            info: catalogue()[at],
            outcome,
        };
        let list = [
            one(0, Outcome::Passed),
            one(1, Outcome::NotEvaluated("there was no <b>".into())),
            one(2, Outcome::NotEvaluated("there was no <b>".into())),
            one(3, Outcome::Found { steps: vec![4, 5] }),
        ];
        let html = inside(&public, &list, Some(4));
        for checked in &list {
            assert!(html.contains(checked.info.id), "{}", checked.info.id);
        }
        assert_eq!(html.matches("there was no &lt;b&gt;").count(), 1, "{html}");
        assert!(
            html.contains("Not evaluated (2)") && html.contains("step 4, 5"),
            "{html}"
        );
    }
}
