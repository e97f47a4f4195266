//! Tables of names and values, each with its one-line meaning.

use authscope_model::Header;
use leptos::prelude::*;

/// One line of a table.
#[derive(Debug)]
pub struct Line {
    /// Name as on the wire.
    pub name: String,
    /// Value as on the wire (decoded for parameters).
    pub value: String,
    /// What it is for, when known.
    pub meaning: Option<&'static str>,
    /// Whether a finding points at it.
    pub marked: bool,
}

impl Line {
    /// A line nothing points at.
    pub fn new(name: &str, value: &str, meaning: Option<&'static str>) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            meaning,
            marked: false,
        }
    }
}

/// Pairs as lines, with what is known of their names; of those that are left out nothing is looked up.
pub fn explained(
    pairs: Vec<(String, String)>,
    meaning: fn(&str) -> Option<&'static str>,
) -> Vec<Line> {
    let line = |(at, (name, value)): (usize, (String, String))| Line {
        meaning: if at < LINES { meaning(&name) } else { None },
        name,
        value,
        marked: false,
    };
    pairs.into_iter().enumerate().map(line).collect()
}

/// Lines of a table; whoever sent it may have sent a million.
pub const LINES: usize = 300;

/// That there are more lines than are shown.
pub fn left_out(count: usize) -> Option<AnyView> {
    let left = count.saturating_sub(LINES);
    (left > 0).then(|| view! { <p class="hint">"And " {left} " more."</p> }.into_any())
}

/// A table with a heading; nothing when it has no lines.
pub fn view(title: &'static str, lines: Vec<Line>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let more = left_out(lines.len());
    let rows = lines
        .into_iter()
        .take(LINES)
        .map(|line| {
            let meaning = line
                .meaning
                .map(|words| view! { <p class="meaning">{words}</p> });
            view! {
                <div class:marked=line.marked>
                    <dt class="mono">{line.name}</dt>
                    <dd><span class="mono value">{short(&line.value)}</span>{meaning}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <section class="block"><h3>{title}</h3><dl class="table">{rows}</dl>{more}</section> }
        .into_any()
}

/// Header lines in order, duplicates kept.
pub fn headers(title: &'static str, headers: &[Header], marked: &[usize]) -> AnyView {
    let lines = headers
        .iter()
        .enumerate()
        .map(|(at, header)| Line {
            marked: marked.contains(&at),
            ..Line::new(
                &header.name,
                &header.value,
                crate::glossary::header_or_unknown(&header.name),
            )
        })
        .collect();
    view(title, lines)
}

/// Characters of a value in a table; all of it is among the raw lines.
const LONGEST: usize = 1_000;

/// A value that may be as long as whoever sent it liked: its beginning, with masked secrets set apart.
pub fn short(text: &str) -> AnyView {
    let (shown, left) = beginning(text, LONGEST);
    let more =
        (left > 0).then(|| view! { <i class="more-of-it">" … and " {left} " more characters"</i> });
    view! { {masked(shown)} {more} }.into_any()
}

/// The first characters of a text, and how many are left.
#[must_use]
pub fn beginning(text: &str, most: usize) -> (&str, usize) {
    match text.char_indices().nth(most) {
        Some((at, _)) => {
            let (shown, rest) = text.split_at(at);
            (shown, rest.chars().count())
        }
        None => (text, 0),
    }
}

/// A text in which masked secrets are set apart.
pub fn masked(text: &str) -> AnyView {
    let mut parts: Vec<AnyView> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('⟨') {
        let Some(length) = rest.get(start..).and_then(|tail| tail.find('⟩')) else {
            break;
        };
        let end = start + length + '⟩'.len_utf8();
        let (before, mask) = (rest.get(..start), rest.get(start..end));
        parts.push(before.unwrap_or_default().to_owned().into_any());
        let mask = mask.unwrap_or_default().to_owned();
        parts.push(
            view! { <span class="mask" title="Masked before it was stored">{mask}</span> }
                .into_any(),
        );
        rest = rest.get(end..).unwrap_or_default();
    }
    parts.push(rest.to_owned().into_any());
    parts.into_any()
}

#[cfg(test)]
mod tests {
    use super::beginning;

    #[test]
    fn a_long_value_is_cut_between_characters() {
        assert_eq!(beginning("añb", 3), ("añb", 0));
        assert_eq!(beginning("añbc", 2), ("añ", 2));
        assert_eq!(beginning("", 2), ("", 0));
    }
}
