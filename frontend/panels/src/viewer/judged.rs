//! Names and values with a verdict each: claims, parameters of challenges, fields of documents.

use super::Viewer;
use super::known::{Complaint, Judged};
use super::text::styled;
use authscope_ui_kit::glossary;
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::press;
use authscope_ui_kit::prose::prose;
use authscope_ui_kit::table::{LINES, beginning, left_out};
use leptos::prelude::*;
use serde_json::json;

/// Characters of a value; all of it is in the body.
const LONGEST: usize = 1_000;

/// The lines of a table.
pub(super) fn table(viewer: Viewer, rows: Vec<Judged>) -> AnyView {
    let more = left_out(rows.len());
    let rows = rows.into_iter().take(LINES);
    let rows = rows.map(|row| line(viewer, row)).collect_view();
    view! { <dl class="table judged">{rows}</dl> {more} }.into_any()
}

fn line(viewer: Viewer, row: Judged) -> AnyView {
    let value = match &row.value {
        Some(value) => view! { <p class="mono value">{shortened(value)}</p> }.into_any(),
        None => ().into_any(),
    };
    let meaning =
        glossary::parameter(&row.name).map(|words| view! { <p class="meaning">{words}</p> });
    let finding = row.finding.map(|finding| complaint(viewer, &finding));
    let detail =
        (!row.detail.is_empty()).then(|| view! { <p class="why">{prose(&row.detail)}</p> });
    view! {
        <div class=row.mark.id() data-verdict=row.word>
            <dt>
                <span class="mono name">{row.name}</span>
                <span class="verdict"><span class="mark">{icon(row.mark.icon())}</span> <b>{row.word}</b></span>
            </dt>
            <dd>{value} {detail} {finding} {meaning}</dd>
        </div>
    }
    .into_any()
}

/// A value that may be as long as whoever sent it liked: its beginning.
fn shortened(value: &str) -> AnyView {
    let (shown, left) = beginning(value, LONGEST);
    let more = (left > 0).then(|| {
        view! { <i class="more-of-it">" … and " {left} " more characters"</i> }
    });
    view! { {styled(shown, Vec::new())} {more} }.into_any()
}

/// What a rule says, with the way to all it says.
fn complaint(viewer: Viewer, finding: &Complaint) -> AnyView {
    let rule = finding.rule.clone();
    let link = if finding.step == viewer.step {
        let asked = json!({ "rule": rule });
        let read = press(move |_| viewer.panel.tell(&asked));
        view! { <button type="button" class="link" data-testid="read-finding" on:click=read><code>{rule}</code></button> }.into_any()
    } else {
        let href = format!(
            "sessions/{}/step/{}",
            viewer.panel.text("session"),
            finding.step
        );
        view! { <a href=href><code>{rule}</code> " (step " {finding.step} ")"</a> }.into_any()
    };
    view! { <p class="says">{prose(&finding.message)} " " {link}</p> }.into_any()
}
