//! The page of one rule, made from what the rule says about itself and its Markdown page.

use super::html::{self, Page};
use super::rules::party_id;
use crate::problem::Problem;
use crate::public_url::PublicUrl;
use crate::state::AppState;
use crate::ui::escape;
use authscope_model::Revision;
use authscope_model::revision::Keyword;
use authscope_rules::{RuleInfo, catalogue, info};
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use pulldown_cmark::{Event, Parser};

pub(super) async fn page(
    State(state): State<AppState>,
    id: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let public = state.public_url();
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let page = match info(&id) {
        Some(rule) => Page {
            status: StatusCode::OK,
            title: rule.id,
            section: "rules",
            main: main(&state, public, rule),
        },
        None => Page {
            status: StatusCode::NOT_FOUND,
            title: "No such rule",
            section: "rules",
            main: format!(
                "<h1>There is no rule of this name</h1><p>A newer or older authscope may have it. \
                 <a href=\"{}\">All rules of this one</a>.</p>",
                escape(&public.path_to("rules"))
            ),
        },
    };
    Ok(page.response(public))
}

/// The chip of a keyword; nothing is required where there is none.
pub(super) fn keyword(keyword: Option<Keyword>) -> String {
    let (class, words) = match keyword {
        Some(Keyword::Must) => ("must", "MUST"),
        Some(Keyword::Should) => ("should", "SHOULD"),
        Some(Keyword::May) => ("may", "MAY"),
        Some(Keyword::Practice) => ("practice", "practice"),
        None => ("without", "no requirement"),
    };
    format!("<span class=\"keyword {class}\">{words}</span>")
}

fn main(state: &AppState, public: &PublicUrl, rule: &RuleInfo) -> String {
    let text = authscope_rules::page(rule.id).unwrap_or_default();
    let part = |heading: &str| markdown(section(text, heading));
    format!(
        "<p class=\"path\"><a href=\"{rules}\">Rules</a> › <a href=\"{rules}?area={area}\">{area_title}</a></p>\n\
         <h1>{summary}</h1>\n<p class=\"id\"><code data-testid=\"rule-id\">{id}</code></p>\n\
         <dl class=\"facts\"><div><dt>Who has to change something</dt><dd>{party}</dd></div>\
         <div><dt>How strong</dt><dd>{keywords}</dd></div>{clients}</dl>\n\
         <section><h2>What it checks</h2>{checks}</section>\n\
         <section><h2>Why it matters</h2>{why}</section>\n\
         <section><h2>How it looks on the wire</h2>{examples}</section>\n\
         <section><h2>How to fix it</h2>{fix}</section>\n\
         <section><h2>References</h2>{references}</section>\n{related}{lab}",
        rules = escape(&public.path_to("rules")),
        area = rule.area.as_str(),
        area_title = escape(rule.area.title()),
        summary = html::prose(rule.summary),
        id = escape(rule.id),
        party = party_link(public, rule),
        keywords = keywords(rule),
        clients = rule.clients.map_or_else(String::new, |clients| format!(
            "<div><dt>Clients that refuse</dt><dd>{}</dd></div>",
            html::prose(clients)
        )),
        checks = part("What it checks"),
        why = part("Why it matters"),
        examples = examples(section(text, "How it looks on the wire")),
        fix = part("How to fix"),
        references = references(rule),
        related = related(public, rule),
        lab = lab(state, public, rule),
    )
}

fn party_link(public: &PublicUrl, rule: &RuleInfo) -> String {
    format!(
        "<a href=\"{}?party={}\">{}</a>",
        escape(&public.path_to("rules")),
        party_id(rule.party),
        escape(rule.party.title())
    )
}

/// The text of a page below a heading.
pub(super) fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let found = page
        .split("\n## ")
        .find_map(|part| part.strip_prefix(heading)?.strip_prefix('\n'));
    found.unwrap_or_default().trim()
}

/// Markdown as HTML; HTML in it is text.
fn markdown(text: &str) -> String {
    let events = Parser::new(text).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html
}

fn keywords(rule: &RuleInfo) -> String {
    let rows: String = Revision::ALL
        .into_iter()
        .map(|revision| {
            let strength = keyword(rule.keywords.of(revision));
            format!("<li><span class=\"revision\">{revision}</span> {strength}</li>")
        })
        .collect();
    format!("<ul class=\"revisions\">{rows}</ul>")
}

fn references(rule: &RuleInfo) -> String {
    let links: String = rule
        .references
        .iter()
        .filter_map(|id| authscope_rules::reference(id))
        .map(|reference| {
            format!(
                "<li><a href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">{}</a></li>",
                escape(&reference.url),
                escape(&reference.title)
            )
        })
        .collect();
    format!("<ul class=\"references\">{links}</ul>")
}

fn related(public: &PublicUrl, rule: &RuleInfo) -> String {
    let list = |title: &str, ids: Vec<&str>| {
        if ids.is_empty() {
            return String::new();
        }
        let items: String = ids
            .iter()
            .map(|id| {
                let summary = info(id).map_or("", |other| other.summary);
                let link = html::rule_link(public, id);
                format!("<li>{link} {}</li>", html::prose(summary))
            })
            .collect();
        format!("<section><h2>{title}</h2><ul class=\"related\">{items}</ul></section>\n")
    };
    let causes = catalogue()
        .iter()
        .filter(|other| other.explains.contains(&rule.id))
        .map(|other| other.id)
        .collect();
    list("What it explains", rule.explains.to_vec()) + &list("What may explain it", causes)
}

fn lab(state: &AppState, public: &PublicUrl, rule: &RuleInfo) -> String {
    let items: String = state
        .settings()
        .lab
        .iter()
        .filter(|target| target.rules.iter().any(|id| id == rule.id))
        .map(|target| {
            format!(
                "<li><a href=\"{}\">{}</a> {}</li>",
                escape(&public.path_to(&format!("lab/{}", target.id))),
                escape(&target.title),
                escape(&target.summary)
            )
        })
        .collect();
    if items.is_empty() {
        return String::new();
    }
    format!("<section><h2>See it in the lab</h2><ul class=\"related\">{items}</ul></section>\n")
}

/// The examples, each with what it is; what the carets below a line mark is marked in the line.
fn examples(text: &str) -> String {
    let mut html = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(kind) = line.strip_prefix("```http ") else {
            if !line.trim().is_empty() {
                html.push_str(&markdown(line));
            }
            continue;
        };
        let mut block = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("```")) {
            block.push(line);
        }
        lines.next();
        html.push_str(&example(kind.trim() == "bad", &block));
    }
    html
}

fn example(bad: bool, lines: &[&str]) -> String {
    let (class, caption) = if bad {
        ("bad", "Wrong")
    } else {
        ("good", "Right")
    };
    let mut body = String::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(directive) = line.strip_prefix("//- ") {
            body.push_str(&format!(
                "<span class=\"step\">{}</span>\n",
                escape(&said(directive))
            ));
        } else if !is_carets(line) {
            let marks = lines.get(at + 1).filter(|below| is_carets(below));
            body.push_str(&marked(line, marks.copied()));
            body.push('\n');
        }
    }
    format!(
        "<figure class=\"example {class}\"><figcaption>{caption}</figcaption><pre>{}</pre></figure>\n",
        body.trim_end()
    )
}

/// A directive of the examples, for people.
fn said(directive: &str) -> String {
    let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
    let rest = rest.trim();
    match word {
        "flow" => format!("a flow in which everything is right ({rest}), but for what follows"),
        "call" => format!("request: {}", rest.replace('_', " ")),
        "reply" => format!("answer: {rest}"),
        "then" => format!("then: {}", rest.replace('_', " ")),
        "without" | "drop" => format!("without: {}", rest.replace('_', " ")),
        "stop" | "end" => "the flow ends here".to_owned(),
        "failed" => format!("no answer: {rest}"),
        "cut" => "the answer breaks off here".to_owned(),
        other => format!("{other}: {rest}")
            .trim_end_matches([':', ' '])
            .to_owned(),
    }
}

fn is_carets(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('^')
}

fn marked(line: &str, carets: Option<&str>) -> String {
    let Some(carets) = carets else {
        return escape(line);
    };
    let start = carets.chars().take_while(|c| *c != '^').count();
    let length = carets.chars().filter(|c| *c == '^').count();
    let part =
        |skip: usize, take: usize| -> String { line.chars().skip(skip).take(take).collect() };
    format!(
        "{}<mark>{}</mark>{}",
        escape(&part(0, start)),
        escape(&part(start, length)),
        escape(&part(start + length, usize::MAX))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_every_part() {
        for rule in catalogue() {
            let text = authscope_rules::page(rule.id).unwrap();
            for heading in ["What it checks", "Why it matters", "How to fix"] {
                let html = markdown(section(text, heading));
                assert!(html.len() > 10, "{}: {heading}", rule.id);
            }
            let html = examples(section(text, "How it looks on the wire"));
            assert!(html.contains("example bad"), "{}", rule.id);
            assert!(html.contains("example good"), "{}", rule.id);
            assert!(
                !html.contains("//- ") && !html.contains("^^^"),
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn carets_become_marks_and_markup_stays_text() {
        let html = examples("```http bad\n//- reply 401\na: <b> c\n   ^^^\n```\n");
        assert!(html.contains("a: <mark>&lt;b&gt;</mark> c"), "{html}");
        assert!(html.contains("answer: 401"), "{html}");
        assert!(!markdown("x <img src=y onerror=z> y").contains("<img"));
    }
}
