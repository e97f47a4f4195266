//! What to compare: the previous run of the same server, the last good one, or any session.

use super::{Html, matrix_view};
use authscope_model::api::SessionSummary;

/// The page; `chosen` is the session to begin with.
pub(crate) fn page(chosen: Option<&SessionSummary>, all: &[SessionSummary]) -> Html {
    let mut html = Html::default();
    html.raw("<main class=\"home pick\" id=\"main\" tabindex=\"-1\">");
    match chosen {
        Some(chosen) => second(&mut html, chosen, all),
        None => first(&mut html, all),
    }
    html.raw("</main>");
    html
}

fn first(html: &mut Html, all: &[SessionSummary]) {
    html.raw("<header><h1>Compare two sessions</h1><p class=\"lead\">Steps are lined up by their kind; what differs in every run is left out. Which session do you want to look at?</p></header>");
    if all.is_empty() {
        html.raw("<p>There is no session yet. <a href=\"./\">Debug a server</a> first.</p>");
    }
    list(
        html,
        "Sessions",
        all.iter().map(|it| (it, format!("compare/{}", it.id))),
    );
}

fn second(html: &mut Html, chosen: &SessionSummary, all: &[SessionSummary]) {
    html.raw("<header><p class=\"hint\"><a href=\"compare\">Another session</a></p><h1>Compare ")
        .text(&chosen.title)
        .raw("</h1><p class=\"lead\">")
        .prose(&chosen.verdict)
        .raw("</p></header><section class=\"offers\" aria-label=\"Suggestions\">");
    let with = |it: &SessionSummary| format!("compare/{}/{}", it.id, chosen.id);
    let mut earlier = all.iter().filter(|it| {
        it.id != chosen.id
            && it.server_url == chosen.server_url
            && it.created_at <= chosen.created_at
    });
    let good = earlier
        .clone()
        .find(|it| it.status == "finished" && it.failures == 0);
    if let Some(it) = earlier.next() {
        offer(
            html,
            "with-previous",
            "With the previous run",
            &with(it),
            "What changed since this server was run the last time?",
        );
    }
    if let Some(it) = good {
        offer(
            html,
            "with-last-good",
            "With the last good run",
            &with(it),
            "What changed since it worked?",
        );
    }
    matrix_view::upgrade(html, &chosen.id);
    html.raw("</section>");
    if all.len() < 2 {
        html.raw("<p>There is no other session yet. Run this server again, or another one.</p>");
    }
    let other = |same: bool| {
        all.iter()
            .filter(move |it| it.id != chosen.id && (it.server_url == chosen.server_url) == same)
            .map(|it| (it, with(it)))
    };
    list(html, "Sessions of the same server", other(true));
    list(html, "Sessions of other servers", other(false));
}

fn offer(html: &mut Html, id: &'static str, words: &'static str, href: &str, why: &'static str) {
    html.raw("<p><a class=\"button primary\" data-testid=\"")
        .raw(id)
        .raw("\" href=\"")
        .text(href)
        .raw("\">")
        .raw(words)
        .raw("</a> <span class=\"hint\">")
        .raw(why)
        .raw("</span></p>");
}

fn list<'a>(
    html: &mut Html,
    title: &'static str,
    sessions: impl Iterator<Item = (&'a SessionSummary, String)>,
) {
    let mut sessions = sessions.peekable();
    if sessions.peek().is_none() {
        return;
    }
    html.raw("<section class=\"recent\"><h2>")
        .raw(title)
        .raw("</h2><ul>");
    for (it, href) in sessions {
        html.raw("<li><a href=\"").text(&href).raw("\">");
        html.raw(sign(it)).raw("<span class=\"what\"><strong>");
        html.text(&it.title)
            .raw("</strong><span class=\"url mono\">")
            .text(&it.server_url)
            .raw("</span></span><span class=\"verdict\">")
            .prose(&it.verdict)
            .raw("</span><time data-time=\"")
            .text(&it.created_at.to_string())
            .raw("\"></time></a></li>");
    }
    html.raw("</ul></section>");
}

/// How it went, as a sign.
fn sign(it: &SessionSummary) -> &'static str {
    match it.status.as_str() {
        "finished" if it.failures > 0 => "<span class=\"sign fail\" aria-hidden=\"true\">✗</span>",
        "finished" if it.warnings > 0 => "<span class=\"sign warn\" aria-hidden=\"true\">▲</span>",
        "finished" => "<span class=\"sign pass\" aria-hidden=\"true\">✓</span>",
        "your_turn" => "<span class=\"sign wait\" aria-hidden=\"true\">●</span>",
        _ => "<span class=\"sign skip\" aria-hidden=\"true\">○</span>",
    }
}
