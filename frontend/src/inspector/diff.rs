//! What differs between two texts: between the equal beginning and the equal end.

use leptos::prelude::*;

/// A text in three parts: equal, different, equal.
pub(crate) type Parts = (String, String, String);

/// Splits two texts around their difference.
pub(crate) fn parts(a: &str, b: &str) -> (Parts, Parts) {
    let (left, right): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let start = left.iter().zip(&right).take_while(|(x, y)| x == y).count();
    let rest = left.len().min(right.len()) - start;
    let end = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take(rest)
        .take_while(|(x, y)| x == y)
        .count();
    (split(&left, start, end), split(&right, start, end))
}

fn split(text: &[char], start: usize, end: usize) -> Parts {
    let (from, to) = (start, text.len() - end);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().iter().collect();
    (part(0..from), part(from..to), part(to..text.len()))
}

/// Expected, then received, with the differing characters marked.
pub(crate) fn view(expected: &str, received: &str) -> AnyView {
    let (wanted, came) = parts(expected, received);
    // Nothing in common: marking everything says nothing.
    let marks = !wanted.0.is_empty() || !wanted.2.is_empty();
    view! {
        <dl class="diff">
            <dt>"Expected"</dt>
            <dd class="mono expected">{side(wanted, marks)}</dd>
            <dt>"Received"</dt>
            <dd class="mono received">{side(came, marks)}</dd>
        </dl>
    }
    .into_any()
}

fn side((before, different, after): Parts, marks: bool) -> AnyView {
    let middle = if !marks {
        view! { <span>{different}</span> }.into_any()
    } else if different.is_empty() {
        // Something is missing here; that must be visible too.
        view! { <mark class="gap" aria-label="(nothing here)">"\u{200b}"</mark> }.into_any()
    } else {
        view! { <mark>{different}</mark> }.into_any()
    };
    view! { {before} {middle} {after} }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(a: &str, b: &str) -> (String, String) {
        let (x, y) = parts(a, b);
        (x.1, y.1)
    }

    #[test]
    fn one_character_is_one_character() {
        assert_eq!(
            marked("https://a/mcp", "https://a/mcp/"),
            (String::new(), "/".into())
        );
        assert_eq!(
            marked("org:write", "orgs:write"),
            (String::new(), "s".into())
        );
        assert_eq!(marked("aa", "aaa"), (String::new(), "a".into()));
        assert_eq!(
            marked("http://localhost/x", "http://127.0.0.1/x"),
            ("localhost".into(), "127.0.0.1".into())
        );
        assert_eq!(marked("same", "same"), (String::new(), String::new()));
    }
}
