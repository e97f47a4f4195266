//! Which findings are new, gone, or on both sides.

use super::{View, class, pair_of};
use crate::ui::Html;
use authscope_compare::{FindingRow, FindingSide, Mark};
use authscope_model::Level;

impl View<'_> {
    pub(super) fn findings(&self, html: &mut Html) {
        let it = self.comparison;
        if it.findings.is_empty() {
            html.raw("<p class=\"cmp-block hint\">No findings on either side.</p>");
            return;
        }
        html.raw("<section class=\"cmp-block\" data-testid=\"finding-changes\"><h2>");
        match (it.found.added, it.found.removed) {
            (0, 0) => html.raw("Findings: none is new, none is gone"),
            (new, gone) => html.text(&format!("Findings: {new} new, {gone} gone")),
        };
        html.raw("</h2><ul>");
        let (same, other): (Vec<_>, Vec<_>) =
            it.findings.iter().partition(|row| row.mark == Mark::Same);
        other.into_iter().for_each(|row| self.finding(html, row));
        html.raw("</ul>");
        if !same.is_empty() {
            html.raw("<details data-key=\"same-findings\"><summary class=\"hint\">")
                .text(&format!("{} on both sides", same.len()))
                .raw("</summary><ul>");
            same.into_iter().for_each(|row| self.finding(html, row));
            html.raw("</ul></details>");
        }
        html.raw("</section>");
    }

    fn finding(&self, html: &mut Html, row: &FindingRow) {
        let Some(side) = row.b.as_ref().or(row.a.as_ref()) else {
            return;
        };
        html.raw("<li class=\"cmp-finding ")
            .text(class(row.mark))
            .raw("\" data-testid=\"change-")
            .text(&row.rule)
            .raw("\"><p>");
        badge(html, row, side.level);
        self.message(html, row, side);
        html.raw(" <a class=\"rule\" href=\"rules/")
            .text(&row.rule)
            .raw("\"><code>")
            .text(&row.rule)
            .raw("</code></a></p>");
        if matches!(row.mark, Mark::Added | Mark::Changed) {
            advice(html, row);
        }
        html.raw("</li>");
    }

    /// What it says, as a link to the steps it is about.
    fn message(&self, html: &mut Html, row: &FindingRow, side: &FindingSide) {
        let is_after = row.b.is_some();
        let about =
            |(a, b): &(u32, u32)| side.step > 0 && side.step == if is_after { *b } else { *a };
        let pair = self.comparison.rows.iter().map(pair_of).find(about);
        if let Some(pair) = pair {
            html.raw("<a data-swap href=\"")
                .text(&self.path(Some(pair), self.hide))
                .raw("\">")
                .prose(&side.message)
                .raw("</a>");
        } else {
            html.prose(&side.message);
        }
    }
}

/// New or gone, and how bad.
pub(crate) fn badge(html: &mut Html, row: &FindingRow, level: Level) {
    let word = match row.mark {
        Mark::Added => "New",
        Mark::Removed => "Gone",
        Mark::Changed => "Another level",
        Mark::Same => "Same",
    };
    let hue = match level {
        Level::Failure => "fail",
        Level::Warning => "warn",
        Level::Hint => "info",
    };
    html.raw("<b class=\"level ")
        .raw(hue)
        .raw("\">")
        .text(&format!("{} {word} {}", row.mark.sign(), level.as_str()))
        .raw("</b> ");
}

/// Who has to do what, and why.
pub(crate) fn advice(html: &mut Html, row: &FindingRow) {
    html.raw("<p class=\"soft\"><b>")
        .text(row.party.title())
        .raw(":</b> ")
        .prose(&row.fix);
    if let (Some(title), Some(url)) = (&row.clause, &row.clause_url) {
        html.raw(" <a target=\"_blank\" rel=\"noopener noreferrer\" href=\"")
            .text(url)
            .raw("\">")
            .text(title)
            .raw("</a>");
    }
    html.raw("</p>");
}
