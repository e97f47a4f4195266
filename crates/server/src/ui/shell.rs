//! What a page shows before the app is there: readable while it loads, and without scripts.
//!
//! The app takes it away in the moment in which it draws itself, so nothing moves under the reader's eye.

use super::Html;
use authscope_diagram::{Options, Row, RowKind, layout};
use authscope_model::{Finding, Transcript};

/// Rows that are written; who reads more than this waits for the app, or takes the recording.
const MOST: usize = 400;

/// The start page: what it is, and a field that cannot be used yet.
pub(crate) fn home() -> String {
    let mut html = Html::default();
    html.raw("<main class=\"home\"><h1>See every step of an MCP OAuth flow</h1><p class=\"lead\">authscope plays the client, draws each ")
        .raw("request as it happens, and says what is wrong, who has to change it and how.</p><div class=\"start\"><label>MCP server URL</label>")
        .raw("<div class=\"joined big\"><input class=\"mono\" disabled placeholder=\"https://example.com/mcp\" aria-label=\"MCP server URL\">")
        .raw("<button class=\"primary\" type=\"button\" disabled>Debug</button></div></div></main>");
    html.into_text()
}

/// A session: the verdict and every row, as an ordered list.
pub(crate) fn session(
    id: &str,
    sentence: &str,
    transcript: &Transcript,
    findings: &[Finding],
) -> String {
    let diagram = layout(transcript, findings, &Options::default());
    let mut html = Html::default();
    html.raw("<section class=\"verdict-bar\" aria-label=\"Verdict\"><p class=\"sentence\">")
        .prose(sentence)
        .raw("</p></section><main class=\"static\"><h1>")
        .text(&title(transcript))
        .raw("</h1><ol>");
    for row in diagram.rows.iter().take(MOST) {
        line(&mut html, row, diagram.steps, &|group| {
            diagram
                .group(group)
                .map_or_else(String::new, |g| g.title.clone())
        });
    }
    html.raw("</ol>");
    if let Some(more) = diagram
        .rows
        .len()
        .checked_sub(MOST)
        .filter(|more| *more > 0)
    {
        html.raw("<p>And ")
            .text(&more.to_string())
            .raw(" more rows.</p>");
    }
    html.raw("<noscript><p>Without JavaScript this page shows what was recorded until it was loaded, and no bodies. Everything is in the <a href=\"api/sessions/")
        .text(id)
        .raw("\">recording (JSON)</a>; to act, allow JavaScript and WebAssembly.</p></noscript></main>");
    html.into_text()
}

fn title(transcript: &Transcript) -> String {
    let config = transcript.config.as_ref();
    let title = config.and_then(|config| config.title.clone());
    title
        .or_else(|| config.map(|config| config.server_url.clone()))
        .unwrap_or_else(|| "Session".into())
}

fn line(html: &mut Html, row: &Row, steps: u32, group: &dyn Fn(&str) -> String) {
    let kind = match &row.kind {
        RowKind::Step(_) => "is-exchange",
        RowKind::Group { .. } => "is-heading",
        _ => "is-remark",
    };
    html.raw("<li class=\"")
        .text(kind)
        .raw(" ")
        .text(row.verdict.id())
        .raw("\">");
    match &row.kind {
        RowKind::Step(step) => {
            let response = step
                .response
                .as_ref()
                .map_or(step.status.as_str(), |line| &line.full);
            html.raw("<b>")
                .text(&row.step.to_string())
                .raw("</b> <span>")
                .text(step.from.title())
                .raw(" → ")
                .text(step.to.title())
                .raw("</span> <code>")
                .text(&step.request.full)
                .raw("</code> <code>")
                .text(response)
                .raw("</code> <em>")
                .text(row.verdict.word())
                .raw("</em>");
        }
        RowKind::Group { group: id } => {
            html.text(&group(id));
        }
        _ => {
            html.prose(&row.name(steps));
        }
    }
    html.raw("</li>");
}

/// Puts a shell where the page keeps its place for one; a page without that place stays as it is.
pub(crate) fn within(page: &str, header: &str, shell: &str) -> String {
    const PLACE: &str = "id=\"boot\">";
    match page.split_once(PLACE) {
        Some((before, after)) => format!("{before}{PLACE}{header}{shell}{after}"),
        None => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_a_place_stays_as_it_is() {
        assert_eq!(within("<body>", "h", "s"), "<body>");
        assert_eq!(
            within("<div id=\"boot\"><p>", "h", "s"),
            "<div id=\"boot\">hs<p>"
        );
    }

    #[test]
    fn what_a_server_sent_is_text() {
        let transcript = Transcript {
            config: Some(authscope_model::config::SessionConfig::new(
                "http://x/<img src=x>".to_owned(),
            )),
            ..Transcript::default()
        };
        let html = session("s\"><b>", "a `<i>` b", &transcript, &[]);
        assert!(!html.contains("<img") && !html.contains("<i>"), "{html}");
        assert!(html.contains("s&quot;&gt;&lt;b&gt;"), "{html}");
    }
}
