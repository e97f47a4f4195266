//! The sets of scopes of a flow laid side by side: one row per scope, one column per place that names scopes.

use super::sets::{Sets, Source};
use crate::context::Context;
use authscope_model::finding::{Table, TableRow};
use authscope_protocol::scope::{self, ScopeSet};

/// Rows at most; a server with more scopes than this lists them in its metadata, where they can be read.
const MOST: usize = 60;

/// Scopes that stand for identity or a refresh token: that they are in one place and not in another means nothing.
const OWN: [&str; 6] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
];

/// The sets side by side; `None` when fewer than two places name scopes.
pub(crate) fn table(context: &Context<'_>) -> Option<Table> {
    let sets = Sets::of(context);
    let all = [
        ("401 challenge", &sets.challenge),
        ("resource metadata", &sets.prm),
        ("server metadata", &sets.authorization_server),
        ("registration", &sets.registered),
        ("request", &sets.requested),
        ("granted", &sets.granted),
        ("token claim", &sets.claim),
        ("403 challenge", &sets.demanded),
    ];
    let named: Vec<(&str, &Source<'_>)> = all
        .into_iter()
        .filter_map(|(name, source)| Some((name, source.as_ref()?)))
        .collect();
    if named.len() < 2 {
        return None;
    }
    let union = named.iter().fold(ScopeSet::default(), |all, (_, source)| {
        all.union(&source.set)
    });
    let mut rows: Vec<TableRow> = union
        .names()
        .iter()
        .map(|n| row(n, &named, &sets))
        .collect();
    rows.sort_by_key(|row| row.note.is_empty());
    rows.truncate(MOST);
    Some(Table {
        title: "Scopes side by side".into(),
        columns: named.iter().map(|(name, _)| (*name).to_owned()).collect(),
        rows,
    })
}

fn row(name: &str, named: &[(&str, &Source<'_>)], sets: &Sets<'_>) -> TableRow {
    let cell = |source: &Source<'_>| if source.set.contains(name) { "yes" } else { "" };
    TableRow {
        name: name.to_owned(),
        cells: named.iter().map(|(_, s)| cell(s).to_owned()).collect(),
        note: note(name, named, sets),
    }
}

/// What is odd about a scope: only what somebody has to act upon.
fn note(name: &str, named: &[(&str, &Source<'_>)], sets: &Sets<'_>) -> String {
    let has = |set: &Option<Source<'_>>| set.as_ref().map(|s| s.set.contains(name));
    let lone: ScopeSet = std::iter::once(name).collect();
    let others = named.iter().filter(|(_, s)| !s.set.contains(name));
    let near = others.clone().find_map(|(place, s)| {
        Some((
            *place,
            scope::near_misses(&lone, &s.set).into_iter().next()?,
        ))
    });
    let mut notes = Vec::new();
    if let Some((place, near)) = near {
        notes.push(format!(
            "almost `{}` of the {place} ({})",
            near.offered,
            near.how.words()
        ));
    } else if OWN.contains(&name) {
        return String::new();
    }
    let asked = has(&sets.requested) == Some(true);
    if asked && has(&sets.authorization_server) == Some(false) {
        notes.push("asked for, not listed by the authorization server".into());
    }
    if asked && has(&sets.registered) == Some(false) {
        notes.push("asked for, not registered for the client".into());
    }
    if asked && has(&sets.granted) == Some(false) {
        notes.push("asked for, not granted".into());
    }
    if has(&sets.granted) == Some(true) && has(&sets.claim) == Some(false) {
        notes.push("granted, not in the token".into());
    }
    if has(&sets.demanded) == Some(true) && has(&sets.granted) == Some(false) {
        notes.push("demanded by the 403, not granted".into());
    }
    if has(&sets.challenge) == Some(true) && has(&sets.requested) == Some(false) {
        notes.push("in the challenge, not asked for".into());
    }
    notes.join("; ")
}
