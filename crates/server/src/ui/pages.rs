//! Small pages without the app. Every text in them is escaped, and they load our own style only.

use crate::problem::Problem;
use crate::public_url::PublicUrl;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

/// A page of one heading, some paragraphs, and perhaps a link.
pub(crate) struct Page<'a> {
    /// Status it is sent with.
    pub(crate) status: StatusCode,
    /// The heading.
    pub(crate) title: &'a str,
    /// The paragraphs.
    pub(crate) paragraphs: &'a [&'a str],
    /// Text of a link, and its path below the base path.
    pub(crate) link: Option<(&'a str, &'a str)>,
    /// Whether it is where a provider sends the browser: takes the query off the address, and closes the
    /// window when that is given as true.
    pub(crate) callback: Option<bool>,
}

/// A problem for a person at a browser.
pub(crate) fn problem(problem: &Problem, public: &PublicUrl) -> Response {
    let page = Page {
        status: problem.status(),
        title: problem.title(),
        paragraphs: &[problem.detail()],
        link: None,
        callback: None,
    };
    page.response(public)
}

impl Page<'_> {
    /// The response.
    pub(crate) fn response(&self, public: &PublicUrl) -> Response {
        (self.status, Html(self.html(public.base_path()))).into_response()
    }

    fn html(&self, base: &str) -> String {
        let base = escape(base);
        let title = escape(self.title);
        let close = self.callback.is_some_and(|close| close);
        let close = if close { "yes" } else { "no" };
        let paragraphs: String = self
            .paragraphs
            .iter()
            .map(|text| format!("    <p>{}</p>\n", escape(text)))
            .collect();
        let link = self.link.map_or_else(String::new, |(text, path)| {
            let (text, path) = (escape(text), escape(path));
            format!("    <p><a href=\"{base}{path}\">{text}</a></p>\n")
        });
        let script = self.callback.map_or_else(String::new, |_| {
            format!("    <script src=\"{base}static/callback.js\"></script>\n")
        });
        format!(
            "<!doctype html>\n<html lang=\"en\" data-close=\"{close}\">\n  <head>\n    \
             <meta charset=\"utf-8\">\n    \
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n    \
             <title>{title}</title>\n    \
             <link rel=\"stylesheet\" href=\"{base}static/page.css\">\n{script}  </head>\n  <body>\n    \
             <main>\n    <h1>{title}</h1>\n{paragraphs}{link}    </main>\n  </body>\n</html>\n"
        )
    }
}

/// For text and for attribute values in double quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let page = Page {
            status: StatusCode::OK,
            title: "</title><script>alert(1)</script>",
            paragraphs: &["<img src=x onerror=alert(1)>", "a & b"],
            link: Some(("\"><script>", "sessions/\" onclick=\"x")),
            callback: Some(true),
        };
        let html = page.html("/base/");
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert!(html.contains("<script src=\"/base/static/callback.js\">"));
        assert!(!html.contains("<img"), "{html}");
        assert!(!html.contains("onclick=\""), "{html}");
        assert!(html.contains("a &amp; b"), "{html}");
    }
}
