//! The values of the selected pair, side by side.

use super::{View, class, count};
use crate::extract::of_branch;
use crate::ui::Html;
use authscope_compare::{Entry, Mark, PairDetail, Part, Volatile};

const fn why(volatile: Volatile) -> &'static str {
    match volatile {
        Volatile::Fresh => "new in every run",
        Volatile::Time => "a time",
        Volatile::Secret => "a masked secret",
        Volatile::Address => "an address of this run",
        Volatile::Derived => "follows from the rest",
    }
}

impl View<'_> {
    pub(super) fn detail(&self, html: &mut Html) {
        let Some(detail) = &self.detail else {
            return;
        };
        html.raw("<aside class=\"inspector\" aria-label=\"Values\" data-testid=\"pair-detail\"><header class=\"head\"><div class=\"grow\"><h2>")
            .text(&detail.title)
            .raw("</h2><p class=\"who\">");
        self.steps(html, detail);
        html.raw("</p></div><a class=\"button quiet\" data-swap data-close href=\"")
            .text(&self.path(None, self.hide))
            .raw("\">Close</a></header><div class=\"tab-content\" tabindex=\"0\" role=\"region\" aria-label=\"Values side by side\">");
        for part in &detail.parts {
            self.part(html, part);
        }
        html.raw("</div></aside>");
    }

    /// Links to the steps in their sessions.
    fn steps(&self, html: &mut Html, detail: &PairDetail) {
        for (word, id, step) in [("before", self.a, detail.a), ("after", self.b, detail.b)] {
            match step {
                Some(step) => html
                    .raw("<a href=\"sessions/")
                    .text(of_branch(id).0)
                    .raw("/step/")
                    .text(&step.to_string())
                    .raw("\">")
                    .text(&format!("Step {step} {word}"))
                    .raw("</a> "),
                None => html.text(&format!("Not there {word} ")),
            };
        }
    }

    fn part(&self, html: &mut Html, part: &Part) {
        let shown =
            |entry: &&Entry| entry.mark != Mark::Same && (entry.volatile.is_none() || !self.hide);
        html.raw("<section class=\"block\"><h3>")
            .text(&part.title)
            .raw("</h3>");
        values(html, part.entries.iter().filter(shown).collect());
        let volatile = part.entries.iter().filter(|entry| entry.volatile.is_some());
        let volatile = volatile.count();
        if volatile > 0 && self.hide {
            html.raw("<p class=\"hint\">")
                .text(&count(volatile, "value differs", "values differ"))
                .raw(" in every run</p>");
        }
        let same = part.entries.iter().filter(|entry| entry.mark == Mark::Same);
        let same: Vec<&Entry> = same.collect();
        if !same.is_empty() {
            html.raw("<details data-key=\"same-")
                .text(&part.title)
                .raw("\"><summary class=\"hint\">")
                .text(&count(same.len(), "equal value", "equal values"))
                .raw("</summary>");
            values(html, same);
            html.raw("</details>");
        }
        html.raw("</section>");
    }
}

fn values(html: &mut Html, entries: Vec<&Entry>) {
    if entries.is_empty() {
        return;
    }
    html.raw("<dl class=\"values\">");
    entries.into_iter().for_each(|entry| line(html, entry));
    html.raw("</dl>");
}

fn line(html: &mut Html, entry: &Entry) {
    html.raw("<div class=\"entry ").text(class(entry.mark));
    html.raw(if entry.volatile.is_some() {
        " grey\"><dt class=\"mono\">"
    } else {
        "\"><dt class=\"mono\">"
    });
    html.text(&entry.mark.sign().to_string())
        .raw(" ")
        .text(&entry.name);
    if let Some(volatile) = entry.volatile {
        html.raw(" <span class=\"hint\">")
            .text(why(volatile))
            .raw("</span>");
    }
    html.raw("</dt>");
    let (a, b) = (entry.a.as_deref(), entry.b.as_deref());
    if entry.mark == Mark::Same {
        value(html, "same", "", a, None);
    } else {
        value(html, "was", "−", a, b);
        value(html, "is", "+", b, a);
    }
    html.raw("</div>");
}

/// A value; what is not in the other one is marked.
fn value(
    html: &mut Html,
    class: &'static str,
    sign: &'static str,
    value: Option<&str>,
    other: Option<&str>,
) {
    let Some(value) = value else {
        return;
    };
    html.raw("<dd class=\"mono value ")
        .text(class)
        .raw("\"><span class=\"sign\">")
        .text(sign)
        .raw("</span>");
    let (start, middle, end) = split(value, other.unwrap_or(value));
    // Nothing in common: marking everything says nothing.
    if middle.is_empty() || (start.is_empty() && end.is_empty()) {
        html.text(value);
    } else {
        html.text(&start)
            .raw("<mark>")
            .text(&middle)
            .raw("</mark>")
            .text(&end);
    }
    html.raw("</dd>");
}

/// Beginning in common, what is only here, end in common.
fn split(value: &str, other: &str) -> (String, String, String) {
    let letters: Vec<char> = value.chars().collect();
    let others: Vec<char> = other.chars().collect();
    let equal = |(one, two): &(&char, &char)| one == two;
    let start = letters.iter().zip(&others).take_while(equal).count();
    let most = letters.len().min(others.len()) - start;
    let backwards = letters.iter().rev().zip(others.iter().rev());
    let end = backwards.take(most).take_while(equal).count();
    let text = |from: usize, to: usize| letters.iter().skip(from).take(to - from).collect();
    let last = letters.len() - end;
    (text(0, start), text(start, last), text(last, letters.len()))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn what_differs_is_between_what_does_not() {
        let parts = |a: &str, b: &str| {
            let (start, middle, end) = split(a, b);
            format!("{start}[{middle}]{end}")
        };
        assert_eq!(parts("https://a/", "https://a"), "https://a[/]");
        assert_eq!(parts("https://a", "https://a/"), "https://a[]");
        assert_eq!(parts("aXc", "aYYc"), "a[X]c");
        assert_eq!(parts("aa", "aaa"), "aa[]");
        assert_eq!(parts("ü", "ö"), "[ü]");
    }
}
