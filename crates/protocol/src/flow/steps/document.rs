//! Client id metadata documents, looked at as an authorization server does: ours before it is used, and one of the
//! person's own when they ask for it (one extra request, to their host and not to the target).

use crate::flow::stage::Stage;
use crate::flow::{Action, Flow, Follow, Output, Prepared, Reply};
use crate::redirect_uri::RedirectMatch;
use crate::{client_metadata, reach, redirect_uri, url_text};
use authscope_model::event::Tone;
use authscope_model::{Participant, RegistrationChoice, StepKind};

/// Authorization servers are told to limit what they read; CIMD recommends this size.
const MOST_BYTES: usize = 5 * 1024;

/// Whether the document of the person's own is still to be read.
pub(in crate::flow) fn wants_check(flow: &Flow) -> bool {
    let config = &flow.context.config;
    config.check_document && config.client_metadata_url.is_some() && !flow.context.document_checked
}

pub(in crate::flow) fn prepare(flow: &Flow) -> Result<Action, String> {
    let url = flow.context.config.client_metadata_url.clone();
    let url = url.ok_or("read the client document: no URL of one is given")?;
    Ok(Action::Send(Prepared {
        // An authorization server does not follow redirects here.
        follow: Follow::No,
        extra: true,
        ..Prepared::get(StepKind::ClientDocumentCheck, Participant::Other, url)
    }))
}

pub(in crate::flow) fn absorb(flow: &mut Flow, reply: &Reply<'_>) -> Vec<Output> {
    flow.context.document_checked = true;
    flow.stage = Stage::Register;
    let url = flow.context.config.client_metadata_url.clone();
    let url = url.unwrap_or_default();
    if reply.status() != 200 {
        let what = format!(
            "{url} answered {}; 200 with the document was expected, without a redirect",
            reply.in_words()
        );
        return vec![problem(&what)];
    }
    let text = reply.text();
    let mut outputs = Vec::new();
    if !reply.content_type().to_ascii_lowercase().contains("json") {
        outputs.push(problem(&format!(
            "its Content-Type is {:?}; application/json was expected",
            reply.content_type()
        )));
    }
    if text.len() > MOST_BYTES {
        outputs.push(problem(&format!(
            "it has {} bytes; authorization servers may stop reading after {MOST_BYTES}",
            text.len()
        )));
    }
    let parsed = client_metadata::validate_document(&url, &text);
    outputs.extend(parsed.problems.iter().map(|p| problem(&in_words(p))));
    if let Some(metadata) = parsed.value {
        let uses = flow.context.redirect_uri();
        if let RedirectMatch::Different { nearest } =
            redirect_uri::compare(uses, &metadata.redirect_uris)
        {
            let nearest =
                nearest.map_or_else(String::new, |(uri, _)| format!("; the nearest is {uri}"));
            outputs.push(problem(&format!(
                "`redirect_uris` does not have the redirect URI in use, {uses}{nearest}"
            )));
        }
        flow.context.document_method = metadata.token_endpoint_auth_method;
    }
    if outputs.is_empty() {
        let text = "The client document is one that an authorization server can use.";
        outputs.push(Output::Note(Tone::Info, text.into()));
    }
    outputs
}

fn problem(what: &str) -> Output {
    Output::Note(
        Tone::Error,
        format!("An authorization server cannot use the client document: {what}."),
    )
}

fn in_words(problem: &crate::parsed::Problem) -> String {
    format!(
        "{}: {} (expected {}, received {})",
        problem.pointer, problem.message, problem.expected, problem.received
    )
}

/// What to say of the document in use before it is used.
pub(in crate::flow) fn notes(flow: &Flow, url: &str) -> Vec<Output> {
    let issuer = flow.context.issuer.clone().unwrap_or_default();
    let unreachable = reach::document_unreachable(url, &issuer);
    let mut outputs: Vec<Output> = unreachable
        .map(|words| Output::Note(Tone::Warning, words))
        .into_iter()
        .collect();
    if url == flow.context.settings.client_document_url {
        outputs.extend(notes_on_ours(flow));
    }
    outputs
}

/// The authorization leg is over and nobody fetched our document: that it was not, and why that may be.
pub(in crate::flow) fn not_fetched(flow: &Flow, failed: bool) -> Option<Output> {
    let context = &flow.context;
    let url = &context.settings.client_document_url;
    let ours = context
        .client
        .as_ref()
        .is_some_and(|c| c.source == RegistrationChoice::Cimd && c.id == *url);
    let hosted = context.settings.hosts_document;
    if !ours || !hosted || context.document_fetches > 0 || context.probing.is_some() {
        return None;
    }
    let issuer = context.issuer.clone().unwrap_or_default();
    let advertised = context
        .metadata()
        .and_then(|m| m.client_id_metadata_document_supported)
        == Some(true);
    let why = if let Some(words) = reach::document_unreachable(url, &issuer) {
        words
    } else if !advertised {
        "It does not advertise `client_id_metadata_document_supported`, so it may not know client documents at all.".into()
    } else if !url.starts_with("https://") {
        "The URL is not https; a server that takes the rules seriously refuses it without asking."
            .into()
    } else if failed {
        "Its guard against requests to inner addresses (SSRF) or a firewall may have kept it from asking.".into()
    } else {
        "It may have the document from an earlier run, or it does not look at the client it is told of.".into()
    };
    let tone = if failed { Tone::Warning } else { Tone::Info };
    Some(Output::Note(
        tone,
        format!("The authorization server never fetched the client document {url}. {why}"),
    ))
}

/// What an authorization server would not like about our document, as it is served now.
pub(in crate::flow) fn notes_on_ours(flow: &Flow) -> Vec<Output> {
    let url = &flow.context.settings.client_document_url;
    let text = flow.client_document().to_string();
    let problems = client_metadata::validate_document(url, &text).problems;
    // That an address of this machine is plain http is a matter of debugging, and told where it matters.
    let local = url_text::split(url).is_some_and(|p| url_text::is_loopback_host(p.host));
    let told = problems
        .iter()
        .filter(|p| !(local && p.pointer == "client_id"));
    told.map(|p| problem(&in_words(p))).collect()
}
