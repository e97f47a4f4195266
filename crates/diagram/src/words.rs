//! Small texts: shortening, durations, paths.

use authscope_model::letters::turns;

/// Shortens a text in the middle to at most `max` characters; both ends stay readable. Characters that turn the
/// direction of what follows, by which a server makes a label read as another one, show as U+FFFD.
#[must_use]
pub fn middle(text: &str, max: usize) -> String {
    if text.contains(turns) {
        return middle(&text.replace(turns, "\u{fffd}"), max);
    }
    let count = text.chars().count();
    if count <= max || max < 3 {
        return text.to_owned();
    }
    let tail = (max - 1) / 2;
    let head = max - 1 - tail;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{start}…{end}")
}

/// A duration for people: `0.4 ms`, `12 ms`, `3.2 s`, `2 min 5 s`.
#[must_use]
pub fn duration(micros: u64) -> String {
    match micros {
        0..1_000 => format!("0.{} ms", micros / 100),
        1_000..1_000_000 => format!("{} ms", micros / 1_000),
        1_000_000..60_000_000 => {
            format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000)
        }
        60_000_000..3_600_000_000 => two(micros / 1_000_000, 60, "min", "s"),
        3_600_000_000..86_400_000_000 => two(micros / 60_000_000, 60, "h", "min"),
        _ => two(micros / 3_600_000_000, 24, "d", "h"),
    }
}

/// `2 min 5 s`; without the smaller unit when there is none of it.
fn two(small_units: u64, per_big: u64, big: &str, small: &str) -> String {
    match small_units % per_big {
        0 => format!("{} {big}", small_units / per_big),
        rest => format!("{} {big} {rest} {small}", small_units / per_big),
    }
}

/// Path of a URL as written, `/` when there is none; a query is only hinted at.
#[must_use]
pub fn path(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let from_path = after_scheme
        .find(['/', '?', '#'])
        .and_then(|at| after_scheme.get(at..))
        .unwrap_or_default();
    let end = from_path.find(['?', '#']).unwrap_or(from_path.len());
    let path = from_path.get(..end).unwrap_or_default();
    let path = if path.is_empty() { "/" } else { path };
    let query = if from_path.get(end..).is_some_and(|q| q.len() > 1) {
        "?…"
    } else {
        ""
    };
    format!("{path}{query}")
}

/// Host and port of a URL as written.
#[must_use]
pub fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    (!host.is_empty()).then(|| host.to_owned())
}

/// `1 step`, `2 steps`.
#[must_use]
pub fn count(number: u32, singular: &str, plural: &str) -> String {
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{number} {plural}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_survive_shortening() {
        assert_eq!(middle("abcdefghij", 5), "ab…ij");
        assert_eq!(middle("abcde", 5), "abcde");
        assert_eq!(middle("äöüäöüäöü", 4), "äö…ü");
    }

    #[test]
    fn a_label_reads_as_it_is_written() {
        assert_eq!(middle("a\u{202e}txt.\u{2066}", 40), "a\u{fffd}txt.\u{fffd}");
        assert_eq!(middle("a\u{202e}cdefghij", 5), "a\u{fffd}…ij");
    }

    #[test]
    fn durations_read_naturally() {
        let read: Vec<_> = [
            420,
            12_900,
            3_260_000,
            125_000_000,
            3_600_000_000,
            90_000_000_000,
        ]
        .into_iter()
        .map(duration)
        .collect();
        assert_eq!(
            read,
            ["0.4 ms", "12 ms", "3.2 s", "2 min 5 s", "1 h", "1 d 1 h"]
        );
    }

    #[test]
    fn paths_and_hosts_are_as_written() {
        assert_eq!(path("https://a.example"), "/");
        assert_eq!(path("https://a.example?x=1"), "/?…");
        assert_eq!(path("https://a.example/MCP/?"), "/MCP/");
        assert_eq!(
            host("https://u:p@a.example:1/x").as_deref(),
            Some("a.example:1")
        );
        assert_eq!(host("nonsense"), None);
    }
}
