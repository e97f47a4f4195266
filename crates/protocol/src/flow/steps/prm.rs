//! Protected resource metadata (RFC 9728): from the challenge, else path-inserted, else root well-known.

use crate::flow::learned::PrmUsed;
use crate::flow::stage::Stage;
use crate::flow::{Action, Flow, Output, Prepared, Reply};
use crate::prm::Prm;
use crate::{url_text, well_known};
use authscope_model::event::{Decision, Ending, Tone, Turn, ValueSource};
use authscope_model::revision::{PrmDiscovery, Revision};
use authscope_model::{Participant, StepKind};

/// Goes to discovery after a 401.
pub(in crate::flow) fn begin(flow: &mut Flow) -> Vec<Output> {
    flow.context.prm = None;
    flow.context.prm_candidates = candidates(flow);
    if flow.context.behaviour().prm == PrmDiscovery::None {
        return super::as_metadata::begin_at_origin(flow);
    }
    flow.stage = Stage::Prm(0);
    Vec::new()
}

/// The URLs to try. A `resource_metadata` in the challenge is the only one (RFC 9728 §5; MCP CH-05).
fn candidates(flow: &Flow) -> Vec<(StepKind, String)> {
    let server = &flow.context.config.server_url;
    if let Some(url) = &flow.context.challenge.resource_metadata {
        let url = crate::flow::redirect::resolve(server, url).unwrap_or_else(|| url.clone());
        return vec![(StepKind::PrmFromChallenge, url)];
    }
    well_known_candidates(server)
}

fn well_known_candidates(server: &str) -> Vec<(StepKind, String)> {
    let mut list = Vec::new();
    if let Some(url) = well_known::prm_path_inserted(server) {
        list.push((StepKind::PrmPathInserted, url));
    }
    if let Some(url) = well_known::prm_root(server)
        && !list.iter().any(|(_, seen)| *seen == url)
    {
        list.push((StepKind::PrmRoot, url));
    }
    list
}

pub(in crate::flow) fn prepare(flow: &mut Flow, index: usize) -> Result<Action, String> {
    let Some((step, url)) = flow.context.prm_candidates.get(index).cloned() else {
        return Err(format!(
            "the MCP server URL {:?} gives no well-known URL to look at",
            flow.context.config.server_url
        ));
    };
    let mut prepared = Prepared::get(step, Participant::McpServer, url);
    if flow
        .context
        .prm_candidates
        .get(index)
        .is_some_and(|(s, _)| *s != StepKind::PrmFromChallenge)
        && flow.context.challenge.resource_metadata.is_some()
    {
        prepared.extra = true;
    }
    version_header(flow, &mut prepared);
    Ok(Action::Send(prepared))
}

/// `MCP-Protocol-Version` on discovery requests, where the revision asks for it.
pub(in crate::flow) fn version_header(flow: &Flow, prepared: &mut Prepared) {
    if flow.context.behaviour().version_header_on_metadata {
        let version = flow.context.revision().as_str();
        prepared.headers.push(authscope_model::Header::new(
            "MCP-Protocol-Version",
            version,
        ));
    }
}

pub(in crate::flow) fn absorb(flow: &mut Flow, index: usize, reply: &Reply<'_>) -> Vec<Output> {
    let document = reply
        .is_success()
        .then(|| Prm::parse(&reply.text()).value)
        .flatten();
    // A JSON object that is no PRM at all (an SPA's or another API's) is not taken for one.
    let usable = document.filter(|d| d.resource.is_some() || !d.authorization_servers.is_empty());
    match usable {
        Some(document) => accept(flow, index, document),
        None => missing(flow, index, reply),
    }
}

fn missing(flow: &mut Flow, index: usize, reply: &Reply<'_>) -> Vec<Output> {
    let next = index.saturating_add(1);
    if next < flow.context.prm_candidates.len() {
        flow.stage = Stage::Prm(next);
        return Vec::new();
    }
    let named = flow
        .context
        .prm_candidates
        .get(index)
        .is_some_and(|(step, _)| *step == StepKind::PrmFromChallenge);
    if named {
        let url = flow
            .context
            .prm_candidates
            .get(index)
            .map(|(_, url)| url.clone())
            .unwrap_or_default();
        let more = well_known_candidates(&flow.context.config.server_url);
        flow.context.prm_candidates.extend(more);
        let reason = format!(
            "the challenge names {url} as protected resource metadata, and it answered {} without a usable document",
            reply.in_words()
        );
        return vec![flow.stop_here(reason, "RFC9728-5", Stage::Prm(next))];
    }
    nothing_found(flow)
}

/// No PRM anywhere: 2025-03-26 servers have none.
fn nothing_found(flow: &mut Flow) -> Vec<Output> {
    if flow.context.config.revision.fixed().is_none() {
        return super::as_metadata::begin_fallback(flow);
    }
    let reason = format!(
        "no protected resource metadata was found, and {} does not allow going on without it",
        flow.context.revision()
    );
    let resume = super::as_metadata::origin_stage(flow);
    vec![flow.stop_here(reason, "RFC9728-3", resume)]
}

fn accept(flow: &mut Flow, index: usize, document: Prm) -> Vec<Output> {
    let url = flow
        .context
        .prm_candidates
        .get(index)
        .map(|(_, url)| url.clone())
        .unwrap_or_default();
    flow.context.prm = Some(PrmUsed {
        url,
        resource: document.resource.clone(),
        authorization_servers: document.authorization_servers.clone(),
        scopes_supported: document.scopes_supported.clone(),
    });
    let mut outputs = Vec::new();
    if flow.context.revision.is_none() {
        flow.context.revision = Some(Revision::DEFAULT);
        outputs.push(Output::Decision(
            Decision::Revision { revision: Revision::DEFAULT },
            "protected resource metadata was found, so the server is not of 2025-03-26; the authorization rules of \
             2025-11-25 apply until the server shows another revision"
                .into(),
        ));
    }
    outputs.extend(decide_resource(flow));
    if document.authorization_servers.is_empty() {
        let message = "The protected resource metadata names no authorization server (`authorization_servers` is empty or missing).";
        flow.finish(Ending::Blocked, message);
        return outputs;
    }
    if let Some(stop) = check_resource(flow, document.resource.as_deref()) {
        outputs.push(stop);
        return outputs;
    }
    flow.stage = server_stage(flow);
    if flow.context.refused_issuer.is_some() && flow.context.refused_issuer == flow.context.issuer {
        flow.finish(Ending::Blocked, "The MCP server refused the token, and its metadata still names the authorization server that issued it.");
    }
    outputs
}

fn decide_resource(flow: &mut Flow) -> Option<Output> {
    if !flow.context.behaviour().resource_parameter {
        return None;
    }
    let prm = flow.context.prm.as_ref().and_then(|p| p.resource.clone());
    let (value, source, because) = if let Some(user) = flow.context.config.resource.clone() {
        (user, ValueSource::User, "set in the configuration")
    } else if let Some(resource) = prm {
        (
            resource,
            ValueSource::Prm,
            "`resource` of the protected resource metadata, byte for byte",
        )
    } else {
        let url = flow
            .context
            .config
            .server_url
            .split('#')
            .next()
            .unwrap_or_default()
            .to_owned();
        (
            url,
            ValueSource::ServerUrl,
            "no protected resource metadata gave a value, so the MCP server's URL",
        )
    };
    flow.context.resource = Some(value.clone());
    Some(Output::Decision(
        Decision::Resource { value, source },
        because.into(),
    ))
}

/// RFC 9728 §3.3: the document must be about the resource that was asked for, or a parent of it.
fn check_resource(flow: &mut Flow, resource: Option<&str>) -> Option<Output> {
    let server = flow.context.config.server_url.clone();
    let reason = match resource {
        None => "the protected resource metadata has no `resource`, so it cannot be tied to this MCP server".to_owned(),
        Some(resource) if resource_covers(resource, &server) => return None,
        Some(resource) => format!("`resource` in the protected resource metadata is {resource:?}, but the MCP server asked for is {server:?}"),
    };
    let resume = server_stage(flow);
    Some(flow.stop_here(reason, "RFC9728-3.3", resume))
}

/// Whether PRM's `resource` is the server's URL or a parent of it on the same origin (strings, no normalisation
/// beyond the empty path of an origin).
#[must_use]
pub(in crate::flow) fn resource_covers(resource: &str, server: &str) -> bool {
    let server = server.split('#').next().unwrap_or(server);
    if resource == server {
        return true;
    }
    let (Some(r), Some(s)) = (url_text::split(resource), url_text::split(server)) else {
        return false;
    };
    let same_origin = url_text::origin(resource).is_some()
        && url_text::origin(resource) == url_text::origin(server);
    if !same_origin || r.query.is_some() {
        return false;
    }
    let folder = r.path.strip_suffix('/').unwrap_or(r.path);
    folder.is_empty()
        || (s
            .path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
            && s.path.len() > r.path.len())
        || s.path == r.path
}

/// Which stage comes after PRM: the choice of a server, or its metadata.
fn server_stage(flow: &mut Flow) -> Stage {
    let servers = flow
        .context
        .prm
        .as_ref()
        .map(|p| p.authorization_servers.clone())
        .unwrap_or_default();
    if let Some(chosen) = flow.context.config.authorization_server.clone() {
        return super::as_metadata::stage_for(flow, chosen);
    }
    match servers.as_slice() {
        [only] => super::as_metadata::stage_for(flow, only.clone()),
        [first, ..] if !flow.context.settings.interactive => {
            super::as_metadata::stage_for(flow, first.clone())
        }
        _ => Stage::ChooseServer,
    }
}

pub(in crate::flow) fn ask(flow: &Flow) -> Action {
    let candidates = flow
        .context
        .prm
        .as_ref()
        .map(|p| p.authorization_servers.clone())
        .unwrap_or_default();
    Action::Ask(Turn::ChooseAuthorizationServer { candidates })
}

pub(in crate::flow) fn choose(flow: &mut Flow, issuer: &str) -> Result<Vec<Output>, String> {
    let servers = flow
        .context
        .prm
        .as_ref()
        .map(|p| p.authorization_servers.clone())
        .unwrap_or_default();
    if !servers.iter().any(|s| s == issuer) {
        return Err(format!(
            "{issuer:?} is not one of the authorization servers listed: {}",
            servers.join(", ")
        ));
    }
    flow.context.config.authorization_server = Some(issuer.to_owned());
    flow.stage = super::as_metadata::stage_for(flow, issuer.to_owned());
    Ok(vec![Output::Note(
        Tone::Info,
        format!("Authorization server chosen: {issuer}."),
    )])
}

#[cfg(test)]
mod tests {
    use super::resource_covers;

    #[test]
    fn a_resource_covers_itself_and_what_is_below() {
        for (resource, server, want) in [
            ("https://a.example/mcp", "https://a.example/mcp", true),
            ("https://a.example", "https://a.example/mcp", true),
            ("https://a.example/", "https://a.example/mcp", true),
            ("https://a.example", "https://a.example/", true),
            ("https://a.example/", "https://a.example", true),
            ("https://a.example/x", "https://a.example/x/mcp", true),
            ("https://a.example/x/", "https://a.example/x/mcp", true),
            ("https://a.example/mcp/", "https://a.example/mcp", false),
            ("https://a.example/mcp", "https://a.example/mcp2", false),
            ("https://b.example/mcp", "https://a.example/mcp", false),
            ("http://a.example/mcp", "https://a.example/mcp", false),
            ("https://a.example:8443/mcp", "https://a.example/mcp", false),
        ] {
            assert_eq!(
                resource_covers(resource, server),
                want,
                "{resource} for {server}"
            );
        }
    }
}
