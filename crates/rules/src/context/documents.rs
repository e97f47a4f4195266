//! The JSON documents of discovery and registration, each with its exchange.

use authscope_model::exchange::Response;
use authscope_model::revision::MetadataCandidate;
use authscope_model::{Exchange, StepKind};
use authscope_protocol::as_metadata::AsMetadata;
use authscope_protocol::parsed::Problem;
use authscope_protocol::prm::Prm;
use authscope_protocol::registration::RegistrationReply;
use authscope_protocol::well_known;
use serde_json::Value;

/// A protected resource metadata document.
pub(crate) struct PrmDocument<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) value: Prm,
    pub(crate) problems: Vec<Problem>,
}

impl PrmDocument<'_> {
    /// Whether it says anything that belongs into such a document.
    pub(crate) fn is_usable(&self) -> bool {
        let raw = &self.value.raw;
        raw.get("resource").is_some() || raw.get("authorization_servers").is_some()
    }
}

/// An authorization server metadata document.
pub(crate) struct AsDocument<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) value: AsMetadata,
    pub(crate) problems: Vec<Problem>,
}

impl AsDocument<'_> {
    /// Whether it says anything that belongs into such a document.
    pub(crate) fn is_usable(&self) -> bool {
        let raw = &self.value.raw;
        ["issuer", "authorization_endpoint", "token_endpoint"]
            .iter()
            .any(|m| raw.get(m).is_some())
    }

    /// Whether it was found under an OpenID Connect name.
    pub(crate) const fn is_oidc(&self) -> bool {
        matches!(
            self.exchange.step,
            StepKind::AsMetadataOidcInsertion | StepKind::AsMetadataOidcAppending
        )
    }
}

/// One registration request and its answer.
pub(crate) struct Registration<'a> {
    pub(crate) exchange: &'a Exchange,
    /// The request body; null when it is not JSON.
    pub(crate) sent: Value,
    /// The answer, when it is a success and a JSON object.
    pub(crate) reply: Option<RegistrationReply>,
    pub(crate) problems: Vec<Problem>,
}

impl Registration<'_> {
    pub(crate) fn client_id(&self) -> Option<&str> {
        self.reply.as_ref()?.client_id.as_deref()
    }

    /// A text member of the request.
    pub(crate) fn sent_text(&self, name: &str) -> Option<&str> {
        self.sent.get(name)?.as_str()
    }

    /// A member of the request that is a list of texts.
    pub(crate) fn sent_list(&self, name: &str) -> Vec<String> {
        strings(self.sent.get(name))
    }
}

/// The texts of a JSON array.
pub(crate) fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    items
        .iter()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}

fn success(exchange: &Exchange) -> Option<&Response> {
    exchange.response().filter(|r| r.is_success())
}

pub(super) fn prm<'a>(exchanges: &[&'a Exchange]) -> Vec<PrmDocument<'a>> {
    let read = |exchange: &&'a Exchange| -> Option<PrmDocument<'a>> {
        let exchange: &'a Exchange = exchange;
        let response = success(exchange).filter(|_| exchange.step.is_prm())?;
        let parsed = Prm::parse(&response.body.text);
        let value = parsed.value?;
        Some(PrmDocument {
            exchange,
            value,
            problems: parsed.problems,
        })
    };
    exchanges.iter().filter_map(read).collect()
}

pub(super) fn metadata<'a>(exchanges: &[&'a Exchange]) -> Vec<AsDocument<'a>> {
    let read = |exchange: &&'a Exchange| -> Option<AsDocument<'a>> {
        let exchange: &'a Exchange = exchange;
        let response = success(exchange).filter(|_| exchange.step.is_as_metadata())?;
        let parsed = AsMetadata::parse(&response.body.text);
        let value = parsed.value?;
        Some(AsDocument {
            exchange,
            value,
            problems: parsed.problems,
        })
    };
    exchanges.iter().filter_map(read).collect()
}

pub(super) fn registrations<'a>(exchanges: &[&'a Exchange]) -> Vec<Registration<'a>> {
    let read = |exchange: &&'a Exchange| -> Registration<'a> {
        let parsed = success(exchange).map(|r| RegistrationReply::parse(&r.body.text));
        let (reply, problems) = parsed.map_or((None, Vec::new()), |p| (p.value, p.problems));
        let sent = exchange.request.body.json().unwrap_or(Value::Null);
        Registration {
            exchange,
            sent,
            reply,
            problems,
        }
    };
    exchanges
        .iter()
        .filter(|e| e.step == StepKind::Register)
        .map(read)
        .collect()
}

/// The request a chain of redirects began with.
pub(super) fn first_hop<'a>(exchanges: &[&'a Exchange], exchange: &'a Exchange) -> &'a Exchange {
    let mut current = exchange;
    // Each turn goes to an earlier exchange, so this ends.
    while let Some(before) = current.redirected_from.filter(|id| *id < current.id) {
        let Some(found) = exchanges.iter().find(|e| e.id == before) else {
            break;
        };
        current = found;
    }
    current
}

/// Whether a URL is one of the metadata URLs of an issuer.
pub(super) fn is_metadata_url(issuer: &str, url: &str) -> bool {
    const EVERY: &[MetadataCandidate] = &[
        MetadataCandidate::Rfc8414Insertion,
        MetadataCandidate::OidcInsertion,
        MetadataCandidate::OidcAppending,
        MetadataCandidate::Rfc8414Origin,
    ];
    well_known::as_candidates(issuer, EVERY)
        .iter()
        .any(|(_, candidate)| candidate == url)
}
