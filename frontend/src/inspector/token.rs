//! Tokens decoded in place: header, payload and signature in three labelled colours, claims in words.

use super::json;
use crate::components::VerdictIcon;
use crate::dom;
use crate::state::session;
use crate::times;
use authscope_diagram::Verdict;
use authscope_model::Exchange;
use authscope_model::event::Fact;
use authscope_model::exchange::header;
use authscope_protocol::jwt::{self, Jwt};
use leptos::prelude::*;
use std::sync::Arc;

const NAMES: [&str; 3] = ["access_token", "id_token", "refresh_token"];

/// The tokens of a step: those it was given, else the one it used.
pub(crate) fn tokens(exchange: &Exchange) -> impl Iterator<Item = (&'static str, String)> {
    let body = exchange
        .response()
        .filter(|response| response.body.text.contains("_token"))
        .and_then(|response| response.body.json());
    let mut found: Vec<(&'static str, String)> = NAMES
        .into_iter()
        .filter_map(|name| {
            let text = body.as_ref()?.get(name)?.as_str()?;
            Some((name, text.to_owned()))
        })
        .collect();
    if found.is_empty() {
        let sent = header(&exchange.request.headers, "authorization");
        let used = sent.and_then(|value| value.split_once(' '));
        if let Some((scheme, token)) = used
            && (scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("dpop"))
        {
            found.push(("access_token", token.trim().to_owned()));
        }
    }
    found.into_iter()
}

/// The tokens of a step.
#[component]
pub(crate) fn Tokens(exchange: Arc<Exchange>) -> impl IntoView {
    let session = session();
    let number = exchange.id;
    let resource = session.with(|t| t.resource().map(|(value, _)| value.to_owned()));
    let facts = session.with(|t| t.facts_of(number).cloned().collect::<Vec<_>>());
    tokens(&exchange)
        .map(|(name, token)| {
            let decoded = jwt::decode(&token);
            let content = match &decoded {
                Some(decoded) => decoded_view(name, &token, decoded, resource.as_deref(), &facts),
                None => opaque(&token),
            };
            view! { <section class="block token"><h3 class="mono">{name}</h3>{content}</section> }
        })
        .collect_view()
}

fn opaque(token: &str) -> AnyView {
    let words = if jwt::encrypted_header(token).is_some() {
        "Encrypted (JWE): only the one it is for can read it."
    } else {
        "Opaque: it means something only to the server that issued it. That is fine."
    };
    view! { <p class="mono value">{super::table::masked(token)}</p><p class="hint">{words}</p> }
        .into_any()
}

fn decoded_view(
    name: &'static str,
    token: &str,
    decoded: &Jwt,
    resource: Option<&str>,
    facts: &[Fact],
) -> AnyView {
    let mut parts = token.splitn(3, '.').map(ToOwned::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    let (head, payload, signature) = (part(), part(), part());
    view! {
        <p class="jwt mono" aria-hidden="true">
            <span class="j-head">{head}</span>"."<span class="j-payload">{payload}</span>"."<span class="j-signature">{signature}</span>
        </p>
        <h4><i class="swatch j-head"></i>"Header"</h4>
        {json::tree(&decoded.header)}
        <h4><i class="swatch j-payload"></i>"Payload"</h4>
        {json::tree(&decoded.payload)}
        <dl class="table claims">{claims(name, decoded, resource)}</dl>
        <h4><i class="swatch j-signature"></i>"Signature"</h4>
        {signature_fact(name, facts)}
    }
    .into_any()
}

fn signature_fact(name: &str, facts: &[Fact]) -> AnyView {
    let fact = facts.iter().find_map(|fact| match fact {
        Fact::Signature {
            token,
            verified,
            detail,
        } if token == name => Some((*verified, detail.clone())),
        _ => None,
    });
    match fact {
        Some((verified, detail)) => {
            let verdict = if verified { Verdict::Pass } else { Verdict::Fail };
            let words = if verified { "Verified: " } else { "Not verified: " };
            view! { <p><VerdictIcon verdict/> {words} {detail}</p> }.into_any()
        }
        None => view! {
            <p class="hint">"Masked, so that what is shown here cannot be used. It was not checked at this step."</p>
        }
        .into_any(),
    }
}

/// Claims against expectations.
fn claims(name: &str, decoded: &Jwt, resource: Option<&str>) -> AnyView {
    let now = dom::now();
    let mut lines: Vec<AnyView> = Vec::new();
    for (claim, words, at) in [
        ("exp", "expires", decoded.exp()),
        ("iat", "issued", decoded.iat()),
        ("nbf", "not before", decoded.nbf()),
    ] {
        let Some(seconds) = at.and_then(|at| u64::try_from(at).ok()) else {
            continue;
        };
        let millis = seconds.saturating_mul(1_000);
        let relative = times::relative(millis, now);
        lines.push(line(
            claim,
            None,
            format!("{words} {relative}, {}", times::full(millis)),
        ));
    }
    let audience = decoded.aud();
    if let Some(resource) = resource.filter(|_| name == "access_token") {
        let (verdict, words) = if audience.is_empty() {
            (
                Verdict::Warning,
                format!("no audience; the resource is {resource}"),
            )
        } else if audience.iter().any(|aud| aud == resource) {
            (
                Verdict::Pass,
                "is the resource that was asked for".to_owned(),
            )
        } else {
            (
                Verdict::Fail,
                format!("{} is not the resource {resource}", audience.join(", ")),
            )
        };
        lines.push(line("aud", Some(verdict), words));
    }
    lines.into_any()
}

fn line(name: &'static str, verdict: Option<Verdict>, words: String) -> AnyView {
    let mark = verdict.map(|verdict| view! { <VerdictIcon verdict/> });
    view! { <div><dt class="mono">{name}</dt><dd>{mark} {words}</dd></div> }.into_any()
}
