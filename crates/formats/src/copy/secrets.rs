//! Where the masks are in a text, and the variable that stands for each.

/// A part of a text: as it is, or the name of a variable.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// As recorded.
    Text(&'a str),
    /// A secret, by the name of its variable.
    Secret(String),
}

/// Splits a text at its masks.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, inside, after)) = next_mask(rest) {
        // A JWT is shown without its signature only; as a credential it is one thing, as is a shortened value.
        let kept = before.len() - readable_tail(before, inside);
        let (plain, tail) = before.split_at_checked(kept).unwrap_or((before, ""));
        if !plain.is_empty() {
            found.push(Piece::Text(plain));
        }
        let is_jwt = tail.starts_with("eyJ");
        found.push(Piece::Secret(if is_jwt {
            "ACCESS_TOKEN".into()
        } else {
            variable(inside)
        }));
        rest = after;
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

fn next_mask(text: &str) -> Option<(&str, &str, &str)> {
    let (before, tail) = text.split_once('⟨')?;
    let (inside, after) = tail.split_once('⟩')?;
    Some((before, inside, after))
}

/// Bytes before a mask that belong to the value: header and payload of a JWT, the start of a `state`.
fn readable_tail(before: &str, inside: &str) -> usize {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let tail = before.bytes().rev().take_while(part).count();
    let token = before.get(before.len() - tail..).unwrap_or_default();
    if token.starts_with("eyJ") && token.ends_with('.') {
        return tail;
    }
    let shortened = inside.starts_with("state ") || inside.starts_with("nonce ");
    if shortened && tail <= 4 { tail } else { 0 }
}

/// `access_token · 812 chars · #a91f22` becomes `ACCESS_TOKEN`.
fn variable(inside: &str) -> String {
    let kind = inside.split('·').next().unwrap_or_default().trim();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_uppercase()
        } else {
            '_'
        }
    };
    let name: String = kind.chars().map(plain).collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        "SECRET".into()
    } else {
        name
    }
}
