//! `application/x-www-form-urlencoded` (RFC 6749 Appendix B), in bodies and in queries, and the encoding
//! of `client_secret_basic` (RFC 6749 §2.3.1) that builds on it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How a space is written.
#[derive(Clone, Copy)]
enum Space {
    /// `+`, as in form bodies.
    Plus,
    /// `%20`, which form decoders and plain percent decoders read alike.
    Percent,
}

/// Encodes pairs as a form body.
#[must_use]
pub fn encode(pairs: &[(&str, &str)]) -> String {
    join(pairs, Space::Plus)
}

/// Encodes pairs for the query of a URL: as [`encode`], but with `%20` for a space.
#[must_use]
pub fn encode_query(pairs: &[(&str, &str)]) -> String {
    join(pairs, Space::Percent)
}

fn join(pairs: &[(&str, &str)], space: Space) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        push_encoded(&mut out, name, space);
        out.push('=');
        push_encoded(&mut out, value, space);
    }
    out
}

/// Encodes one value as in a form body.
#[must_use]
pub fn encode_component(value: &str) -> String {
    let mut out = String::new();
    push_encoded(&mut out, value, Space::Plus);
    out
}

fn push_encoded(out: &mut String, value: &str, space: Space) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                out.push(char::from(byte));
            }
            b' ' if matches!(space, Space::Plus) => out.push('+'),
            other => {
                out.push('%');
                out.push(hex_digit(other >> 4));
                out.push(hex_digit(other & 0x0f));
            }
        }
    }
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// Decodes a form body or query, in order, duplicates kept. Broken escapes stay as they are.
#[must_use]
pub fn parse(text: &str) -> Vec<(String, String)> {
    let pieces = text.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode_component(name), decode_component(value))
        })
        .collect()
}

/// Decodes one value: `+` is a space, escapes are UTF-8. Broken escapes stay as they are.
#[must_use]
pub fn decode_component(text: &str) -> String {
    percent_decode(&text.replace('+', " "))
}

/// Decodes percent escapes only (`+` stays). Broken escapes stay; bytes that are not UTF-8 become U+FFFD.
#[must_use]
pub fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = if first == b'%' { escaped(after) } else { None };
        if let Some((byte, left)) = escape {
            bytes.push(byte);
            rest = left;
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn escaped(after: &[u8]) -> Option<(u8, &[u8])> {
    let (&[high, low], rest) = after.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = u8::try_from(digit(high)? << 4 | digit(low)?).ok()?;
    Some((byte, rest))
}

/// Appends pairs to the query of a URL, before any fragment; nothing else of the URL is touched.
#[must_use]
pub fn append_query(url: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return url.to_owned();
    }
    let (base, fragment) = url
        .split_once('#')
        .map_or((url, None), |(base, fragment)| (base, Some(fragment)));
    let separator = match base.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let mut out = format!("{base}{separator}{}", encode_query(pairs));
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

/// The credentials of `Authorization: Basic` for a client: id and secret are form-encoded first.
#[must_use]
pub fn basic_credentials(client_id: &str, client_secret: &str) -> String {
    let pair = format!(
        "{}:{}",
        encode_component(client_id),
        encode_component(client_secret)
    );
    STANDARD.encode(pair)
}

/// Reads Basic credentials back as they were written: (client id, secret), still form-encoded.
#[must_use]
pub fn basic_pair(credentials: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(credentials.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_appendix_b() {
        // U+0020, U+0025, U+0026, U+002B, U+00A3, U+20AC
        assert_eq!(encode_component(" %&+£€"), "+%25%26%2B%C2%A3%E2%82%AC");
        assert_eq!(decode_component("+%25%26%2B%C2%A3%E2%82%AC"), " %&+£€");
    }

    #[test]
    fn broken_escapes_stay() {
        assert_eq!(percent_decode("100%"), "100%");
        assert_eq!(percent_decode("%zz%4"), "%zz%4");
        assert_eq!(percent_decode("%ff"), "\u{fffd}");
        assert_eq!(percent_decode("%e2%9"), "\u{fffd}%9");
    }

    #[test]
    fn pairs_keep_order_and_duplicates() {
        let pairs = parse("a=1&b&a=2&&c=x%3Dy=z");
        let expected = [("a", "1"), ("b", ""), ("a", "2"), ("c", "x=y=z")];
        let expected = expected.map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(pairs, expected);
    }

    #[test]
    fn a_query_is_appended_where_it_belongs() {
        let add = |url| append_query(url, &[("a", "b c")]);
        assert_eq!(add("https://h/p"), "https://h/p?a=b%20c");
        assert_eq!(add("https://h/p?"), "https://h/p?a=b%20c");
        assert_eq!(add("https://h/p?x=1"), "https://h/p?x=1&a=b%20c");
        assert_eq!(add("https://h/p?x=1&"), "https://h/p?x=1&a=b%20c");
        assert_eq!(add("https://h/p#f?g"), "https://h/p?a=b%20c#f?g");
        assert_eq!(append_query("https://h", &[]), "https://h");
    }

    #[test]
    fn basic_credentials_are_form_encoded_first() {
        let credentials = basic_credentials("https://c/x", "a b+");
        let pair = basic_pair(&credentials).unwrap();
        assert_eq!(pair, ("https%3A%2F%2Fc%2Fx".into(), "a+b%2B".into()));
        assert_eq!(basic_pair("!"), None);
        assert_eq!(basic_pair(&STANDARD.encode("no colon")), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes(pairs in prop::collection::vec((".{0,12}", ".{0,12}"), 0..6)) {
            let borrowed: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            prop_assert_eq!(&parse(&encode(&borrowed)), &pairs);
            prop_assert_eq!(&parse(&encode_query(&borrowed)), &pairs);
        }

        #[test]
        fn decoding_never_panics(text in ".*") {
            let _ = (parse(&text), percent_decode(&text), basic_pair(&text));
        }
    }
}
