//! Addresses that name the same place on both sides.
//!
//! A callback's port and the address of a session's own client document differ between runs; when two
//! different servers are compared, so do their hosts. Texts are compared with such addresses taken out.

use authscope_model::{StepKind, Transcript};

/// The same places, as each side writes them; longest first.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    a: Vec<(String, usize)>,
    b: Vec<(String, usize)>,
}

impl Addresses {
    pub(crate) fn of(a: &Transcript, b: &Transcript) -> Self {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |left: &str, right: &str| {
            if left != right && left.len() > 2 && right.len() > 2 {
                pairs.push((left.to_owned(), right.to_owned()));
            }
        };
        add(&a.redirect_uri, &b.redirect_uri);
        add(&a.client_document_url, &b.client_document_url);
        let folder = |url: &str| {
            url.rfind('/')
                .and_then(|at| url.get(..at))
                .unwrap_or_default()
                .to_owned()
        };
        add(
            &folder(&a.client_document_url),
            &folder(&b.client_document_url),
        );
        if let (Some(left), Some(right)) = (registered(a), registered(b)) {
            add(&left, &right);
        }
        let server = |t: &Transcript| {
            t.config
                .as_ref()
                .map(|c| c.server_url.clone())
                .unwrap_or_default()
        };
        let (server_a, server_b) = (server(a), server(b));
        // Another address of the same server is a difference; of another server it is none.
        if server_a != server_b {
            for (left, right) in [
                (server_a.as_str(), server_b.as_str()),
                (
                    a.issuer().unwrap_or_default(),
                    b.issuer().unwrap_or_default(),
                ),
            ] {
                add(left, right);
                let (left, right) = differing(left, right);
                add(&left, &right);
            }
        }
        let mut addresses = Self::default();
        for (place, (left, right)) in pairs.into_iter().enumerate() {
            addresses.a.push((left, place));
            addresses.b.push((right, place));
        }
        for side in [&mut addresses.a, &mut addresses.b] {
            side.sort_by_key(|(text, place)| (usize::MAX - text.len(), *place));
        }
        addresses
    }

    /// Whether two texts are the same but for the addresses.
    pub(crate) fn same(&self, a: &str, b: &str) -> bool {
        !self.a.is_empty() && without(a, &self.a) == without(b, &self.b)
    }

    /// Both texts with their addresses taken out.
    pub(crate) fn plain(&self, a: &str, b: &str) -> (String, String) {
        (without(a, &self.a), without(b, &self.b))
    }
}

/// The client id that dynamic registration gave out: a new one each time.
fn registered(transcript: &Transcript) -> Option<String> {
    let response = transcript.last_of(StepKind::Register)?.response()?;
    let document = response.body.json()?;
    document.get("client_id")?.as_str().map(ToOwned::to_owned)
}

/// The segments in which two URLs differ, between slashes.
fn differing(a: &str, b: &str) -> (String, String) {
    let (left, right): (Vec<&str>, Vec<&str>) = (a.split('/').collect(), b.split('/').collect());
    let start = left.iter().zip(&right).take_while(|(x, y)| x == y).count();
    let most = left.len().min(right.len()) - start;
    let end = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take(most)
        .take_while(|(x, y)| x == y)
        .count();
    let middle = |list: &[&str]| {
        list.get(start..list.len() - end)
            .unwrap_or_default()
            .join("/")
    };
    (middle(&left), middle(&right))
}

/// A text in which each address is replaced by its place. Only whole names are: `a.example` is not in `ba.example`.
fn without(text: &str, addresses: &[(String, usize)]) -> String {
    let mut out = text.to_owned();
    for (address, place) in addresses {
        if !out.contains(address.as_str()) {
            continue;
        }
        let mut next = String::with_capacity(out.len());
        let mut rest = out.as_str();
        while let Some(at) = rest.find(address.as_str()) {
            let (before, from) = rest.split_at(at);
            let after = from.get(address.len()..).unwrap_or_default();
            let inside =
                |letter: Option<char>| letter.is_some_and(|l| l.is_alphanumeric() || l == '-');
            let whole = !inside(
                before
                    .chars()
                    .next_back()
                    .or_else(|| next.chars().next_back()),
            ) && !inside(after.chars().next());
            next.push_str(before);
            if whole {
                next.push('\u{1}');
                next.push_str(&place.to_string());
                next.push('\u{1}');
            } else {
                next.push_str(address);
            }
            rest = after;
        }
        next.push_str(rest);
        out = next;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_differing_part_of_two_addresses() {
        let of = |a, b| differing(a, b);
        assert_eq!(
            of("http://h:1/t/healthy/mcp", "http://h:1/t/slash/mcp"),
            ("healthy".into(), "slash".into())
        );
        assert_eq!(
            of("https://a.example/mcp", "https://b.example/mcp"),
            ("a.example".into(), "b.example".into())
        );
        assert_eq!(
            of("https://a.example/mcp", "https://a.example/mcp"),
            (String::new(), String::new())
        );
        assert_eq!(
            of("https://a.example", "https://a.example/x"),
            (String::new(), "x".into())
        );
    }

    #[test]
    fn only_whole_names_are_taken_out() {
        let list = [("a.example".to_owned(), 0)];
        assert_eq!(
            without("https://a.example/x", &list),
            "https://\u{1}0\u{1}/x"
        );
        assert_eq!(
            without("https://ba.example/a.examples", &list),
            "https://ba.example/a.examples"
        );
    }
}
