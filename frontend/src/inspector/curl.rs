//! A request as a cURL command for a POSIX shell. Masked secrets become variables.

use authscope_model::exchange::Request;

/// Headers that cURL makes by itself, or that must not be repeated.
const OWN: [&str; 4] = ["host", "content-length", "connection", "transfer-encoding"];

/// The command.
pub(crate) fn command(request: &Request) -> String {
    let mut parts = vec!["curl -i".to_owned()];
    if request.method != "GET" {
        parts.push(format!("-X {}", quoted(&request.method)));
    }
    parts.push(quoted(&request.url));
    for header in &request.headers {
        if !OWN.iter().any(|own| header.name.eq_ignore_ascii_case(own)) {
            parts.push(format!(
                "-H {}",
                quoted(&format!("{}: {}", header.name, header.value))
            ));
        }
    }
    if !request.body.text.is_empty() {
        parts.push(format!("--data-raw {}", quoted(&request.body.text)));
    }
    parts.join(" \\\n  ")
}

/// Quotes for a POSIX shell: single quotes around everything but the variables.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    let mut rest = text;
    while let Some(start) = rest.find('⟨') {
        let Some(length) = rest.get(start..).and_then(|tail| tail.find('⟩')) else {
            break;
        };
        let end = start + length + '⟩'.len_utf8();
        let mask = rest.get(start..end).unwrap_or_default();
        let before = rest.get(..start).unwrap_or_default();
        // A JWT is shown without its signature only; as a credential it is one thing.
        let kept = before.len() - token_tail(before);
        out.push_str(
            &before
                .get(..kept)
                .unwrap_or_default()
                .replace('\'', r"'\''"),
        );
        let name = if kept < before.len() {
            "ACCESS_TOKEN".to_owned()
        } else {
            variable(mask)
        };
        out.push_str(&format!("'\"${name}\"'"));
        rest = rest.get(end..).unwrap_or_default();
    }
    out.push_str(&rest.replace('\'', r"'\''"));
    out.push('\'');
    out
}

/// Bytes at the end that are the header and payload of a JWT.
fn token_tail(text: &str) -> usize {
    let tail = text
        .bytes()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        .count();
    let token = text.get(text.len() - tail..).unwrap_or_default();
    if token.starts_with("eyJ") && token.ends_with('.') {
        tail
    } else {
        0
    }
}

/// `⟨access_token · 812 chars · #a91f22⟩` becomes `ACCESS_TOKEN`.
fn variable(mask: &str) -> String {
    let kind = mask
        .trim_start_matches('⟨')
        .split(['·', '⟩'])
        .next()
        .unwrap_or_default();
    let name: String = kind
        .trim()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        "SECRET".into()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use authscope_model::Header;
    use std::process::Command;

    fn request(url: &str, header: &str, body: &str) -> Request {
        Request {
            method: "POST".into(),
            url: url.into(),
            request_line: String::new(),
            headers: vec![Header::new("Host", "a"), Header::new("X", header)],
            body: authscope_model::exchange::Body {
                text: body.into(),
                ..Default::default()
            },
        }
    }

    /// A shell must hand over exactly what was recorded.
    #[test]
    fn a_shell_reads_it_back() {
        let nasty = "it's $HOME `id` \"q\" \\ \n ! 中";
        let command = command(&request("https://a/?x='", nasty, nasty));
        let script = command.replacen("curl -i", "printf '%s\\0'", 1);
        let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let words: Vec<&str> = text.trim_end_matches('\0').split('\0').collect();
        let header = format!("X: {nasty}");
        assert_eq!(
            words,
            [
                "-X",
                "POST",
                "https://a/?x='",
                "-H",
                &header,
                "--data-raw",
                nasty
            ]
        );
    }

    #[test]
    fn masks_become_variables() {
        let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.⟨signature · 86 chars · #5d1a7c⟩";
        let text = command(&request(
            "https://a/",
            &format!("Bearer {jwt}"),
            "code=⟨code · 43 chars · #9c01aa⟩&x=1",
        ));
        assert!(
            text.contains("-H 'X: Bearer '\"$ACCESS_TOKEN\"''"),
            "{text}"
        );
        assert!(text.contains("'code='\"$CODE\"'&x=1'"), "{text}");
    }
}
