//! Puts the values back that placeholders stand for, and refuses to where they would go somewhere else.

use super::sent::{self, Sent};
use super::{NEW_PROOF, NEW_STATE};
use authscope_model::Header;
use authscope_model::api::Resend;
use authscope_model::mask::is_findable;
use authscope_model::mask::marked::{Piece, hash_of, pieces};
use authscope_protocol::form;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// An edited request with its values put back.
pub(crate) struct Filled {
    pub(crate) url: String,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: String,
    /// The values that were put back, by kind.
    pub(crate) used: Vec<(String, String)>,
}

/// How a value is written where it is put.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// As it is.
    Plain,
    /// Percent-encoded, in URLs and forms.
    Encoded,
    /// Within a JSON string.
    Json,
}

impl Place {
    fn of_body(headers: &[Header]) -> Self {
        let media = authscope_model::exchange::header(headers, "content-type").unwrap_or_default();
        let media = media.to_ascii_lowercase();
        if media.contains("x-www-form-urlencoded") {
            Self::Encoded
        } else if media.contains("json") {
            Self::Json
        } else {
            Self::Plain
        }
    }

    fn write(self, value: &str) -> String {
        match self {
            Self::Plain => value.to_owned(),
            Self::Encoded => form::encode_component(value).replace('+', "%20"),
            Self::Json => {
                let quoted = serde_json::Value::String(value.to_owned()).to_string();
                let inner = quoted.strip_prefix('"').and_then(|q| q.strip_suffix('"'));
                inner.unwrap_or(value).to_owned()
            }
        }
    }
}

struct Filler<'a> {
    sent: &'a [Sent],
    /// Where the request goes.
    origin: String,
    /// What [`NEW_STATE`] stands for.
    state: &'a str,
    /// Whether values may be used that cannot be found again in an answer.
    trusted: bool,
    used: Vec<(String, String)>,
}

/// Puts the values back.
///
/// # Errors
/// A sentence: which placeholder cannot be used there, and why.
pub(crate) fn fill(
    sent: &[Sent],
    resend: &Resend,
    state: &str,
    trusted: bool,
) -> Result<Filled, String> {
    let mut filler = Filler {
        sent,
        origin: authscope_net::origin(&resend.url)?,
        state,
        trusted,
        used: Vec::new(),
    };
    let url = filler.text(&resend.url, Place::Encoded)?;
    let mut headers = Vec::with_capacity(resend.headers.len());
    for line in &resend.headers {
        headers.push(Header::new(line.name.trim(), filler.header(line)?));
    }
    let body = filler.text(&resend.body, Place::of_body(&resend.headers))?;
    if authscope_net::origin(&url)? != filler.origin {
        return Err("a placeholder cannot be part of the host".into());
    }
    if !filler.used.is_empty() {
        stays_there(&filler.origin, &headers, &body)?;
    }
    Ok(Filled {
        url,
        headers,
        body,
        used: filler.used,
    })
}

impl Filler<'_> {
    fn text(&mut self, text: &str, place: Place) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(plain) => out.push_str(plain),
                Piece::Placeholder(NEW_STATE) => out.push_str(self.state),
                Piece::Placeholder(whole) => out.push_str(&place.write(&self.value(whole)?)),
            }
        }
        Ok(out)
    }

    fn header(&mut self, line: &Header) -> Result<String, String> {
        let value = line.value.trim();
        // Made for the request when all else is known of it.
        if value == NEW_PROOF {
            return Ok(value.to_owned());
        }
        let scheme = value.get(..6).unwrap_or_default();
        if scheme.eq_ignore_ascii_case("basic ") && value.contains('⟨') {
            let pair = value.get(6..).unwrap_or_default();
            let (user, password) = pair.split_once(':').unwrap_or((pair, ""));
            let user = self.text(user, Place::Plain)?;
            let password = self.text(password, Place::Encoded)?;
            return Ok(format!(
                "{scheme}{}",
                STANDARD.encode(format!("{user}:{password}"))
            ));
        }
        self.text(value, Place::Plain)
    }

    fn value(&mut self, placeholder: &str) -> Result<String, String> {
        let Some(hash) = hash_of(placeholder) else {
            return Err(format!(
                "{placeholder} names no value that can be put back; write the value in its place"
            ));
        };
        let Some(found) = sent::find(self.sent, hash) else {
            return Err(format!(
                "the value of {placeholder} is not in the vault; write the value in its place"
            ));
        };
        if !found.origins.contains(&self.origin) {
            return Err(format!(
                "{placeholder} was sent to {} only, and this request goes to {}: a masked value goes nowhere else; to send it there, write the value itself",
                found.origins.join(" and "),
                self.origin
            ));
        }
        let value = &found.marked.value;
        if !self.trusted && !is_findable(value) {
            return Err(format!(
                "the value of {placeholder} is too short to be masked in an answer, so only the owner of the session can use it"
            ));
        }
        let kind = placeholder.trim_start_matches('⟨');
        let kind = kind.split(" · ").next().unwrap_or_default();
        self.used.push((kind.to_owned(), value.clone()));
        Ok(value.clone())
    }
}

/// Refuses headers that lead a request, or a second one within its body, to another server behind the same address.
pub(crate) fn stays_there(origin: &str, headers: &[Header], body: &str) -> Result<(), String> {
    let scheme = origin.split("://").next().unwrap_or_default();
    for line in headers {
        let leads_away = match line.name.to_ascii_lowercase().as_str() {
            "host" => {
                authscope_net::origin(&format!("{scheme}://{}/", line.value)).as_deref()
                    != Ok(origin)
            }
            "content-length" => line.value != body.len().to_string(),
            "transfer-encoding" => true,
            _ => false,
        };
        if leads_away {
            return Err(format!(
                "the header {} may lead the request elsewhere, which masked values, and requests of the flow that somebody else than the owner edits, must not; take the header out",
                line.name
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use authscope_model::mask::marked::Marked;

    fn vault() -> Vec<Sent> {
        let entry = |hash: &str, value: &str, token, origin: &str| Sent {
            marked: Marked {
                hash: hash.into(),
                value: value.into(),
                token,
            },
            origins: vec![origin.into()],
        };
        vec![
            entry(
                "aaaaaa",
                "eyJh.eyJp.s1gnature",
                true,
                "https://mcp.example:443",
            ),
            entry("bbbbbb", "p+ss \"word\" 1", false, "https://as.example:443"),
            entry("cccccc", "short", false, "https://as.example:443"),
        ]
    }

    fn resend(url: &str, headers: &[(&str, &str)], body: &str) -> Resend {
        Resend {
            of: 1,
            method: "POST".into(),
            url: url.into(),
            headers: headers.iter().map(|(n, v)| Header::new(*n, *v)).collect(),
            body: body.into(),
            status: None,
        }
    }

    fn filled(resend: &Resend) -> Result<Filled, String> {
        fill(&vault(), resend, "new-state", false)
    }

    #[test]
    fn a_value_is_written_as_its_place_wants_it() {
        let secret = "⟨client_secret · 13 chars · #bbbbbb⟩";
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        let sent = filled(&resend(
            &format!("https://as.example/t?x=%7e&s={secret}&st=⟨state · new⟩"),
            &form,
            &format!("a=+b&client_secret={secret}"),
        ))
        .unwrap();
        assert_eq!(
            sent.url,
            "https://as.example/t?x=%7e&s=p%2Bss%20%22word%22%201&st=new-state"
        );
        assert_eq!(sent.body, "a=+b&client_secret=p%2Bss%20%22word%22%201");
        let json = [("content-type", "application/json")];
        let body = format!("{{\"s\": \"{secret}\"}}");
        let sent = filled(&resend("https://as.example/t", &json, &body)).unwrap();
        assert_eq!(sent.body, r#"{"s": "p+ss \"word\" 1"}"#);
        let basic = format!("Basic my%2Did:{secret}");
        let sent = filled(&resend(
            "https://as.example/t",
            &[("Authorization", &basic)],
            "",
        ))
        .unwrap();
        let line = sent.headers.first().unwrap();
        let pair = STANDARD
            .decode(line.value.trim_start_matches("Basic "))
            .unwrap();
        assert_eq!(pair, b"my%2Did:p%2Bss%20%22word%22%201");
    }

    #[test]
    fn a_masked_value_goes_to_no_other_origin() {
        let token = [("Authorization", "Bearer ⟨JWT · #aaaaaa⟩")];
        for url in ["https://mcp.example/mcp?x", "https://MCP.example:443/other"] {
            let sent = filled(&resend(url, &token, "")).unwrap();
            assert_eq!(sent.headers[0].value, "Bearer eyJh.eyJp.s1gnature");
            assert_eq!(
                sent.used,
                [("JWT".to_owned(), "eyJh.eyJp.s1gnature".to_owned())]
            );
        }
        for url in [
            "https://evil.example/mcp",
            "http://mcp.example/mcp",
            "https://mcp.example:8443/mcp",
            "https://mcp.example.evil.example/",
        ] {
            let why = filled(&resend(url, &token, "")).err().unwrap();
            assert!(
                why.contains("was sent to https://mcp.example:443 only"),
                "{why}"
            );
            assert!(!why.contains("s1gnature"), "{why}");
        }
    }

    #[test]
    fn a_masked_value_is_not_led_elsewhere_by_a_header() {
        let token = ("Authorization", "Bearer ⟨JWT · #aaaaaa⟩");
        for header in [
            ("Host", "evil.example"),
            ("hOST", "mcp.example, evil.example"),
            ("Transfer-Encoding", "chunked"),
            ("Content-Length", "0"),
        ] {
            let why = filled(&resend("https://mcp.example/", &[token, header], "body"));
            assert!(
                why.is_err_and(|why| why.contains("elsewhere")),
                "{header:?}"
            );
            // Without masked values it is the person's own affair.
            assert!(filled(&resend("https://mcp.example/", &[header], "body")).is_ok());
        }
        let right = [token, ("Host", "mcp.example"), ("Content-Length", "4")];
        assert!(filled(&resend("https://mcp.example/", &right, "body")).is_ok());
    }

    #[test]
    fn what_cannot_be_put_back_is_said() {
        for (text, word) in [
            ("⟨email · personal⟩", "names no value"),
            ("⟨cookie · 4 chars · #dddddd⟩", "not in the vault"),
            ("⟨client_secret · 5 chars · #cccccc⟩", "too short"),
        ] {
            let why = filled(&resend("https://as.example/", &[("X", text)], ""))
                .err()
                .unwrap();
            assert!(why.contains(word) && why.contains(text), "{why}");
        }
        let short = [("X", "⟨client_secret · 5 chars · #cccccc⟩")];
        let sent = fill(
            &vault(),
            &resend("https://as.example/", &short, ""),
            "",
            true,
        )
        .unwrap();
        assert_eq!(sent.headers[0].value, "short");
        let within = "https://⟨client_secret · 5 chars · #cccccc⟩/";
        assert!(filled(&resend(within, &[], "")).is_err());
    }
}
