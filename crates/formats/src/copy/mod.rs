//! One step for the clipboard: cURL, `fetch`, raw HTTP, Markdown, one line. Masked secrets become variables
//! or named placeholders wherever the text is to be run.

mod curl;
mod fetch;
mod secrets;

pub use curl::curl;
pub use fetch::fetch;

use authscope_model::exchange::{Body, Outcome};
use authscope_model::{Exchange, Header};

/// The request as it was on the wire, secrets masked.
#[must_use]
pub fn request(exchange: &Exchange) -> String {
    let request = &exchange.request;
    message(&request.request_line, &request.headers, &request.body)
}

/// The response as it was on the wire, or what happened instead.
#[must_use]
pub fn response(exchange: &Exchange) -> String {
    match &exchange.outcome {
        Outcome::Response(response) => {
            message(&response.status_line, &response.headers, &response.body)
        }
        Outcome::Failed(failure) => {
            let mut text = String::from("no response: ");
            text.push_str(&failure.message);
            text
        }
        Outcome::Unseen => "the response went to the browser and was not seen".into(),
    }
}

/// Request and response, one after the other.
#[must_use]
pub fn both(exchange: &Exchange) -> String {
    let mut text = request(exchange);
    text.push_str("\n\n");
    text.push_str(&response(exchange));
    text
}

fn message(first: &str, headers: &[Header], body: &Body) -> String {
    let mut text = String::from(first);
    for header in headers {
        text.push('\n');
        text.push_str(&header.name);
        text.push_str(": ");
        text.push_str(&header.value);
    }
    if !body.text.is_empty() {
        text.push_str("\n\n");
        text.push_str(&body.text);
    } else if let Some(bytes) = &body.base64 {
        text.push_str("\n\n(base64) ");
        text.push_str(bytes);
    }
    text
}

/// Request and response as Markdown, under a line that says which step it is.
#[must_use]
pub fn markdown(exchange: &Exchange) -> String {
    let mut text = String::from("**");
    text.push_str(&line(exchange).replace(['*', '<', '`'], " "));
    text.push_str("**\n\n");
    text.push_str(&crate::escape::block("http", &request(exchange)));
    text.push('\n');
    text.push_str(&crate::escape::block("http", &response(exchange)));
    text
}

/// One line for a chat: `Step 7: POST https://as.example/token → 400 (Token request)`.
#[must_use]
pub fn line(exchange: &Exchange) -> String {
    let mut text = String::from("Step ");
    text.push_str(&exchange.id.to_string());
    text.push_str(": ");
    text.push_str(&exchange.request.method);
    text.push(' ');
    text.push_str(&authscope_diagram::words::middle(
        &exchange.request.url,
        120,
    ));
    text.push_str(" → ");
    match &exchange.outcome {
        Outcome::Response(response) => text.push_str(
            response
                .status_line
                .split_once(' ')
                .map_or("", |(_, rest)| rest),
        ),
        Outcome::Failed(failure) => text.push_str(&failure.message),
        Outcome::Unseen => text.push_str("in the browser"),
    }
    text.push_str(" (");
    text.push_str(exchange.step.title());
    text.push(')');
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests;
