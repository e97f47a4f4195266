//! What differs between two texts: between the equal beginning and the equal end.

use leptos::prelude::*;

/// A text in three parts: equal, different, equal.
pub type Parts = (String, String, String);

/// Splits two texts around their difference.
#[must_use]
pub fn parts(a: &str, b: &str) -> (Parts, Parts) {
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
pub fn view(expected: &str, received: &str) -> AnyView {
    let (wanted, came) = marked(expected, received);
    view! {
        <dl class="diff">
            <dt>"Expected"</dt>
            <dd class="mono expected">{wanted}</dd>
            <dt>"Received"</dt>
            <dd class="mono received">{came}</dd>
        </dl>
    }
    .into_any()
}

/// Two texts with the characters marked in which they differ.
pub fn marked(a: &str, b: &str) -> (AnyView, AnyView) {
    let (left, right) = parts(a, b);
    // Nothing in common: marking everything says nothing.
    let marks = !left.0.is_empty() || !left.2.is_empty();
    (side(left, marks), side(right, marks))
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

    fn middles(a: &str, b: &str) -> (String, String) {
        let (x, y) = parts(a, b);
        (x.1, y.1)
    }

    #[test]
    fn one_character_is_one_character() {
        assert_eq!(
            middles("https://a/mcp", "https://a/mcp/"),
            (String::new(), "/".into())
        );
        assert_eq!(
            middles("org:write", "orgs:write"),
            (String::new(), "s".into())
        );
        assert_eq!(middles("aa", "aaa"), (String::new(), "a".into()));
        assert_eq!(
            middles("http://localhost/x", "http://127.0.0.1/x"),
            ("localhost".into(), "127.0.0.1".into())
        );
        assert_eq!(middles("same", "same"), (String::new(), String::new()));
    }
}
