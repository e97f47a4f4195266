//! The frame of a page, and the small pieces that several pages use.

use crate::public_url::PublicUrl;
use crate::ui::{escape, frame};
use authscope_model::Party;
use axum::response::{Html, IntoResponse as _, Response};
use http::StatusCode;

/// A page, or the part of one that the app puts into its own.
pub(super) struct Page<'a> {
    /// Status it is sent with.
    pub(super) status: StatusCode,
    /// Title of the tab; text.
    pub(super) title: &'a str,
    /// Which entry of the navigation it belongs to, such as `rules`.
    pub(super) section: &'a str,
    /// HTML.
    pub(super) main: String,
}

impl Page<'_> {
    /// The whole document.
    pub(super) fn response(self, public: &PublicUrl) -> Response {
        (self.status, Html(self.document(public.base_path()))).into_response()
    }

    fn document(&self, base: &str) -> String {
        let title = escape(self.title);
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · authscope</title>\n\
             <link rel=\"stylesheet\" href=\"{base}static/reference.css\">\n{head}\
             <script src=\"{base}static/reference.js\" defer></script>\n</head>\n\
             <body data-base=\"{base}\">\n{header}\n\
             <main id=\"main\" tabindex=\"-1\">\n{main}\n</main>\n</body>\n</html>\n",
            head = frame::head(base),
            header = frame::header(base, self.section),
            main = self.main,
            base = escape(base),
        )
    }
}

/// Text in which `code` stands between backticks, as HTML.
pub(super) fn prose(text: &str) -> String {
    // Without a partner a backtick is just a character.
    if text.matches('`').count() % 2 == 1 {
        return escape(text);
    }
    let pieces = text.split('`').enumerate().map(|(at, piece)| {
        let piece = escape(piece);
        if at % 2 == 1 {
            format!("<code>{piece}</code>")
        } else {
            piece
        }
    });
    pieces.collect()
}

/// The chip that says who must change something.
pub(super) fn party(party: Party) -> String {
    format!("<span class=\"party\">{}</span>", escape(party.title()))
}

/// A link to the page of a rule.
pub(super) fn rule_link(public: &PublicUrl, id: &str) -> String {
    let href = escape(&public.path_to(&format!("rules/{id}")));
    format!("<a href=\"{href}\"><code>{}</code></a>", escape(id))
}

/// One `<option>`.
pub(super) fn option(value: &str, words: &str, chosen: &str) -> String {
    let selected = if value == chosen { " selected" } else { "" };
    format!(
        "<option value=\"{}\"{selected}>{}</option>",
        escape(value),
        escape(words)
    )
}

/// Lower-case words of a search; all of them have to be found.
pub(super) fn words(query: &str) -> Vec<String> {
    query.split_whitespace().map(str::to_lowercase).collect()
}

/// Whether a text has all words.
pub(super) fn has_all(text: &str, words: &[String]) -> bool {
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts() {
        assert_eq!(
            prose("`a<b>` is & \"not\""),
            "<code>a&lt;b&gt;</code> is &amp; &quot;not&quot;"
        );
        assert_eq!(prose("one ` alone"), "one ` alone");
        let page = Page {
            status: StatusCode::OK,
            title: "</title><script>",
            section: "rules",
            main: String::new(),
        };
        let html = page.document("/\"x/");
        assert_eq!(html.matches("<script").count(), 2, "{html}");
        assert!(
            html.contains("href=\"/&quot;x/rules\" aria-current"),
            "{html}"
        );
    }

    #[test]
    fn a_search_wants_every_word() {
        assert!(has_all("Scope near miss", &words("miss SCOPE")));
        assert!(!has_all("Scope near miss", &words("scope far")));
        assert!(has_all("anything", &words("  ")));
    }
}
