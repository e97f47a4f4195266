//! Authorization server metadata: the candidate ladder of the revision, every attempt recorded.

use crate::as_metadata::AsMetadata;
use crate::flow::learned::Endpoints;
use crate::flow::stage::Stage;
use crate::flow::{Action, Flow, Output, Prepared, Reply};
use crate::well_known;
use authscope_model::config::Grant;
use authscope_model::event::{Decision, Ending, Tone};
use authscope_model::revision::{MetadataCandidate, Revision};
use authscope_model::{Participant, StepKind};

const fn step_of(candidate: MetadataCandidate) -> StepKind {
    match candidate {
        MetadataCandidate::Rfc8414Origin => StepKind::AsMetadataOrigin,
        MetadataCandidate::Rfc8414Insertion => StepKind::AsMetadataRfc8414,
        MetadataCandidate::OidcInsertion => StepKind::AsMetadataOidcInsertion,
        MetadataCandidate::OidcAppending => StepKind::AsMetadataOidcAppending,
    }
}

/// Sets the issuer and its candidates; the stage that tries the first.
pub(in crate::flow) fn stage_for(flow: &mut Flow, issuer: String) -> Stage {
    let ladder = flow.context.behaviour().metadata_ladder;
    set_candidates(flow, &issuer, ladder);
    flow.context.issuer = Some(issuer);
    Stage::AsMetadata(0)
}

fn set_candidates(flow: &mut Flow, issuer: &str, ladder: &[MetadataCandidate]) {
    flow.context.rejected_metadata = None;
    flow.context.metadata_candidates = well_known::as_candidates(issuer, ladder)
        .into_iter()
        .map(|(kind, url)| (step_of(kind), url))
        .collect();
}

/// 2025-03-26: the MCP server's origin is the authorization base URL.
pub(in crate::flow) fn begin_at_origin(flow: &mut Flow) -> Vec<Output> {
    flow.stage = origin_stage(flow);
    Vec::new()
}

/// The stage that looks for metadata at the MCP origin.
pub(in crate::flow) fn origin_stage(flow: &mut Flow) -> Stage {
    let origin = well_known::mcp_origin(&flow.context.config.server_url).unwrap_or_default();
    set_candidates(flow, &origin, &[MetadataCandidate::Rfc8414Origin]);
    flow.context.issuer = Some(origin);
    Stage::AsMetadata(0)
}

/// `auto`, and no PRM anywhere: see whether the MCP origin has metadata, as 2025-03-26 says.
pub(in crate::flow) fn begin_fallback(flow: &mut Flow) -> Vec<Output> {
    flow.stage = origin_stage(flow);
    vec![Output::Note(
        Tone::Warning,
        "No protected resource metadata was found. Looking for authorization server metadata at the MCP server's origin, \
         as 2025-03-26 says; later revisions do not allow this."
            .into(),
    )]
}

pub(in crate::flow) fn prepare(flow: &mut Flow, index: usize) -> Result<Action, String> {
    let Some((step, url)) = flow.context.metadata_candidates.get(index).cloned() else {
        let issuer = flow.context.issuer.clone().unwrap_or_default();
        return Err(format!(
            "the issuer {issuer:?} is not an http(s) URL, so there is no metadata URL to look at"
        ));
    };
    let mut prepared = Prepared::get(step, Participant::AuthorizationServer, url);
    super::prm::version_header(flow, &mut prepared);
    Ok(Action::Send(prepared))
}

pub(in crate::flow) fn absorb(flow: &mut Flow, index: usize, reply: &Reply<'_>) -> Vec<Output> {
    let text = reply.text();
    let document = reply
        .is_success()
        .then(|| AsMetadata::parse(&text).value)
        .flatten();
    let usable = document.filter(|d| {
        d.issuer.is_some() || d.authorization_endpoint.is_some() || d.token_endpoint.is_some()
    });
    let Some(document) = usable else {
        return next_candidate(flow, index, None);
    };
    if flow.context.rejected_metadata.is_none() || issuer_matches(flow, index, &document) {
        let candidate = flow.context.metadata_candidates.get(index);
        flow.context.metadata_url = candidate.map(|(_, url)| url.clone());
    }
    if !issuer_matches(flow, index, &document) {
        let received = document.issuer.clone().unwrap_or_default();
        let expected = flow.context.issuer.clone().unwrap_or_default();
        if flow.context.rejected_metadata.is_none() {
            flow.context.rejected_metadata = Some((received.clone(), text));
        }
        let note = format!(
            "`issuer` in this document is {received:?}, not {expected:?}, so a conforming client does not use it."
        );
        return next_candidate(flow, index, Some(note));
    }
    accept(flow, document, text)
}

/// RFC 8414 §3.3: identical strings. Metadata at the MCP origin in 2025-03-26 is taken as it is.
fn issuer_matches(flow: &Flow, index: usize, document: &AsMetadata) -> bool {
    let at_origin = flow
        .context
        .metadata_candidates
        .get(index)
        .is_some_and(|(step, _)| *step == StepKind::AsMetadataOrigin);
    at_origin
        || !flow.context.behaviour().issuer_must_match
        || document.issuer == flow.context.issuer
}

fn next_candidate(flow: &mut Flow, index: usize, note: Option<String>) -> Vec<Output> {
    let mut outputs: Vec<Output> = note
        .map(|text| Output::Note(Tone::Error, text))
        .into_iter()
        .collect();
    let next = index.saturating_add(1);
    if next < flow.context.metadata_candidates.len() && flow.context.rejected_metadata.is_none() {
        flow.stage = Stage::AsMetadata(next);
        return outputs;
    }
    outputs.extend(exhausted(flow));
    outputs
}

/// No candidate gave a document that may be used.
fn exhausted(flow: &mut Flow) -> Vec<Output> {
    let issuer = flow.context.issuer.clone().unwrap_or_default();
    if let Some((received, text)) = flow.context.rejected_metadata.clone() {
        let reason = format!(
            "`issuer` in the authorization server metadata is {received:?}, but the issuer asked for is {issuer:?}"
        );
        let resume = match AsMetadata::parse(&text).value {
            Some(document) => use_document(flow, &document, text),
            None => Stage::Register,
        };
        let candidates = flow
            .context
            .prm
            .as_ref()
            .map(|p| p.authorization_servers.clone())
            .unwrap_or_default();
        return vec![
            Output::Decision(
                Decision::AuthorizationServer { issuer, candidates },
                "the issuer asked for; its metadata names another one".into(),
            ),
            flow.stop_here(reason, "RFC8414-3.3", resume),
        ];
    }
    let at_origin = flow
        .context
        .metadata_candidates
        .first()
        .is_some_and(|(step, _)| *step == StepKind::AsMetadataOrigin);
    if at_origin && flow.context.revision.is_none() {
        return guess(flow, &issuer);
    }
    if at_origin && flow.context.behaviour().default_endpoints {
        let because =
            "there is no authorization server metadata, so 2025-03-26's default endpoints are used";
        return default_endpoints(flow, &issuer, because);
    }
    let message = if at_origin {
        "Nothing to go by: the challenge and the well-known URLs gave no protected resource metadata, and the MCP \
         server's origin has no authorization server metadata."
            .to_owned()
    } else {
        format!(
            "None of the metadata URLs of the authorization server {issuer} gave a usable document."
        )
    };
    flow.finish(Ending::Blocked, message);
    Vec::new()
}

/// `auto`, and no metadata of any kind: only a server of 2025-03-26 may be like that.
fn guess(flow: &mut Flow, base: &str) -> Vec<Output> {
    flow.context.revision = Some(Revision::V2025_03_26);
    flow.context.revision_guessed = true;
    let because = "neither protected resource metadata nor authorization server metadata was found anywhere; \
                   2025-03-26 has default endpoints for servers without metadata, so they are tried";
    default_endpoints(flow, base, because)
}

/// A default endpoint answered as the endpoint it is taken for: the guess was right.
pub(in crate::flow) fn prove_guess(flow: &mut Flow, endpoint: &str) -> Option<Output> {
    if !std::mem::take(&mut flow.context.revision_guessed) {
        return None;
    }
    Some(Output::Decision(
        Decision::Revision {
            revision: flow.context.revision(),
        },
        format!(
            "there is no metadata of any kind, and the default {endpoint} endpoint of 2025-03-26 at the MCP server's origin answered"
        ),
    ))
}

/// What is said when the default endpoints are not there either.
pub(in crate::flow) fn nothing_to_go_by(what_came: &str) -> String {
    format!(
        "Nothing to go by: the challenge and the well-known URLs gave no protected resource metadata, the MCP \
         server's origin has no authorization server metadata, and the default endpoints of 2025-03-26 are not there \
         either ({what_came})."
    )
}

fn default_endpoints(flow: &mut Flow, base: &str, because: &str) -> Vec<Output> {
    flow.context.endpoints = Endpoints {
        authorization: Some(format!("{base}/authorize")),
        token: Some(format!("{base}/token")),
        registration: Some(format!("{base}/register")),
        ..Endpoints::default()
    };
    flow.context.metadata_text = None;
    flow.stage = Stage::Register;
    vec![Output::Decision(
        Decision::DefaultEndpoints {
            base: base.to_owned(),
        },
        because.into(),
    )]
}

fn accept(flow: &mut Flow, document: AsMetadata, text: String) -> Vec<Output> {
    let mut outputs = decide_revision(flow);
    let candidates = flow
        .context
        .prm
        .as_ref()
        .map(|p| p.authorization_servers.clone())
        .unwrap_or_default();
    let issuer = flow.context.issuer.clone().unwrap_or_default();
    let because = match candidates.as_slice() {
        [] => "the MCP server's origin is the authorization base URL",
        [_] => "the only entry of `authorization_servers`",
        _ => "chosen from the entries of `authorization_servers`",
    };
    outputs.push(Output::Decision(
        Decision::AuthorizationServer { issuer, candidates },
        because.into(),
    ));
    flow.stage = use_document(flow, &document, text);
    outputs.extend(choose_grant(flow, &document));
    if flow.context.behaviour().pkce_must_be_advertised
        && document.code_challenge_methods_supported.is_none()
        && super::grants::uses_pkce(flow)
    {
        let resume = flow.stage.clone();
        let reason = "the authorization server metadata has no `code_challenge_methods_supported`, so PKCE support is not established";
        outputs.push(flow.stop_here(
            reason,
            "MCP-2025-11-25-authorization#authorization-code-protection",
            resume,
        ));
    }
    outputs
}

/// In `auto` mode without PRM, metadata at the origin means 2025-03-26.
fn decide_revision(flow: &mut Flow) -> Vec<Output> {
    if flow.context.revision.is_some() {
        return Vec::new();
    }
    let revision = Revision::V2025_03_26;
    flow.context.revision = Some(revision);
    vec![Output::Decision(
        Decision::Revision { revision },
        "there is no protected resource metadata, and the MCP server's origin has authorization server metadata".into(),
    )]
}

/// A server for machines only: client credentials, when the person gave some and asked for nothing else.
fn choose_grant(flow: &mut Flow, document: &AsMetadata) -> Option<Output> {
    let listed = document.grant_types_supported.as_ref()?;
    let lists = |grant: &str| listed.iter().any(|g| g == grant);
    let machine = lists("client_credentials") && !lists("authorization_code");
    let config = &flow.context.config;
    let has_credentials = config.client_secret.is_some() || config.private_key.is_some();
    if !machine || !has_credentials || config.grant != Grant::AuthorizationCode {
        return None;
    }
    flow.context.grant = Grant::ClientCredentials;
    Some(Output::Note(
        Tone::Info,
        "`grant_types_supported` lists client_credentials and not authorization_code, so the client's own credentials are used."
            .into(),
    ))
}

/// Takes endpoints over and names the stage after metadata.
fn use_document(flow: &mut Flow, document: &AsMetadata, text: String) -> Stage {
    flow.context.endpoints = Endpoints {
        authorization: document.authorization_endpoint.clone(),
        token: document.token_endpoint.clone(),
        registration: document.registration_endpoint.clone(),
        par: document.pushed_authorization_request_endpoint.clone(),
        device: document.device_authorization_endpoint.clone(),
        revocation: document.revocation_endpoint.clone(),
        introspection: document.introspection_endpoint.clone(),
        userinfo: document.userinfo_endpoint.clone(),
        jwks: document.jwks_uri.clone(),
    };
    flow.context.metadata_text = Some(text);
    Stage::Register
}
