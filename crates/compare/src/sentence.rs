//! The first difference in one sentence.

use crate::comparison::{Entry, Mark, Part, Row};
use crate::parts;
use authscope_diagram::words;

/// Longer values do not fit into a sentence.
const SHORT: usize = 60;

/// What the comparison comes to.
pub(crate) fn summary(first: Option<&str>, rows: &[Row]) -> String {
    if let Some(first) = first {
        return format!("First difference: {first}");
    }
    if rows.is_empty() {
        return "Nothing to compare: neither session has a step yet.".into();
    }
    let volatile = rows.iter().any(|row| row.volatile > 0);
    let tail = if volatile {
        ", but for values that differ in every run"
    } else {
        ""
    };
    let count = words::count(
        u32::try_from(rows.len()).unwrap_or(u32::MAX),
        "step is",
        "steps are",
    );
    match rows.len() {
        1 => format!("No difference: the one step is equal{tail}."),
        _ => format!("No difference: all {count} equal{tail}."),
    }
}

/// How a row differs, with its place.
pub(crate) fn of(row: &Row, parts: &[Part]) -> String {
    let title = &row.title;
    match (&row.a, &row.b) {
        (Some(a), None) => format!("step {}, “{title}”, is gone.", a.number),
        (None, Some(b)) => format!("step {}, “{title}”, is new.", b.number),
        (Some(a), Some(b)) => {
            let place = if a.number == b.number {
                format!("step {}", a.number)
            } else {
                format!("step {} ({} before)", b.number, a.number)
            };
            let more = match row.differences {
                0 | 1 => String::new(),
                2 => ", and 1 more difference there".into(),
                n => format!(", and {} more differences there", n - 1),
            };
            format!("{place}, {}{more}.", first(parts).unwrap_or_default())
        }
        (None, None) => String::new(),
    }
}

/// The first value that differs, in words.
fn first(parts: &[Part]) -> Option<String> {
    let found = parts.iter().find_map(|part| {
        let differs = |entry: &&Entry| entry.mark != Mark::Same && entry.volatile.is_none();
        Some((part.title.as_str(), part.entries.iter().find(differs)?))
    });
    let (part, entry) = found?;
    let name = subject(part, &entry.name);
    let short = |value: Option<&String>| {
        let value = value.map(String::as_str).unwrap_or_default();
        match value.split_whitespace().collect::<Vec<_>>().join(" ") {
            empty if empty.is_empty() => "empty".to_owned(),
            text => words::middle(&text, SHORT),
        }
    };
    Some(match entry.mark {
        Mark::Removed => format!("{name} is gone"),
        Mark::Added => format!("{name} is new"),
        Mark::Same | Mark::Changed => {
            format!(
                "{name} is {} instead of {}",
                short(entry.b.as_ref()),
                short(entry.a.as_ref())
            )
        }
    })
}

fn subject(part: &str, name: &str) -> String {
    match part {
        parts::REQUEST => format!("the {name}"),
        parts::ANSWER if name == "status" => "the status".into(),
        parts::ANSWER => format!("the answer's {name}"),
        parts::QUERY => format!("the parameter `{name}`"),
        parts::REQUEST_HEADERS => format!("the header `{name}` of the request"),
        parts::ANSWER_HEADERS => format!("the header `{name}` of the answer"),
        parts::REQUEST_BODY => format!("`{name}` of the request"),
        _ => format!("`{name}`"),
    }
}
