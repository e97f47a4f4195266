//! A request, or the answer that waits at a breakpoint, as it is edited: as fields, and as the text of an HTTP message. What is not touched stays as it was, byte
//! for byte; placeholders of masked values (`⟨…⟩`) stay as they are in any case.

use serde_json::{Value, json};

/// A request or an answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
    /// Of an answer. Method and URL are those of its request then, and are not edited.
    pub(super) status: Option<u16>,
}

impl Request {
    /// A draft of our API.
    pub(super) fn read(draft: &Value) -> Option<Self> {
        let text = |name: &str| Some(draft.get(name)?.as_str()?.to_owned());
        let header = |line: &Value| {
            let text = |name: &str| Some(line.get(name)?.as_str()?.to_owned());
            Some((text("name")?, text("value")?))
        };
        Some(Self {
            method: text("method")?,
            url: text("url")?,
            headers: draft
                .get("headers")?
                .as_array()?
                .iter()
                .filter_map(header)
                .collect(),
            body: text("body")?,
            status: draft
                .get("status")
                .and_then(Value::as_u64)
                .and_then(|status| u16::try_from(status).ok()),
        })
    }

    /// As our API takes it.
    pub(super) fn order(&self, of: u64) -> Value {
        let headers: Vec<Value> = self
            .headers
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect();
        let mut order = json!({ "of": of, "method": self.method, "url": self.url, "headers": headers, "body": self.body });
        if let (Some(status), Some(members)) = (self.status, order.as_object_mut()) {
            members.insert("status".into(), status.into());
        }
        order
    }

    /// The text of it.
    pub(super) fn raw(&self) -> String {
        let mut text = match self.status {
            Some(status) => format!("HTTP {status}\n"),
            None => format!("{} {}\n", self.method, self.url),
        };
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if !self.body.is_empty() {
            text.push('\n');
            text.push_str(&self.body);
        }
        text
    }

    /// Reads the text of it.
    pub(super) fn parse(text: &str, answer: bool) -> Result<Self, String> {
        let text = text.replace("\r\n", "\n");
        let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let first = lines.next().unwrap_or_default().trim();
        let begun = match answer {
            true => status_line(first)?,
            false => request_line(first)?,
        };
        let mut headers = Vec::new();
        for line in lines.filter(|line| !line.trim().is_empty()) {
            let Some((name, value)) = line.split_once(':') else {
                return Err(format!(
                    "A header is a name, a colon and a value; this line is {line:?}."
                ));
            };
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(Self {
            headers,
            body: body.to_owned(),
            ..begun
        })
    }

    /// The media type, lower case.
    pub(super) fn media(&self) -> String {
        let line = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        line.map(|(_, value)| value.to_ascii_lowercase())
            .unwrap_or_default()
    }
}

fn request_line(line: &str) -> Result<Request, String> {
    let Some((method, url)) = line.split_once(' ').filter(|(_, url)| url.contains("://")) else {
        return Err(format!(
            "The first line is a method and a whole URL, such as GET https://example.com/; this one is {line:?}."
        ));
    };
    Ok(Request {
        method: method.to_owned(),
        // A version at the end, as on the wire, is no part of the URL.
        url: url.trim().trim_end_matches(" HTTP/1.1").to_owned(),
        ..Request::default()
    })
}

fn status_line(line: &str) -> Result<Request, String> {
    let mut words = line.split_whitespace();
    let begins = words.next().is_some_and(|word| word.starts_with("HTTP"));
    let status = words.next().and_then(|word| word.parse().ok());
    match status.filter(|_| begins) {
        Some(status) => Ok(Request {
            status: Some(status),
            ..Request::default()
        }),
        None => Err(format!(
            "The first line of an answer is HTTP and its status, such as HTTP 200; this one is {line:?}."
        )),
    }
}

/// The URL before its query, and the query; the fragment stays with the query.
pub(super) fn split_url(url: &str) -> (&str, Option<&str>) {
    match url.split_once('?') {
        Some((base, query)) => (base, Some(query)),
        None => (url, None),
    }
}

/// A name and a value that are edited.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
    /// How it was written, and what that says.
    pub(super) written: Option<(String, String, String)>,
}

impl Pair {
    fn new(name: String, value: String, written: &str) -> Self {
        Self {
            written: Some((written.to_owned(), name.clone(), value.clone())),
            name,
            value,
        }
    }

    /// How it was written, while it still says that.
    fn untouched(&self) -> Option<&str> {
        let (written, name, value) = self.written.as_ref()?;
        (*name == self.name && *value == self.value).then_some(written)
    }
}

/// The pairs of a query or a form.
pub(super) fn pairs(text: &str) -> Vec<Pair> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Pair::new(decoded(name), decoded(value), part)
        })
        .collect()
}

/// The text of pairs.
pub(super) fn joined(pairs: &[Pair]) -> String {
    let parts = pairs
        .iter()
        .filter(|pair| !pair.name.is_empty() || !pair.value.is_empty());
    let parts = parts.map(|pair| match pair.untouched() {
        Some(written) => written.to_owned(),
        None => format!("{}={}", encoded(&pair.name), encoded(&pair.value)),
    });
    parts.collect::<Vec<_>>().join("&")
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = ahead;
            }
            (b'+', ..) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    // What is no text is edited as it is written.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn encoded(text: &str) -> String {
    let mut out = String::new();
    let mut masked = false;
    for letter in text.chars() {
        masked |= letter == '⟨';
        if masked || letter.is_ascii_alphanumeric() || "-._~".contains(letter) {
            out.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
        masked &= letter != '⟩';
    }
    out
}

/// The members of a JSON object, each value as JSON text. Nothing when it is no object.
pub(super) fn members(text: &str) -> Option<Vec<Pair>> {
    let value: Value = serde_json::from_str(text).ok()?;
    let pair = |(name, value): (&String, &Value)| {
        let value = value.to_string();
        Pair::new(name.clone(), value.clone(), &value)
    };
    Some(value.as_object()?.iter().map(pair).collect())
}

/// The JSON object with these members. A value that is not JSON is taken as a text.
pub(super) fn object(pairs: &[Pair]) -> String {
    let named = pairs.iter().filter(|pair| !pair.name.is_empty());
    let members = named.map(|pair| {
        let is_json = serde_json::from_str::<Value>(&pair.value).is_ok();
        let value = match is_json {
            true => pair.value.clone(),
            false => Value::String(pair.value.clone()).to_string(),
        };
        format!("{}:{value}", Value::String(pair.name.clone()))
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_touched_stays_as_it_was_written() {
        let query = "scope=a+b&resource=https://a%2Fmcp&x=%zz&flag&state=⟨state · new⟩";
        let mut fields = pairs(query);
        let shown: Vec<(&str, &str)> = fields
            .iter()
            .map(|p| (p.name.as_str(), p.value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("scope", "a b"),
                ("resource", "https://a/mcp"),
                ("x", "%zz"),
                ("flag", ""),
                ("state", "⟨state · new⟩"),
            ]
        );
        assert_eq!(joined(&fields), query);
        fields[0].value = "a b c&d".into();
        fields[4].value = "⟨code · 8 chars · #0a1b2c⟩ü".into();
        fields.push(Pair::default());
        assert_eq!(
            joined(&fields),
            "scope=a%20b%20c%26d&resource=https://a%2Fmcp&x=%zz&flag&state=⟨code · 8 chars · #0a1b2c⟩%C3%BC"
        );
    }

    #[test]
    fn members_of_an_object_are_edited_as_json() {
        let mut fields = members(r#"{"jsonrpc":"2.0","id":3,"params":{"a":[1]}}"#).unwrap();
        assert_eq!(fields[0].value, r#""2.0""#);
        fields[1].value = "seven".into();
        fields[2].value = r#"{"a": null}"#.into();
        assert_eq!(
            object(&fields),
            r#"{"jsonrpc":"2.0","id":"seven","params":{"a": null}}"#
        );
        assert_eq!(members("[1]"), None);
        assert_eq!(members("nothing"), None);
    }

    #[test]
    fn the_text_of_a_request_is_read_back() {
        let request = Request {
            method: "POST".into(),
            url: "https://a/t?x=1".into(),
            headers: vec![
                ("Accept".into(), "a: b".into()),
                ("X-Empty".into(), String::new()),
            ],
            body: "one\n\ntwo".into(),
            status: None,
        };
        assert_eq!(Request::parse(&request.raw(), false), Ok(request.clone()));
        let typed = "GET https://a/ HTTP/1.1\r\nHost: b\r\n\r\n";
        let read = Request::parse(typed, false).unwrap();
        assert_eq!((read.url.as_str(), read.body.as_str()), ("https://a/", ""));
        assert!(
            Request::parse("GET /path", false)
                .unwrap_err()
                .contains("GET /path")
        );
        assert!(
            Request::parse("GET https://a/\nno colon", false)
                .unwrap_err()
                .contains("no colon")
        );
    }

    #[test]
    fn an_answer_is_read_back_by_its_status() {
        let draft = json!({ "method": "GET", "url": "https://a/", "status": 404,
            "headers": [{ "name": "A", "value": "b" }], "body": "{}" });
        let answer = Request::read(&draft).unwrap();
        assert_eq!(answer.raw(), "HTTP 404\nA: b\n\n{}");
        let edited = Request::parse("HTTP/1.1 200 OK\nA: b", true).unwrap();
        assert_eq!(edited.status, Some(200));
        assert_eq!(edited.order(3).get("status"), Some(&json!(200)));
        for wrong in ["GET https://a/", "HTTP", "200", "HTTP many"] {
            assert!(Request::parse(wrong, true).unwrap_err().contains(wrong));
        }
    }

    #[test]
    fn a_draft_becomes_an_order() {
        let draft = json!({ "method": "GET", "url": "https://a/", "browser": false,
            "headers": [{ "name": "A", "value": "b" }], "body": "" });
        let request = Request::read(&draft).unwrap();
        assert_eq!(
            request.order(4),
            json!({ "of": 4, "method": "GET", "url": "https://a/",
                "headers": [{ "name": "A", "value": "b" }], "body": "" })
        );
        assert_eq!(Request::read(&json!({})), None);
    }
}
