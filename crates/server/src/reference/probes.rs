//! What the dry run and the active probes send, and what that may do to a server.

use super::html::{self, Page};
use crate::extract::QueryOf;
use crate::problem::Problem;
use crate::state::AppState;
use crate::ui::escape;
use authscope_protocol::flow::ProbeKind;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use http::StatusCode;

/// Whether only the inside of the page is wanted.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    part: bool,
}

pub(super) async fn page(
    State(state): State<AppState>,
    QueryOf(query): QueryOf<Part>,
) -> Result<Response, Problem> {
    let public = state.public_url();
    if query.part {
        return Ok(Html(list()).into_response());
    }
    let page = Page {
        status: StatusCode::OK,
        title: "Probes",
        section: "probes",
        main: format!(
            "<h1>Probes</h1>\n<p class=\"lead\">Requests that no conforming client sends. They find what an ordinary \
             flow cannot: a server that accepts what it must refuse. None of them is sent unless you ask for it. Probe \
             only servers you may test.</p>\n{}\n<section><h2>The dry run</h2><p>{}</p></section>\n\
             <p class=\"hint\">On the command line: <code>authscope check URL --probe</code>, \
             <code>--dry-run-authorization</code>.</p>",
            list(),
            html::prose(DRY_RUN),
        ),
    };
    Ok(page.response(public))
}

/// What the dry run does.
const DRY_RUN: &str = "Before you are sent to sign in, authscope requests the authorization URL itself, once, without \
    cookies and with a `state` and a PKCE challenge of its own, and reads each redirect. Nobody is signed in by it. The \
    authorization server may count or log an attempt; one that consents without asking issues a code, which nobody redeems. \
    Where requests have to be pushed first (PAR), there is no dry run: it would use up the pushed request.";

fn list() -> String {
    let items: String = ProbeKind::ALL
        .into_iter()
        .map(|probe| {
            format!(
                "<li><strong>{}</strong> <code>{}</code><span class=\"effect\">{}</span></li>",
                html::prose(&sentence(probe.purpose())),
                escape(probe.name()),
                html::prose(probe.side_effect()),
            )
        })
        .collect();
    format!(
        "<p>At the end of the run, one after the other, {} requests or fewer, as far as they fit the server:</p>\
         <ol class=\"probes\">{items}</ol>",
        ProbeKind::ALL.len()
    )
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_probe_says_what_it_may_do() {
        let html = list();
        for probe in ProbeKind::ALL {
            assert!(html.contains(probe.name()));
            assert!(probe.side_effect().len() > 20, "{}", probe.name());
        }
    }
}
