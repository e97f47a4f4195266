//! A request as a cURL command for a POSIX shell. Masked secrets become variables.

use super::secrets::{Piece, pieces};
use authscope_model::exchange::{Body, Request};

/// Headers that cURL makes by itself, or that must not be repeated.
const OWN: [&str; 4] = ["host", "content-length", "connection", "transfer-encoding"];

/// The command.
#[must_use]
pub fn curl(request: &Request) -> String {
    let mut command = String::new();
    if let Some(bytes) = &request.body.base64 {
        // Bytes that are no text cannot stand in a command; the shell makes them again.
        command.push_str("printf %s '");
        command.push_str(bytes);
        command.push_str("' | base64 -d | ");
    }
    command.push_str("curl -i --globoff");
    let mut add = |option: &str, word: &str| {
        command.push_str(" \\\n  ");
        command.push_str(option);
        command.push_str(word);
    };
    if request.method == "HEAD" {
        add("--head", "");
    } else if request.method != "GET" {
        add("-X ", &quoted(&request.method));
    }
    add("", &quoted(&request.url));
    for header in &request.headers {
        if OWN.iter().any(|own| header.name.eq_ignore_ascii_case(own)) {
            continue;
        }
        let mut line = header.name.clone();
        // With a colon cURL would take a header without value out.
        line.push_str(if header.value.is_empty() { ";" } else { ": " });
        line.push_str(&header.value);
        add("-H ", &quoted(&line));
    }
    data(&request.body, &mut add);
    command
}

fn data(body: &Body, add: &mut impl FnMut(&str, &str)) {
    if body.base64.is_some() {
        add("--data-binary ", "@-");
    } else if !body.text.is_empty() {
        add("--data-raw ", &quoted(&body.text));
    }
}

/// Quotes for a POSIX shell: single quotes around everything but the variables.
fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for piece in pieces(text) {
        match piece {
            Piece::Text(plain) => out.push_str(&plain.replace('\'', r"'\''")),
            Piece::Secret(name) => {
                out.push_str("'\"$");
                out.push_str(&name);
                out.push_str("\"'");
            }
        }
    }
    out.push('\'');
    out
}
