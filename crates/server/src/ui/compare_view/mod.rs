//! The compare page: two sessions side by side, what differs, and which findings are new or gone.

mod detail;
pub(super) mod findings;
mod rows;

use super::Html;
use crate::extract::of_branch;
use authscope_compare::{Comparison, Mark, PairDetail, Row, Side, Step};

/// What is shown.
pub(crate) struct View<'a> {
    /// Id of what was.
    pub(crate) a: &'a str,
    /// Id of what is.
    pub(crate) b: &'a str,
    /// The comparison.
    pub(crate) comparison: &'a Comparison,
    /// The selected pair of steps; 0 for a side without it.
    pub(crate) pair: Option<(u32, u32)>,
    /// Its values.
    pub(crate) detail: Option<PairDetail>,
    /// Whether values that differ in every run are left out.
    pub(crate) hide: bool,
}

/// A class and a word for a mark.
const fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Same => "same",
        Mark::Changed => "changed",
        Mark::Added => "added",
        Mark::Removed => "removed",
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn pair_of(row: &Row) -> (u32, u32) {
    let number = |step: &Option<Step>| step.as_ref().map_or(0, |step| step.number);
    (number(&row.a), number(&row.b))
}

impl View<'_> {
    /// The page's content.
    pub(crate) fn html(&self) -> Html {
        let mut html = Html::default();
        self.summary(&mut html);
        html.raw(if self.detail.is_some() {
            "<main id=\"main\" tabindex=\"-1\" class=\"cmp inspecting\">"
        } else {
            "<main id=\"main\" tabindex=\"-1\" class=\"cmp\">"
        });
        html.raw("<div class=\"cmp-main\"><h1 class=\"offscreen\">Compare two sessions</h1><div class=\"sides\">");
        side(&mut html, "Before", self.a, &self.comparison.a);
        side(&mut html, "After", self.b, &self.comparison.b);
        html.raw("</div>");
        self.settings(&mut html);
        self.findings(&mut html);
        self.rows(&mut html);
        html.raw(KEYS).raw("</div>");
        self.detail(&mut html);
        html.raw("</main>");
        html
    }

    /// The address of this page with a pair selected.
    fn path(&self, pair: Option<(u32, u32)>, hide: bool) -> String {
        let mut path = format!("compare/{}/{}", self.a, self.b);
        if let Some((x, y)) = pair {
            path = format!("{path}/{x}/{y}");
        }
        if hide {
            path
        } else {
            format!("{path}?volatile=show")
        }
    }

    fn mark(&self, row: &Row) -> Mark {
        match row.mark {
            Mark::Same if row.volatile > 0 && !self.hide => Mark::Changed,
            mark => mark,
        }
    }

    /// The first difference in words, and how many there are.
    fn summary(&self, html: &mut Html) {
        let it = self.comparison;
        let (level, sign) = if it.found.added > 0 {
            ("fail", "+")
        } else if it.differs() {
            ("warn", "≠")
        } else {
            ("pass", "=")
        };
        html.raw("<section class=\"verdict-bar ").text(level);
        html.raw("\" aria-label=\"Summary\"><div class=\"said\" role=\"status\"><p class=\"sentence long\" data-testid=\"difference\"><b class=\"sum-sign\" aria-hidden=\"true\">");
        html.raw(sign).raw("</b><span>").prose(&it.sentence);
        html.raw("</span></p></div><p class=\"counts\">");
        let steps = it.steps;
        html.text(&format!(
            "Steps: {} equal · {} changed · {} new · {} gone",
            steps.same, steps.changed, steps.added, steps.removed
        ));
        html.raw("</p>");
        self.controls(html);
        html.raw("</section>");
    }

    fn controls(&self, html: &mut Html) {
        html.raw("<div class=\"controls\"><a class=\"button\" data-swap data-testid=\"volatile\" href=\"")
            .text(&self.path(self.pair, !self.hide))
            .raw("\" title=\"Such as state, codes, dates and masked secrets (v)\">");
        html.raw(if self.hide {
            "Show what differs in every run"
        } else {
            "Hide what differs in every run"
        });
        html.raw("</a><a class=\"button\" data-testid=\"swap\" href=\"compare/")
            .text(self.b)
            .raw("/")
            .text(self.a)
            .raw("\">Swap sides</a><a class=\"button\" data-testid=\"others\" href=\"compare/")
            .text(of_branch(self.b).0)
            .raw("\">Others…</a></div>");
    }

    fn settings(&self, html: &mut Html) {
        if self.comparison.settings.is_empty() {
            return;
        }
        html.raw(
            "<section class=\"cmp-block\"><h2>Settings that differ</h2><dl class=\"cmp-settings\">",
        );
        for setting in &self.comparison.settings {
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "not set".into());
            html.raw("<div><dt>")
                .text(&setting.name)
                .raw("</dt><dd class=\"mono\"><span class=\"was\">")
                .text(&value(&setting.a))
                .raw("</span> → <span class=\"is\">")
                .text(&value(&setting.b))
                .raw("</span></dd></div>");
        }
        html.raw("</dl></section>");
    }
}

/// Which keys do what; the script listens to them.
const KEYS: &str = "<p class=\"hint cmp-keys wide-only\"><kbd>j</kbd> <kbd>k</kbd> next and previous row · <kbd>v</kbd> values that differ in every run · <kbd>Esc</kbd> close the values</p>";

/// One of the two sessions, in short.
fn side(html: &mut Html, word: &'static str, id: &str, side: &Side) {
    html.raw("<section class=\"side-card\" aria-label=\"")
        .text(word)
        .raw("\"><p class=\"soft\">")
        .text(word)
        .raw("</p><h2><a href=\"sessions/")
        .text(of_branch(id).0)
        .raw("\">")
        .text(&title(id, side))
        .raw("</a></h2><p class=\"mono url\">")
        .text(&side.server_url)
        .raw("</p><p class=\"soft\">")
        .text(&facts(side))
        .raw("</p>");
    let words = match side.status.as_str() {
        "finished" => "",
        "your_turn" => "It is your turn there: open it and go on. This page follows.",
        "running" => "Still running; this page follows.",
        _ => "Not run to its end.",
    };
    if !words.is_empty() {
        html.raw("<p class=\"hint warn\">").raw(words).raw("</p>");
    }
    html.raw("</section>");
}

/// The title, with the branch where one was asked for.
fn title(id: &str, side: &Side) -> String {
    match of_branch(id).1 {
        None => side.title.clone(),
        Some("0") => format!("{} · first run", side.title),
        Some(branch) => format!("{} · branch {branch}", side.title),
    }
}

fn facts(side: &Side) -> String {
    let way = side.registration.as_deref().unwrap_or("not registered");
    let steps = count(side.steps as usize, "step", "steps");
    let mut facts = format!("{} · {way} · {steps}", side.revision);
    if side.left_out > 0 {
        facts.push_str(&format!(" · {} of other branches left out", side.left_out));
    }
    facts
}
