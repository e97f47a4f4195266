//! Whole pages written here: text from anywhere is escaped, and a page needs no script.

use super::{escape, frame};
use crate::state::AppState;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

/// HTML under construction.
#[derive(Default)]
pub(crate) struct Html(String);

impl Html {
    /// Markup of ours.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, or the value of a quoted attribute, from anywhere.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(&escape(text));
        self
    }

    /// Text with `code` between backticks.
    pub(crate) fn prose(&mut self, text: &str) -> &mut Self {
        let mut parts: Vec<&str> = text.split('`').collect();
        // A backtick without a partner is a letter.
        let odd = if parts.len().is_multiple_of(2) {
            parts.pop()
        } else {
            None
        };
        for (at, part) in parts.into_iter().enumerate() {
            if at % 2 == 1 {
                self.raw("<code>").text(part).raw("</code>");
            } else {
                self.text(part);
            }
        }
        if let Some(rest) = odd {
            self.raw("`").text(rest);
        }
        self
    }

    /// Joins what another part wrote.
    pub(crate) fn join(&mut self, other: &Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// A whole page with the styles of the interface.
    pub(crate) fn page(self, state: &AppState, shell: &Shell<'_>) -> Response {
        let base = state.public_url().base_path();
        let mut page = Self::default();
        page.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
            .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .raw("<meta name=\"color-scheme\" content=\"light dark\"><base href=\"")
            .text(base)
            .raw("\"><title>")
            .text(shell.title)
            .raw(" · authscope</title>");
        if shell.live {
            // With scripts the page takes over what is new without losing the reader's place.
            page.raw("<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>");
        }
        for style in styles(&state.ui().index().unwrap_or_default()) {
            page.raw("<link rel=\"stylesheet\" href=\"")
                .text(&style)
                .raw("\">");
        }
        page.raw("<link rel=\"stylesheet\" href=\"pages.css\">");
        page.0.push_str(&frame::head(base));
        page.raw("<script src=\"pages.js\" defer></script></head><body>");
        page.0.push_str(&frame::header(base, shell.section));
        page.raw("<div id=\"page\"")
            .raw(if shell.live { " data-live>" } else { ">" });
        page.join(&self).raw("</div></body></html>");
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CACHE_CONTROL, "no-store"),
        ];
        (StatusCode::OK, headers, page.0).into_response()
    }
}

/// What surrounds the content of a page.
pub(crate) struct Shell<'a> {
    /// Title of the tab.
    pub(crate) title: &'a str,
    /// Its place in the bar, such as `compare`.
    pub(crate) section: &'a str,
    /// Whether more may come: the page looks again by itself.
    pub(crate) live: bool,
}

/// Addresses of the style sheets that the interface uses.
fn styles(index: &str) -> Vec<String> {
    index
        .split("<link ")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| tag.contains("rel=\"stylesheet\""))
        .filter_map(|tag| tag.split("href=\"").nth(1)?.split('"').next())
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_text() {
        let mut html = Html::default();
        html.raw("<p>")
            .text("<img src=x onerror='a'>&\"")
            .prose("a `b` c ` d");
        assert_eq!(
            html.0,
            "<p>&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;a <code>b</code> c ` d"
        );
    }

    #[test]
    fn style_sheets_are_found() {
        let index = r#"<link rel="icon" href="i.svg"/><link rel="stylesheet" href="./a-1.css"/>"#;
        assert_eq!(styles(index), ["./a-1.css"]);
    }
}
