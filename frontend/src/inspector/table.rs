//! Tables of names and values, each with its one-line meaning.

use authscope_model::Header;
use leptos::prelude::*;

/// One line of a table.
pub(crate) struct Line {
    /// Name as on the wire.
    pub(crate) name: String,
    /// Value as on the wire (decoded for parameters).
    pub(crate) value: String,
    /// What it is for, when known.
    pub(crate) meaning: Option<&'static str>,
    /// Whether a finding points at it.
    pub(crate) marked: bool,
}

impl Line {
    /// A line nothing points at.
    pub(crate) fn new(name: &str, value: &str, meaning: Option<&'static str>) -> Self {
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            meaning,
            marked: false,
        }
    }
}

/// A table with a heading; nothing when it has no lines.
pub(crate) fn view(title: &'static str, lines: Vec<Line>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let rows = lines
        .into_iter()
        .map(|line| {
            let meaning = line
                .meaning
                .map(|words| view! { <p class="meaning">{words}</p> });
            view! {
                <div class:marked=line.marked>
                    <dt class="mono">{line.name}</dt>
                    <dd><span class="mono value">{masked(&line.value)}</span>{meaning}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <section class="block"><h3>{title}</h3><dl class="table">{rows}</dl></section> }
        .into_any()
}

/// Header lines in order, duplicates kept.
pub(crate) fn headers(title: &'static str, headers: &[Header], marked: &[usize]) -> AnyView {
    let lines = headers
        .iter()
        .enumerate()
        .map(|(at, header)| Line {
            marked: marked.contains(&at),
            ..Line::new(
                &header.name,
                &header.value,
                super::glossary::header_or_unknown(&header.name),
            )
        })
        .collect();
    view(title, lines)
}

/// A text in which masked secrets are set apart.
pub(crate) fn masked(text: &str) -> AnyView {
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
