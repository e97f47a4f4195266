//! The challenge names a URL at which there is no protected resource metadata.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "resource-metadata-url-not-found",
    summary: "The URL that resource_metadata names does not answer with a document",
    area: Area::Prm,
    party: Party::McpServer,
    keywords: Keywords::since_2025_06(Must),
    needs: Need::PrmAttempt,
    references: &[
        "RFC9728-5.1",
        "RFC9728-3.1",
        "MCP-2025-06-18-authorization#authorization-server-location",
        "MCP-2025-11-25-authorization#protected-resource-metadata-discovery-requirements",
        "MCP-2026-07-28-discovery#protected-resource-metadata-discovery-requirements",
    ],
    explains: &["prm-not-found"],
    corpus: &["DC-05"],
    requirements: &["CH-02", "CH-03", "CH-05", "PR-05"],
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let attempts = context.of(StepKind::PrmFromChallenge);
    let dead = attempts.filter(|e| e.status().is_some_and(is_missing));
    dead.map(|exchange| hit(context, exchange)).collect()
}

/// 401 and 403 mean that it is guarded, 5xx that it is broken: other rules.
const fn is_missing(status: u16) -> bool {
    status >= 400 && status < 500 && status != 401 && status != 403 && status != 429
}

fn hit(context: &Context<'_>, exchange: &Exchange) -> Hit {
    let url = exchange.request.url.as_str();
    let status = exchange.status().unwrap_or_default();
    let want = snippets::prm_url(context);
    let alive = context.prm().map(|d| d.exchange.request.url.clone());
    let right = alive.clone().unwrap_or_else(|| want.clone());
    let mut message = format!(
        "`resource_metadata` in the challenge is {}, but that URL answers {status}",
        code(url)
    );
    if let Some(how) = how_it_is_wrong(url, &want, context.server_url()) {
        message = format!("{message}: {how}");
    }
    if let Some(found) = alive {
        message = format!("{message}; the document is at {}", code(&found));
    }
    let mut hit = Hit::new(at::status(exchange), format!("{message}."))
        .expected(format!("200 with a protected resource metadata document, at {right}"))
        .received(format!("{status} at {url}"))
        .fix(format!(
            "Serve the protected resource metadata at {} and name exactly that URL in `resource_metadata`.",
            code(&right)
        ))
        .snippets(snippets::challenge(context, &right));
    if let Some((challenged, challenges)) = context.challenge()
        && let Some(bearer) = challenges.bearer()
    {
        hit = hit.related(at::header_range(challenged, bearer.header, bearer.range.clone()));
    }
    hit
}

/// The usual ways to build the URL wrongly.
fn how_it_is_wrong(url: &str, want: &str, server: &str) -> Option<String> {
    const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
    let got = url_text::split(url)?;
    let path = url_text::split(server)?.path.trim_end_matches('/');
    if !path.is_empty() && got.path == format!("{path}{WELL_KNOWN}") {
        return Some(format!(
            "the well-known path is appended to {} where RFC 9728 inserts it after the host ({})",
            code(path),
            code(want)
        ));
    }
    let wanted = url_text::split(want).map_or("", |p| p.path);
    let more = got.path.strip_prefix(wanted).filter(|more| more.len() > 1 && wanted.ends_with(more));
    if let Some(more) = more {
        return Some(format!("{} comes twice at the end of its path", code(more)));
    }
    if got.host != words::host(server) {
        return Some(format!("its host is {}, the MCP server's is {}", got.host, words::host(server)));
    }
    (!got.path.contains(WELL_KNOWN)).then(|| format!("it lacks {}", code(WELL_KNOWN)))
}
