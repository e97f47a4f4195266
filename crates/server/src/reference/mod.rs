//! Pages to read: the rules, the lab, what the probes do, and what was checked in a session.
//!
//! They are made here and not in the app, because they are long and the app's first load is short. They work
//! without JavaScript; `static/reference.js` adds the search as one types and the buttons that start a run.
//! Every text in them is escaped.

mod checks;
mod html;
mod lab;
mod probes;
mod rule;
mod rules;

use crate::state::AppState;
use axum::Router;
use axum::routing::get;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/rules", get(rules::page))
        .route("/rules/{id}", get(rule::page))
        .route("/lab", get(lab::gallery))
        .route("/lab/{target}", get(lab::target))
        .route("/probes", get(probes::page))
        .route("/sessions/{id}/checks", get(checks::page))
}
