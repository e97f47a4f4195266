//! The catalogue: every rule by area, to search and to narrow down.

use super::html::{self, Page};
use crate::extract::QueryOf;
use crate::problem::Problem;
use crate::public_url::PublicUrl;
use crate::state::AppState;
use crate::ui::escape;
use authscope_model::{Party, Revision};
use authscope_rules::{Area, RuleInfo, catalogue};
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;

/// What is looked for. Empty members narrow nothing down.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    party: String,
    #[serde(default)]
    area: String,
}

const PARTIES: [(&str, Party); 3] = [
    ("mcp_server", Party::McpServer),
    ("authorization_server", Party::AuthorizationServer),
    ("client", Party::Client),
];

pub(super) async fn page(
    State(state): State<AppState>,
    QueryOf(search): QueryOf<Search>,
) -> Result<Response, Problem> {
    let public = state.public_url();
    let page = Page {
        status: StatusCode::OK,
        title: "Rules",
        section: "rules",
        main: main(public, &search),
    };
    Ok(page.response(public))
}

/// The id of a party in addresses.
pub(super) fn party_id(party: Party) -> &'static str {
    let found = PARTIES.iter().find(|(_, known)| *known == party);
    found.map_or("", |(id, _)| id)
}

fn main(public: &PublicUrl, search: &Search) -> String {
    let words = html::words(&search.q);
    let fits = |rule: &RuleInfo| {
        (search.party.is_empty() || party_id(rule.party) == search.party)
            && (search.area.is_empty() || rule.area.as_str() == search.area)
            && html::has_all(&searched(rule), &words)
    };
    let found: Vec<&RuleInfo> = catalogue().iter().copied().filter(|r| fits(r)).collect();
    let sections: String = Area::ALL
        .into_iter()
        .map(|area| section(public, area, &found))
        .collect();
    let none = if found.is_empty() { "" } else { " hidden" };
    format!(
        "<h1>Rules</h1>\n<p class=\"lead\">What authscope checks, who has to change something when it fails, and which \
         clause says so. The revision in use decides how strong a requirement is.</p>\n{form}\n\
         <p class=\"count\" role=\"status\" data-count=\"rule rules\">{count}</p>\n{sections}\
         <p class=\"none\"{none}>No rule is like that. Fewer words find more.</p>",
        form = form(public, search),
        count = counted(found.len()),
    )
}

fn counted(count: usize) -> String {
    let noun = if count == 1 { "rule" } else { "rules" };
    format!("{count} {noun}")
}

fn form(public: &PublicUrl, search: &Search) -> String {
    let parties: String = PARTIES
        .iter()
        .map(|(id, party)| html::option(id, party.title(), &search.party))
        .collect();
    let areas: String = Area::ALL
        .iter()
        .map(|area| html::option(area.as_str(), area.title(), &search.area))
        .collect();
    format!(
        "<form class=\"search\" role=\"search\" method=\"get\" action=\"{action}\" data-filter>\
         <input type=\"search\" name=\"q\" value=\"{q}\" placeholder=\"Search: scope, redirect_uri, 403 …\" \
         aria-label=\"Search the rules\" data-testid=\"rule-search\">\
         <select name=\"area\" aria-label=\"Area\">{any_area}{areas}</select>\
         <select name=\"party\" aria-label=\"Who has to change something\">{any_party}{parties}</select>\
         <button type=\"submit\">Search</button></form>",
        action = escape(&public.path_to("rules")),
        q = escape(&search.q),
        any_area = html::option("", "Every area", &search.area),
        any_party = html::option("", "Everybody", &search.party),
    )
}

/// What a search looks into.
fn searched(rule: &RuleInfo) -> String {
    let page = authscope_rules::page(rule.id).unwrap_or_default();
    let mut text = format!(
        "{} {} {} {} {}",
        rule.id,
        rule.summary,
        rule.area.title(),
        rule.party.title(),
        super::rule::section(page, "What it checks")
    );
    for id in rule.references {
        if let Some(reference) = authscope_rules::reference(id) {
            text.push(' ');
            text.push_str(&reference.title);
        }
    }
    text
}

fn section(public: &PublicUrl, area: Area, found: &[&RuleInfo]) -> String {
    let rows: String = found
        .iter()
        .filter(|rule| rule.area == area)
        .map(|rule| row(public, rule))
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let id = area.as_str();
    format!(
        "<section class=\"group\" data-group=\"{id}\" aria-labelledby=\"area-{id}\"><h2 id=\"area-{id}\">{}</h2>\
         <ul class=\"rules\">{rows}</ul></section>\n",
        escape(area.title())
    )
}

fn row(public: &PublicUrl, rule: &RuleInfo) -> String {
    format!(
        "<li data-text=\"{text}\" data-party=\"{party_id}\"><a href=\"{href}\">\
         <span class=\"summary\">{summary}</span><code>{id}</code></a>{keyword}{party}</li>\n",
        text = escape(&searched(rule).to_lowercase()),
        party_id = party_id(rule.party),
        href = escape(&public.path_to(&format!("rules/{}", rule.id))),
        summary = html::prose(rule.summary),
        id = escape(rule.id),
        keyword = super::rule::keyword(rule.keywords.of(Revision::DEFAULT)),
        party = html::party(rule.party),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(search: &Search) -> String {
        main(&PublicUrl::parse("http://127.0.0.1:7007/").unwrap(), search)
    }

    #[test]
    fn every_rule_is_listed_and_a_search_narrows_down() {
        let all = html(&Search::default());
        for rule in catalogue() {
            assert!(
                all.contains(&format!("/rules/{}\"", rule.id)),
                "{}",
                rule.id
            );
        }
        let some = html(&Search {
            q: "rfc 8414 issuer".into(),
            party: "authorization_server".into(),
            ..Search::default()
        });
        let count = some.matches("<li ").count();
        assert!(count > 0 && count < catalogue().len() / 2, "{count}");
        let none = html(&Search {
            q: "\"><script>".into(),
            ..Search::default()
        });
        assert!(!none.contains("<script"), "{none}");
        assert!(none.contains("0 rules") && none.contains("class=\"none\">"));
    }
}
