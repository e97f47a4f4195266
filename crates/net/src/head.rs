//! The response head: `httparse` judges it and reads what frames the body; the record is split off the
//! raw bytes, so that order, duplicates, case and malformed lines are those of the wire.

use authscope_model::Header;

/// Bytes a head may have.
pub(crate) const HEAD_CAP: usize = 64 * 1024;
/// Lines a head may have.
const LINES: usize = 1024;

/// A complete response head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status_line: String,
    pub(crate) status: u16,
    pub(crate) headers: Vec<Header>,
    pub(crate) framing: Framing,
    /// Bytes it took.
    pub(crate) length: usize,
}

/// How the end of a body is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// No body.
    None,
    /// So many bytes.
    Length(u64),
    /// Chunks.
    Chunked,
    /// The end of the connection.
    UntilClose,
}

/// Text of bytes: UTF-8, else ISO 8859-1, so that no byte is lost.
pub(crate) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

/// Reads a head; `None` when more bytes are needed.
pub(crate) fn parse(bytes: &[u8], method: &str) -> Result<Option<Head>, String> {
    let mut lines = [httparse::EMPTY_HEADER; LINES];
    let mut response = httparse::Response::new(&mut lines);
    let mut config = httparse::ParserConfig::default();
    config
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_responses(true);
    let length = match config.parse_response(&mut response, bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(in_words(error)),
    };
    let status = response.code.unwrap_or(0);
    let framing = framing(response.headers, status, method)?;
    let (status_line, headers) = record(bytes.get(..length).unwrap_or_default());
    Ok(Some(Head {
        status_line,
        status,
        headers,
        framing,
        length,
    }))
}

fn in_words(error: httparse::Error) -> String {
    match error {
        httparse::Error::Version => {
            "the version in the status line is not HTTP/1.0 or HTTP/1.1".into()
        }
        httparse::Error::Status => "the status line has no three-digit status code".into(),
        httparse::Error::TooManyHeaders => format!("the head has more than {LINES} header lines"),
        other => format!("{other}"),
    }
}

fn values<'a>(
    headers: &'a [httparse::Header<'_>],
    name: &str,
) -> impl Iterator<Item = String> + 'a {
    let name = name.to_owned();
    headers
        .iter()
        .filter(move |h| h.name.eq_ignore_ascii_case(&name))
        .map(|h| text(h.value))
}

/// RFC 9112 section 6.3.
fn framing(headers: &[httparse::Header<'_>], status: u16, method: &str) -> Result<Framing, String> {
    if method == "HEAD" || matches!(status, 100..200 | 204 | 304) {
        return Ok(Framing::None);
    }
    let codings: Vec<String> = values(headers, "transfer-encoding").collect();
    if !codings.is_empty() {
        let codings = codings.join(",");
        let last = codings.rsplit(',').next().unwrap_or_default().trim();
        return Ok(match last.eq_ignore_ascii_case("chunked") {
            true => Framing::Chunked,
            false => Framing::UntilClose,
        });
    }
    let mut length = None;
    for value in values(headers, "content-length") {
        for part in value.split(',') {
            let number = number(part.trim())
                .ok_or_else(|| format!("Content-Length `{value}` is not a number"))?;
            if length.is_some_and(|l| l != number) {
                return Err(format!(
                    "Content-Length is given twice, differently; one is `{part}`"
                ));
            }
            length = Some(number);
        }
    }
    Ok(length.map_or(Framing::UntilClose, Framing::Length))
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Status line and header lines as they stand. A continuation line (obs-fold) belongs to the line before
/// it, joined by a space; a line without a colon is a name without a value.
fn record(head: &[u8]) -> (String, Vec<Header>) {
    let lines = head
        .split(|b| *b == b'\n')
        .map(|l| l.strip_suffix(b"\r").unwrap_or(l));
    let mut lines = lines.skip_while(|l| l.is_empty());
    let status_line = lines.next().map(text).unwrap_or_default();
    let mut headers: Vec<Header> = Vec::new();
    for line in lines.take_while(|l| !l.is_empty()) {
        let folded = matches!(line.first(), Some(b' ' | b'\t'));
        if let Some(last) = headers.last_mut().filter(|_| folded) {
            last.value = format!("{} {}", last.value, text(line.trim_ascii()));
            continue;
        }
        let colon = line.iter().position(|b| *b == b':').unwrap_or(line.len());
        let (name, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        headers.push(Header::new(text(name), text(value.trim_ascii())));
    }
    (status_line, headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        parse(text.as_bytes(), "GET").unwrap().unwrap()
    }

    #[test]
    fn lines_stay_as_they_came() {
        let head = head(
            "HTTP/1.1 401  Nope\r\nWWW-Authenticate: Bearer\r\nwww-authenticate:Basic realm=\"x\" \r\nX-Fold: a\r\n  b\r\nno colon here\r\nContent-Length : 0\r\n\r\n",
        );
        assert_eq!(head.status_line, "HTTP/1.1 401  Nope");
        assert_eq!(
            head.headers,
            [
                Header::new("WWW-Authenticate", "Bearer"),
                Header::new("www-authenticate", "Basic realm=\"x\""),
                Header::new("X-Fold", "a b"),
                Header::new("no colon here", ""),
                Header::new("Content-Length ", "0"),
            ]
        );
        assert_eq!(head.framing, Framing::Length(0));
    }

    #[test]
    fn lone_line_feeds_and_other_bytes_are_taken() {
        let head = parse(b"HTTP/1.0 200 OK\nX: \xe9\n\n", "GET")
            .unwrap()
            .unwrap();
        assert_eq!(head.headers, [Header::new("X", "é")]);
        assert_eq!(head.framing, Framing::UntilClose);
    }

    #[test]
    fn framing_follows_rfc_9112() {
        for (lines, expected) in [
            ("Content-Length: 5\r\n", Framing::Length(5)),
            (
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                Framing::Length(5),
            ),
            ("Content-Length: 5, 5\r\n", Framing::Length(5)),
            (
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                Framing::Chunked,
            ),
            ("Transfer-Encoding: gzip, Chunked\r\n", Framing::Chunked),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
                Framing::UntilClose,
            ),
            ("", Framing::UntilClose),
        ] {
            assert_eq!(
                head(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n")).framing,
                expected,
                "{lines}"
            );
        }
        for lines in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: \r\n",
            "Content-Length: 99999999999999999999\r\n",
        ] {
            let text = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
            assert!(
                parse(text.as_bytes(), "GET")
                    .unwrap_err()
                    .contains("Content-Length")
            );
        }
        let none = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        assert_eq!(
            parse(none.as_bytes(), "HEAD").unwrap().unwrap().framing,
            Framing::None
        );
        assert_eq!(
            head("HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n").framing,
            Framing::None
        );
    }

    #[test]
    fn what_is_not_http_is_said() {
        for (bytes, word) in [
            (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], "HTTP"),
            (b"HTTP/2 200\r\n\r\n", "HTTP/1.1"),
            (b"HTTP/1.1 abc\r\n\r\n", "status code"),
            (b"\x15\x03\x01\x00\x02\x02\x16", "HTTP"),
        ] {
            let error = parse(bytes, "GET").unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }
}
