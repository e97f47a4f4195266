//! A request as a JavaScript `fetch` call. Masked secrets become constants to be set before.

use super::secrets::{Piece, pieces};
use authscope_model::exchange::Request;

/// Headers that `fetch` sets by itself.
const OWN: [&str; 4] = ["host", "content-length", "connection", "transfer-encoding"];

/// The call.
#[must_use]
pub fn fetch(request: &Request) -> String {
    let mut call = String::from("await fetch(");
    call.push_str(&literal(&request.url));
    call.push_str(", {\n  method: ");
    call.push_str(&literal(&request.method));
    call.push_str(",\n  headers: [\n");
    for header in &request.headers {
        if !OWN.iter().any(|own| header.name.eq_ignore_ascii_case(own)) {
            call.push_str("    [");
            call.push_str(&literal(&header.name));
            call.push_str(", ");
            call.push_str(&literal(&header.value));
            call.push_str("],\n");
        }
    }
    call.push_str("  ],\n");
    let body = &request.body;
    if let Some(bytes) = &body.base64 {
        call.push_str("  body: Uint8Array.from(atob(");
        call.push_str(&literal(bytes));
        call.push_str("), (c) => c.charCodeAt(0)),\n");
    } else if !body.text.is_empty() {
        call.push_str("  body: ");
        call.push_str(&literal(&body.text));
        call.push_str(",\n");
    }
    call.push_str("  redirect: \"manual\",\n});");
    call
}

/// A string literal; with secrets in it a template literal that names them.
fn literal(text: &str) -> String {
    let parts = pieces(text);
    let template = parts.iter().any(|part| matches!(part, Piece::Secret(_)));
    let quote = if template { '`' } else { '"' };
    let mut out = String::from(quote);
    for part in parts {
        match part {
            Piece::Text(plain) => plain
                .chars()
                .for_each(|letter| push(&mut out, letter, template)),
            Piece::Secret(name) => {
                out.push_str("${");
                out.push_str(&name);
                out.push('}');
            }
        }
    }
    out.push(quote);
    out
}

fn push(out: &mut String, letter: char, template: bool) {
    match letter {
        '\\' => out.push_str("\\\\"),
        '"' if !template => out.push_str("\\\""),
        '`' | '$' if template => {
            out.push('\\');
            out.push(letter);
        }
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        // Neither control characters nor a closing script tag stand in the text as they are.
        '<' => out.push_str("\\u003c"),
        letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
            out.push_str("\\u");
            let hex = u32::from(letter);
            for shift in [12, 8, 4, 0] {
                out.extend(char::from_digit(hex >> shift & 0xf, 16));
            }
        }
        letter => out.push(letter),
    }
}
