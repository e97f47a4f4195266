//! The gallery of the lab: servers that do everything right, servers with one fault, and several faults at once.

use super::html::{self, Page};
use super::rules::party_id;
use crate::extract::QueryOf;
use crate::problem::Problem;
use crate::public_url::PublicUrl;
use crate::state::AppState;
use crate::ui::escape;
use authscope_model::Party;
use authscope_model::api::LabTarget;
use authscope_rules::{Area, info};
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// Faults that may be put together.
const MOST_TOGETHER: usize = 8;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    party: String,
}

pub(super) async fn gallery(
    State(state): State<AppState>,
    QueryOf(search): QueryOf<Search>,
) -> Result<Response, Problem> {
    let public = state.public_url();
    let lab = &state.settings().lab;
    let page = Page {
        status: StatusCode::OK,
        title: "Lab",
        section: "lab",
        main: if lab.is_empty() {
            off(public)
        } else {
            gallery_main(public, lab, &search)
        },
    };
    Ok(page.response(public))
}

pub(super) async fn target(
    State(state): State<AppState>,
    id: Result<Path<String>, axum::extract::rejection::PathRejection>,
) -> Result<Response, Problem> {
    let public = state.public_url();
    let lab = &state.settings().lab;
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let (status, main) = if lab.is_empty() {
        (StatusCode::NOT_FOUND, off(public))
    } else {
        match together(lab, &id) {
            Ok(target) => (StatusCode::OK, target_main(public, &target)),
            Err(words) => (StatusCode::NOT_FOUND, unknown(public, &words)),
        }
    };
    let page = Page {
        status,
        title: "Lab",
        section: "lab",
        main,
    };
    Ok(page.response(public))
}

fn off(public: &PublicUrl) -> String {
    format!(
        "<h1>The lab is off</h1>\n<p>The lab is a set of MCP servers and authorization servers inside authscope: some do \
         everything right, the others have one fault each. Whoever runs this authscope turns it on with \
         <code>authscope serve --lab</code>.</p>\n<p>On your own machine: <code>authscope lab</code> serves it alone, and \
         <code>authscope lab --list</code> lists what is in it.</p>\n\
         <p><a href=\"{}\">Go to the start page</a></p>",
        escape(&public.path_to(""))
    )
}

fn unknown(public: &PublicUrl, words: &str) -> String {
    format!(
        "<h1>The lab has no such target</h1>\n<p>{}</p>\n<p><a href=\"{}\">Everything the lab has</a></p>",
        html::prose(words),
        escape(&public.path_to("lab"))
    )
}

/// A target by its id, or one made of several faults: their ids with `+` between them.
fn together(lab: &[LabTarget], id: &str) -> Result<LabTarget, String> {
    let ids: Vec<&str> = id.split('+').filter(|id| !id.is_empty()).collect();
    let find = |id: &str| {
        lab.iter()
            .find(|target| target.id == id)
            .ok_or_else(|| format!("`{id}` is not among its targets."))
    };
    let parts = ids
        .iter()
        .map(|id| find(id))
        .collect::<Result<Vec<_>, _>>()?;
    let [first, rest @ ..] = parts.as_slice() else {
        return Err("The address names no target.".to_owned());
    };
    if rest.is_empty() {
        return Ok((*first).clone());
    }
    if parts.len() > MOST_TOGETHER {
        return Err(format!(
            "Up to {MOST_TOGETHER} faults go together; these are {}.",
            parts.len()
        ));
    }
    if let Some(alone) = parts.iter().find(|target| address(target).is_none()) {
        return Err(format!(
            "`{}` has an origin of its own, so it goes with no other fault.",
            alone.id
        ));
    }
    let joined = ids.join("+");
    let url = address(first).map(|(before, after)| format!("{before}/{joined}{after}"));
    let mut rules: Vec<String> = Vec::new();
    for rule in parts.iter().flat_map(|target| &target.rules) {
        if !rules.contains(rule) {
            rules.push(rule.clone());
        }
    }
    let each = |read: fn(&LabTarget) -> &str, between: &str| {
        parts
            .iter()
            .map(|target| read(target))
            .collect::<Vec<_>>()
            .join(between)
    };
    Ok(LabTarget {
        title: each(|target| &target.title, " + "),
        summary: each(|target| &target.summary, " "),
        healthy: false,
        url: url.unwrap_or_default(),
        party: first.party.clone(),
        id: joined,
        rules,
        settings: parts
            .iter()
            .flat_map(|target| target.settings.clone())
            .collect(),
    })
}

/// What stands before and after a target's own segment in its address; none when it has an origin of its own.
fn address(target: &LabTarget) -> Option<(&str, &str)> {
    target.url.split_once(&format!("/{}", target.id))
}

fn gallery_main(public: &PublicUrl, lab: &[LabTarget], search: &Search) -> String {
    let words = html::words(&search.q);
    let fits = |target: &&LabTarget| {
        let party = target.party.as_deref().unwrap_or_default();
        (search.party.is_empty() || party == search.party)
            && html::has_all(&searched(target), &words)
    };
    let found: Vec<&LabTarget> = lab.iter().filter(fits).collect();
    let healthy: String = found
        .iter()
        .filter(|target| target.healthy)
        .map(|target| tile(public, target))
        .collect();
    let mut sections = group("healthy", "Everything right, each in its own way", &healthy);
    for area in Area::ALL {
        let tiles: String = found
            .iter()
            .filter(|target| !target.healthy && area_of(target) == area)
            .map(|target| tile(public, target))
            .collect();
        sections.push_str(&group(area.as_str(), area.title(), &tiles));
    }
    let none = if found.is_empty() { "" } else { " hidden" };
    format!(
        "<h1>Learn by breaking it</h1>\n<p class=\"lead\">Each of these servers has one fault that people meet in the field. \
         Pick one, watch the flow run into it, and read what authscope says. Tick several to put them into one server.</p>\n\
         {form}\n<p class=\"count\" role=\"status\" data-count=\"server servers\">{count} servers</p>\n\
         <form class=\"together\" data-together hidden><span class=\"words\"></span> \
         <a class=\"button primary\" data-testid=\"lab-together\" href=\"\">Look at them in one server</a></form>\n\
         {sections}<p class=\"none\"{none}>Nothing in the lab is like that. Fewer words find more.</p>",
        form = form(public, search),
        count = found.len(),
    )
}

fn form(public: &PublicUrl, search: &Search) -> String {
    let parties = [Party::McpServer, Party::AuthorizationServer, Party::Client];
    let parties: String = parties
        .into_iter()
        .map(|party| html::option(party_id(party), party.title(), &search.party))
        .collect();
    format!(
        "<form class=\"search\" role=\"search\" method=\"get\" action=\"{action}\" data-filter>\
         <input type=\"search\" name=\"q\" value=\"{q}\" placeholder=\"Search: slash, PKCE, 404 …\" \
         aria-label=\"Search the lab\" data-testid=\"lab-search\">\
         <select name=\"party\" aria-label=\"Whose fault it is\">{any}{parties}</select>\
         <button type=\"submit\">Search</button></form>",
        action = escape(&public.path_to("lab")),
        q = escape(&search.q),
        any = html::option("", "Whoever's fault it is", &search.party),
    )
}

fn searched(target: &LabTarget) -> String {
    format!(
        "{} {} {} {} {}",
        target.id,
        target.title,
        target.summary,
        target.rules.join(" "),
        target
            .party
            .as_deref()
            .unwrap_or_default()
            .replace('_', " ")
    )
}

/// The area of the first rule that a fault fires.
fn area_of(target: &LabTarget) -> Area {
    let first = target.rules.iter().find_map(|id| info(id));
    first.map_or(Area::Client, |rule| rule.area)
}

fn group(id: &str, title: &str, tiles: &str) -> String {
    if tiles.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"group\" data-group=\"{id}\" aria-labelledby=\"group-{id}\"><h2 id=\"group-{id}\">{}</h2>\
         <ul class=\"tiles\">{tiles}</ul></section>\n",
        escape(title)
    )
}

fn tile(public: &PublicUrl, target: &LabTarget) -> String {
    let tick = if target.healthy || address(target).is_none() {
        String::new()
    } else {
        format!(
            "<input type=\"checkbox\" value=\"{id}\" aria-label=\"Put together: {title}\">",
            id = escape(&target.id),
            title = escape(&target.title)
        )
    };
    format!(
        "<li class=\"{class}\" data-text=\"{text}\" data-party=\"{party}\">{tick}<a href=\"{href}\" \
         data-testid=\"lab-{id}\"><strong>{title}</strong><span>{summary}</span>{chip}</a></li>\n",
        class = if target.healthy { "healthy" } else { "fault" },
        text = escape(&searched(target).to_lowercase()),
        party = escape(target.party.as_deref().unwrap_or_default()),
        href = escape(&public.path_to(&format!("lab/{}", target.id))),
        id = escape(&target.id),
        title = html::prose(&target.title),
        summary = html::prose(&target.summary),
        chip = chip(target),
    )
}

fn chip(target: &LabTarget) -> String {
    let parties = [Party::McpServer, Party::AuthorizationServer, Party::Client];
    let id = target.party.as_deref().unwrap_or_default();
    let found = parties.into_iter().find(|party| party_id(*party) == id);
    found.map_or_else(String::new, html::party)
}

fn target_main(public: &PublicUrl, target: &LabTarget) -> String {
    let rules: String = target
        .rules
        .iter()
        .map(|id| {
            let summary = info(id).map_or("", |rule| rule.summary);
            format!(
                "<li>{} {}</li>",
                html::rule_link(public, id),
                html::prose(summary)
            )
        })
        .collect();
    let found = if target.healthy {
        "<p>Nothing: a correct server, so every rule stays silent.</p>".to_owned()
    } else if rules.is_empty() {
        "<p>Only a request that no conforming client sends brings it out.</p>".to_owned()
    } else {
        format!(
            "<p>Run it first; then compare with what has to be found:</p>\
             <details><summary>What authscope has to find</summary><ul class=\"related\">{rules}</ul></details>"
        )
    };
    format!(
        "<p class=\"path\"><a href=\"{gallery}\">Lab</a></p>\n<h1>{title}</h1>\n<p class=\"lead\">{summary}</p>\n\
         <dl class=\"facts\"><div><dt>Whose fault it is</dt><dd>{party}</dd></div>\
         <div><dt>MCP server</dt><dd><code data-testid=\"lab-url\">{url}</code></dd></div></dl>\n\
         <p class=\"act\"><button type=\"button\" class=\"primary\" data-run=\"{url}\" data-testid=\"lab-run\">Run it</button> \
         <button type=\"button\" data-run=\"{url}\" data-mode=\"step\">Step by step</button> \
         <a class=\"button\" href=\"{new}\">With settings of your own</a></p>\n\
         <p class=\"problem\" role=\"alert\" data-problem></p>\n\
         <section><h2>What there is to find</h2>{found}</section>",
        gallery = escape(&public.path_to("lab")),
        title = html::prose(&target.title),
        summary = html::prose(&target.summary),
        party = if target.healthy {
            "nobody's".to_owned()
        } else {
            chip(target)
        },
        url = escape(&target.url),
        new = escape(&public.path_to(&format!("new?server={}", encoded(&target.url)))),
    )
}

/// A text as the value of a query parameter.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(id: &str, url: &str) -> LabTarget {
        LabTarget {
            id: id.into(),
            title: format!("<{id}>"),
            summary: "says `x`".into(),
            healthy: false,
            url: url.into(),
            party: Some("mcp_server".into()),
            rules: vec![format!("rule-{id}"), "shared".into()],
            settings: Vec::new(),
        }
    }

    #[test]
    fn faults_are_put_together_in_the_address() {
        let lab = [
            target("a", "http://127.0.0.1:7/a/mcp"),
            target("b", "http://127.0.0.1:7/b/mcp"),
            target("own", "http://127.0.0.1:9/mcp"),
        ];
        let both = together(&lab, "a+b").unwrap();
        assert_eq!(both.url, "http://127.0.0.1:7/a+b/mcp");
        assert_eq!(both.rules, ["rule-a", "shared", "rule-b"]);
        assert_eq!(together(&lab, "a").unwrap().url, lab[0].url);
        assert!(together(&lab, "a+own").unwrap_err().contains("`own`"));
        assert!(together(&lab, "a+nope").unwrap_err().contains("`nope`"));
        assert!(together(&lab, "+").is_err());
    }

    #[test]
    fn texts_of_the_lab_are_escaped() {
        let public = PublicUrl::parse("http://127.0.0.1:7007/base/").unwrap();
        let one = target("a", "http://127.0.0.1:7/a/mcp?\"><b>");
        let html = gallery_main(&public, std::slice::from_ref(&one), &Search::default())
            + &target_main(&public, &one);
        assert!(!html.contains("<a>") && !html.contains("\"><b>"), "{html}");
        assert!(html.contains("href=\"/base/lab/a\""), "{html}");
        assert!(html.contains("says <code>x</code>"), "{html}");
    }
}
