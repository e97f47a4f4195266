//! URLs that a server hands out carry http, an inner host or an inner port.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "public-origin-unknown",
    summary: "A server hands out URLs with an inner scheme, host or port",
    area: Area::Proxy,
    party: Party::McpServer,
    keywords: Keywords::all(Must),
    needs: Need::Nothing,
    references: &[
        "RFC9728-3.3",
        "MCP-2025-03-26-authorization#security-considerations",
        "MCP-2025-06-18-authorization#communication-security",
        "MCP-2025-11-25-authorization#communication-security",
        "MCP-2026-07-28-security#communication-security",
    ],
    explains: &[
        "resource-metadata-elsewhere",
        "authorization-server-unreachable",
        "endpoint-unreachable",
        "host-name-not-resolved",
        "connection-failed",
        "answer-timed-out",
        "address-blocked",
        "tls-handshake-failed",
        "answer-not-http",
        "resource-mismatch",
        "issuer-mismatch",
        "endpoint-not-https",
        "resource-metadata-url-unfit",
        "resource-metadata-url-not-found",
        "authorization-server-url-unfit",
        "prm-not-found",
        "prm-resource-unfit",
        "as-metadata-not-found",
        "mcp-endpoint-redirects",
        "token-endpoint-misrouted",
        "registration-endpoint-dead",
        "authorization-endpoint-dead",],
    corpus: &["DC-06", "PRM-06", "PRM-12", "ISS-10"],
    order: Order::Schema,
    ..RuleInfo::BASE
};

/// One URL that a document hands out.
struct Emitted<'a> {
    name: &'static str,
    url: String,
    spot: at::Spot,
    exchange: &'a Exchange,
    party: Party,
}

/// Authorization servers that are looked at.
const MOST: usize = 20;

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let emitted = emitted(context);
    let server = context.server_url();
    let mut hits = Vec::new();
    for party in [Party::McpServer, Party::AuthorizationServer] {
        let reference = match party {
            Party::McpServer => server.to_owned(),
            _ => reference_of_as(context),
        };
        let of_party: Vec<&Emitted<'_>> = emitted.iter().filter(|e| e.party == party).collect();
        let inner: Vec<(&Emitted<'_>, String)> = of_party
            .iter()
            .filter_map(|e| how(&e.url, &reference).map(|how| (*e, how)))
            .collect();
        if worth_telling(&inner) {
            hits.extend(hit(context, &inner, party, &reference));
        }
    }
    hits
}

/// A single `resource` or `issuer` that differs has a rule of its own that says more.
fn worth_telling(inner: &[(&Emitted<'_>, String)]) -> bool {
    match inner {
        [] => false,
        [(only, _)] => !matches!(only.name, "resource" | "issuer"),
        _ => true,
    }
}

/// Where the authorization server's metadata was found: that is its public address.
fn reference_of_as(context: &Context<'_>) -> String {
    context.metadata().map(|d| d.exchange.request.url.clone()).unwrap_or_default()
}

fn emitted<'a>(context: &Context<'a>) -> Vec<Emitted<'a>> {
    let mut list = Vec::new();
    if let Some((exchange, challenges)) = context.challenge()
        && let Some(bearer) = challenges.bearer()
        && let Some(param) = bearer.find("resource_metadata")
    {
        let spot = at::header_range(exchange, bearer.header, param.value_range.clone());
        let url = param.value.clone();
        list.push(Emitted { name: "resource_metadata", url, spot, exchange, party: Party::McpServer });
    }
    if let Some(prm) = context.prm() {
        if let Some(url) = prm.value.resource.clone() {
            let spot = at::json(prm.exchange, "/resource");
            list.push(Emitted { name: "resource", url, spot, exchange: prm.exchange, party: Party::McpServer });
        }
        for (index, url) in prm.value.authorization_servers.iter().enumerate().take(MOST) {
            let spot = at::json(prm.exchange, &format!("/authorization_servers/{index}"));
            let url = url.clone();
            list.push(Emitted { name: "authorization_servers", url, spot, exchange: prm.exchange, party: Party::McpServer });
        }
    }
    list.extend(of_metadata(context));
    list
}

fn of_metadata<'a>(context: &Context<'a>) -> Vec<Emitted<'a>> {
    let Some(document) = context.metadata() else { return Vec::new() };
    let v = &document.value;
    let members = [
        ("issuer", &v.issuer),
        ("authorization_endpoint", &v.authorization_endpoint),
        ("token_endpoint", &v.token_endpoint),
        ("registration_endpoint", &v.registration_endpoint),
        ("jwks_uri", &v.jwks_uri),
    ];
    let present = members.into_iter().filter_map(|(name, url)| url.clone().map(|url| (name, url)));
    present
        .map(|(name, url)| Emitted {
            name,
            url,
            spot: at::json(document.exchange, &format!("/{name}")),
            exchange: document.exchange,
            party: Party::AuthorizationServer,
        })
        .collect()
}

/// In what a URL is an inner one, compared with a public URL of the same server.
fn how(url: &str, reference: &str) -> Option<String> {
    let (u, r) = (url_text::split(url)?, url_text::split(reference)?);
    if u.host.is_empty() || url_text::is_loopback_host(r.host) || words::is_private_host(r.host) {
        return None;
    }
    if url_text::is_loopback_host(u.host) || words::is_private_host(u.host) {
        return Some(format!("{} is an inner host", u.host));
    }
    if u.host.eq_ignore_ascii_case(r.host) {
        if u.scheme.eq_ignore_ascii_case("http") && r.scheme.eq_ignore_ascii_case("https") {
            return Some("http where the public URL has https".into());
        }
        let (inner, public) = (u.effective_port(), r.effective_port());
        // Another port of the same host may be another service; only well-known inner ones are told.
        if inner != public && matches!(inner, Some(3000 | 5000 | 8000 | 8080 | 8787 | 4000 | 3001)) && public == Some(443) {
            return Some(format!("port {} where the public URL has 443", inner.unwrap_or_default()));
        }
    }
    None
}

fn hit(context: &Context<'_>, inner: &[(&Emitted<'_>, String)], party: Party, reference: &str) -> Option<Hit> {
    let (first, how) = inner.first()?;
    let urls: Vec<String> =
        inner.iter().map(|(e, _)| format!("`{}` = {}", e.name, code(&e.url))).collect();
    let origin = url_text::origin(reference).unwrap_or_default();
    let who = if party == Party::McpServer { "MCP server" } else { "authorization server" };
    let mut hit = Hit::new(
        first.spot.clone(),
        format!("The {who} is asked at {}, but hands out {}: {how}; the app behind the proxy does not know its public origin.", code(&origin), urls.join(", ")),
    )
    .expected(format!("URLs that begin with {origin}"))
    .received(first.url.clone())
    .party(party)
    .fix(format!(
        "Configure the public base URL {} in the {who}, or let it trust `X-Forwarded-Proto`, `X-Forwarded-Host` and `X-Forwarded-Port` of its proxy.",
        code(&origin)
    ))
    .snippets(snippets::public_origin(context));
    for (other, _) in inner.iter().skip(1).take(4) {
        let _ = other.exchange;
        hit = hit.related(other.spot.clone());
    }
    Some(hit)
}
