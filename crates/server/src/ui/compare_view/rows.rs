//! The steps of both sides, line by line; equal stretches are folded.

use super::{View, class, count, pair_of};
use crate::ui::Html;
use authscope_compare::{Lane, Mark, Row, Step};
use authscope_model::Participant;

const fn hue(participant: Participant) -> &'static str {
    match participant {
        Participant::You => "you",
        Participant::Client => "client",
        Participant::McpServer => "mcp",
        Participant::AuthorizationServer => "as",
        Participant::IdentityProvider => "idp",
        Participant::Other => "other",
    }
}

impl View<'_> {
    pub(super) fn rows(&self, html: &mut Html) {
        self.lanes(html);
        html.raw("<div class=\"cmp-rows\">");
        let rows = self.comparison.rows.as_slice();
        for stretch in rows.chunk_by(|one, next| self.is_equal(one) == self.is_equal(next)) {
            match stretch.first() {
                Some(first) if self.is_equal(first) => self.fold(html, first, stretch),
                _ => self.list(html, stretch),
            }
        }
        html.raw("</div></section>");
    }

    fn is_equal(&self, row: &Row) -> bool {
        self.mark(row) == Mark::Same
    }

    /// The heads of the columns and of the lifelines between them.
    fn lanes(&self, html: &mut Html) {
        let lanes = &self.comparison.lanes;
        html.raw("<section class=\"cmp-steps n")
            .text(&lanes.len().to_string());
        html.raw("\" aria-labelledby=\"cmp-steps\"><h2 id=\"cmp-steps\" class=\"offscreen\">Steps</h2><div class=\"cmp-head\" aria-hidden=\"true\"><span></span><b>Before</b><span class=\"mid names\">");
        for lane in lanes {
            html.raw("<span class=\"p-")
                .text(hue(lane.participant))
                .raw("\" title=\"")
                .text(&lane.title)
                .raw("\">")
                .text(&lane.initials)
                .raw("</span>");
        }
        html.raw("</span><b>After</b></div>");
    }

    fn fold(&self, html: &mut Html, first: &Row, equal: &[Row]) {
        let open = equal.iter().any(|row| Some(pair_of(row)) == self.pair);
        let (a, b) = pair_of(first);
        html.raw("<details class=\"cmp-fold\" data-testid=\"fold\" data-key=\"fold-")
            .text(&format!("{a}-{b}"))
            .raw(if open { "\" open>" } else { "\">" })
            .raw("<summary><span class=\"sign\" aria-hidden=\"true\">=</span> ")
            .text(&count(equal.len(), "equal step", "equal steps"))
            .raw("</summary>");
        self.list(html, equal);
        html.raw("</details>");
    }

    fn list(&self, html: &mut Html, rows: &[Row]) {
        html.raw("<ol>");
        rows.iter().for_each(|row| self.row(html, row));
        html.raw("</ol>");
    }

    fn row(&self, html: &mut Html, row: &Row) {
        let mark = self.mark(row);
        let pair = pair_of(row);
        html.raw("<li class=\"cmp-row ")
            .text(class(mark))
            .raw("\"><a class=\"pair\" data-swap data-testid=\"pair-");
        html.text(&format!("{}-{}", pair.0, pair.1))
            .raw("\" href=\"")
            .text(&self.path(Some(pair), self.hide));
        html.raw("\"");
        if self.pair == Some(pair) {
            html.raw(" aria-current=\"step\"");
        }
        html.raw("><span class=\"offscreen\">")
            .text(&label(row, mark))
            .raw(". </span><span class=\"sign\" aria-hidden=\"true\">")
            .text(&mark.sign().to_string())
            .raw("</span>");
        cell(html, "a", row.a.as_ref());
        self.middle(html, row);
        cell(html, "b", row.b.as_ref());
        html.raw("</a></li>");
    }

    /// Who talks to whom, over the lifelines of both sides.
    fn middle(&self, html: &mut Html, row: &Row) {
        let lanes: &[Lane] = &self.comparison.lanes;
        let lane =
            |who: Option<Participant>| lanes.iter().position(|lane| Some(lane.participant) == who);
        html.raw("<span class=\"mid\">");
        if let (Some(from), Some(to)) = (lane(row.from), lane(row.to)) {
            shaft(html, from, to, "solid", row.from);
            let answered = [&row.a, &row.b]
                .iter()
                .any(|step| step.as_ref().is_some_and(|step| !step.response.is_empty()));
            if answered {
                shaft(html, to, from, "dashed", row.to);
            }
        }
        html.raw("</span>");
    }
}

fn label(row: &Row, mark: Mark) -> String {
    let title = &row.title;
    match (&row.a, &row.b) {
        (Some(a), Some(b)) if mark == Mark::Same => {
            format!("{title}: steps {} and {}, equal", a.number, b.number)
        }
        (Some(a), Some(b)) => {
            let many = count(
                (row.differences + row.volatile).max(1) as usize,
                "value differs",
                "values differ",
            );
            format!("{title}: steps {} and {}, {many}", a.number, b.number)
        }
        (Some(a), None) => format!("{title}: step {} is gone", a.number),
        (None, Some(b)) => format!("{title}: step {} is new", b.number),
        (None, None) => title.clone(),
    }
}

fn cell(html: &mut Html, class: &'static str, step: Option<&Step>) {
    let Some(step) = step else {
        html.raw("<span class=\"cell none ")
            .text(class)
            .raw("\"></span>");
        return;
    };
    html.raw("<span class=\"cell ")
        .text(class)
        .raw(" ")
        .text(&step.verdict)
        .raw("\"><span class=\"number\">")
        .text(&step.number.to_string());
    html.raw("</span><span class=\"mono text\">")
        .text(&step.request)
        .raw("</span><span class=\"mono text soft\">")
        .text(&step.response)
        .raw("</span></span>");
}

/// Two grid columns per lifeline, which stands between them; columns are classes, since styles come from files only.
fn shaft(html: &mut Html, from: usize, to: usize, style: &'static str, who: Option<Participant>) {
    let (start, end) = (2 * from.min(to) + 2, 2 * from.max(to) + 2);
    let end = if start == end { start + 1 } else { end };
    let direction = if to >= from { "right" } else { "left" };
    let hue = who.map_or("other", hue);
    html.raw("<span class=\"shaft arrow ")
        .text(&format!("{style} {direction} p-{hue} s{start} e{end}"))
        .raw("\"></span>");
}
