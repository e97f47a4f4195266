//! Cheap typed access to the active lineage of a recording: everything is parsed once, rules only read.

mod attempts;
mod calls;
mod documents;
mod refusals;

pub(crate) use attempts::{Attempt, TokenCall};
pub(crate) use calls::Call;
pub(crate) use calls::{complaint_of, is_readable, message_of};
pub(crate) use documents::{AsDocument, PrmDocument, Registration, strings};
pub(crate) use refusals::{Refusal, RefusedAt, is_response_url, visible};

use crate::rule::Need;
use authscope_model::event::{Decision, Ending, Fact};
use authscope_model::revision::Behaviour;
use authscope_model::transcript::Status;
use authscope_model::{
    Exchange, Participant, Party, Revision, SessionConfig, StepKind, Transcript,
};
use authscope_protocol::challenge::{self, Challenges};
use authscope_protocol::jwt::{self, Jwt};
use authscope_protocol::oauth_error::{self, ErrorShape, OAuthError};
use authscope_protocol::scope::ScopeSet;

/// What rules read.
pub struct Context<'a> {
    transcript: &'a Transcript,
    revision: Revision,
    exchanges: Vec<&'a Exchange>,
    prm: Vec<PrmDocument<'a>>,
    metadata: Vec<AsDocument<'a>>,
    registrations: Vec<Registration<'a>>,
    attempts: Vec<Attempt<'a>>,
    token_calls: Vec<TokenCall<'a>>,
    challenge: Option<(&'a Exchange, Challenges)>,
    /// The first request with a token that was answered 401.
    refused: Option<u32>,
}

fn first_refused(exchanges: &[&Exchange]) -> Option<u32> {
    let refused = |e: &&&Exchange| {
        e.step.is_authenticated_mcp()
            && e.status() == Some(401)
            && e.request.header("authorization").is_some()
    };
    exchanges.iter().find(refused).map(|e| e.id)
}

/// A default endpoint of 2025-03-26 that was only tried because nothing else was left, and did not answer as one: it
/// says nothing about the server.
fn is_mere_guess(transcript: &Transcript, exchange: &Exchange) -> bool {
    let decided = |wanted: fn(&Decision) -> bool| transcript.decided().any(wanted);
    exchange.step == StepKind::Register
        && decided(|d| matches!(d, Decision::DefaultEndpoints { .. }))
        && !decided(|d| matches!(d, Decision::Revision { .. }))
        && transcript
            .config
            .as_ref()
            .is_some_and(|config| config.revision.fixed().is_none())
}

impl<'a> Context<'a> {
    /// Reads a recording.
    #[must_use]
    pub fn new(transcript: &'a Transcript) -> Self {
        let exchanges: Vec<&Exchange> = transcript
            .lineage()
            // What belongs to no step (another request of an imported file) is shown and not judged.
            .filter(|e| {
                !matches!(e.step, StepKind::Resend | StepKind::Unknown)
                    && !e.edited
                    && !is_mere_guess(transcript, e)
            })
            .map(|e| transcript.as_read(e))
            .collect();
        let exchanges = without_overtaken_dry_runs(exchanges);
        let token_calls = attempts::token_calls(&exchanges);
        let mut context = Self {
            transcript,
            revision: transcript.revision(),
            prm: documents::prm(&exchanges),
            metadata: documents::metadata(&exchanges),
            registrations: documents::registrations(&exchanges),
            attempts: attempts::attempts(&exchanges, &token_calls),
            token_calls,
            refused: first_refused(&exchanges),
            exchanges,
            challenge: None,
        };
        context.challenge = context.unauthorized().map(|e| (e, challenges(e)));
        context
    }

    /// The revision in use.
    #[must_use]
    pub const fn revision(&self) -> Revision {
        self.revision
    }

    pub(crate) fn behaviour(&self) -> &'static Behaviour {
        self.revision.behaviour()
    }

    pub(crate) const fn transcript(&self) -> &'a Transcript {
        self.transcript
    }

    pub(crate) const fn config(&self) -> Option<&'a SessionConfig> {
        self.transcript.config.as_ref()
    }

    /// The exchanges of the active lineage, in order.
    pub(crate) fn exchanges(&self) -> &[&'a Exchange] {
        &self.exchanges
    }

    /// The exchanges of one kind.
    pub(crate) fn of(&self, step: StepKind) -> impl DoubleEndedIterator<Item = &'a Exchange> {
        self.exchanges
            .iter()
            .copied()
            .filter(move |e| e.step == step)
    }

    /// The first exchange after another that fits.
    pub(crate) fn after(
        &self,
        exchange: &Exchange,
        fits: impl Fn(&Exchange) -> bool,
    ) -> Option<&'a Exchange> {
        self.exchanges
            .iter()
            .copied()
            .find(|e| e.id > exchange.id && fits(e))
    }

    /// The place of an exchange in the lineage.
    pub(crate) fn position(&self, id: u32) -> usize {
        self.exchanges
            .iter()
            .position(|e| e.id == id)
            .unwrap_or(usize::MAX)
    }

    /// How the run ended, if it did.
    pub(crate) const fn ending(&self) -> Option<Ending> {
        match &self.transcript.status {
            Status::Finished(ending, _) => Some(*ending),
            _ => None,
        }
    }

    /// Whether the MCP server answered with the token in the end.
    pub(crate) fn works(&self) -> bool {
        self.calls().iter().any(|c| c.is_success())
    }

    /// Whether the run was ended by what the target did.
    pub(crate) fn is_blocked(&self) -> bool {
        matches!(
            self.ending(),
            Some(Ending::Blocked | Ending::ConformingClientStops)
        )
    }

    /// URL of the MCP server, as typed.
    pub(crate) fn server_url(&self) -> &'a str {
        if let Some(config) = self.config() {
            return &config.server_url;
        }
        self.of(StepKind::Probe)
            .next()
            .map_or("", |e| e.request.url.as_str())
    }

    /// The `resource` the client uses; the server's URL until one was chosen.
    pub(crate) fn resource(&self) -> &'a str {
        self.transcript
            .resource()
            .map_or_else(|| self.server_url(), |(value, _)| value)
    }

    /// The redirect URI the client uses.
    pub(crate) fn redirect_uri(&self) -> &'a str {
        let configured = self.config().and_then(|c| c.redirect_uri.as_deref());
        configured.unwrap_or(&self.transcript.redirect_uri)
    }

    /// Facts about an exchange.
    pub(crate) fn facts(&self, exchange: &Exchange) -> impl Iterator<Item = &'a Fact> {
        self.transcript.facts_of(exchange.id)
    }

    /// Decisions of the active lineage.
    pub(crate) fn decisions(&self) -> impl DoubleEndedIterator<Item = &'a Decision> {
        self.transcript.decided()
    }

    /// The probe's final answer: the last exchange of the first request without a token.
    pub(crate) fn probe(&self) -> Option<&'a Exchange> {
        let challenged = self.of(StepKind::Probe).find(|e| e.status() == Some(401));
        challenged.or_else(|| self.of(StepKind::Probe).rfind(|e| e.response().is_some()))
    }

    /// The first 401 to a request without a token: the probe's, or a later one of an open server.
    pub(crate) fn unauthorized(&self) -> Option<&'a Exchange> {
        self.exchanges.iter().copied().find(|e| {
            (e.step == StepKind::Probe || e.step.is_authenticated_mcp())
                && e.status() == Some(401)
                && e.request.header("authorization").is_none()
        })
    }

    /// The first 401 and its challenges.
    pub(crate) const fn challenge(&self) -> Option<&(&'a Exchange, Challenges)> {
        self.challenge.as_ref()
    }

    /// A parameter of the Bearer challenge of the first 401.
    pub(crate) fn challenge_param(&self, name: &str) -> Option<&str> {
        self.challenge.as_ref()?.1.bearer()?.param(name)
    }

    /// Every protected resource metadata document that could be read.
    pub(crate) fn prm_documents(&self) -> &[PrmDocument<'a>] {
        &self.prm
    }

    /// The protected resource metadata in use.
    pub(crate) fn prm(&self) -> Option<&PrmDocument<'a>> {
        self.prm
            .iter()
            .find(|d| d.is_usable())
            .or_else(|| self.prm.first())
    }

    /// The answers to requests for protected resource metadata.
    pub(crate) fn prm_attempts(&self) -> impl DoubleEndedIterator<Item = &'a Exchange> {
        self.exchanges.iter().copied().filter(|e| e.step.is_prm())
    }

    /// Every authorization server metadata document that could be read.
    pub(crate) fn metadata_documents(&self) -> &[AsDocument<'a>] {
        &self.metadata
    }

    /// The authorization server metadata in use, or the first that was refused.
    pub(crate) fn metadata(&self) -> Option<&AsDocument<'a>> {
        let usable = || self.metadata.iter().filter(|d| d.is_usable());
        usable()
            .find(|d| d.value.issuer.as_deref() == self.issuer_asked(d.exchange))
            .or_else(|| usable().next())
            .or_else(|| self.metadata.first())
    }

    /// The answers to requests for authorization server metadata.
    pub(crate) fn metadata_attempts(&self) -> impl DoubleEndedIterator<Item = &'a Exchange> {
        self.exchanges
            .iter()
            .copied()
            .filter(|e| e.step.is_as_metadata())
    }

    /// The issuer whose metadata was looked for, as written where it came from.
    pub(crate) fn issuer(&self) -> Option<&str> {
        match self.metadata_attempts().next() {
            Some(exchange) => self.issuer_asked(exchange),
            None => self.issuer_candidates().first().copied(),
        }
    }

    /// The issuers that the configuration or the protected resource metadata name.
    pub(crate) fn issuer_candidates(&self) -> Vec<&str> {
        let configured = self
            .config()
            .and_then(|c| c.authorization_server.as_deref());
        let listed = self
            .prm()
            .map(|d| d.value.authorization_servers.as_slice())
            .unwrap_or_default();
        configured
            .into_iter()
            .chain(listed.iter().map(String::as_str))
            .collect()
    }

    /// The issuer a metadata URL was built from.
    pub(crate) fn issuer_asked(&self, exchange: &Exchange) -> Option<&str> {
        let url = documents::first_hop(&self.exchanges, exchange)
            .request
            .url
            .as_str();
        let candidates = self.issuer_candidates();
        let built = candidates
            .iter()
            .copied()
            .find(|issuer| documents::is_metadata_url(issuer, url));
        built.or_else(|| candidates.first().copied())
    }

    /// The request a chain of redirects began with; the exchange itself when it is none of a chain.
    pub(crate) fn first_hop(&self, exchange: &'a Exchange) -> &'a Exchange {
        documents::first_hop(&self.exchanges, exchange)
    }

    /// Registrations, in order.
    pub(crate) fn registrations(&self) -> &[Registration<'a>] {
        &self.registrations
    }

    /// The last registration.
    pub(crate) fn registration(&self) -> Option<&Registration<'a>> {
        self.registrations.last()
    }

    /// The last registration that gave a client id.
    pub(crate) fn registered(&self) -> Option<&Registration<'a>> {
        self.registrations.iter().rfind(|r| r.client_id().is_some())
    }

    /// Authorization attempts, in order; a step-up makes a second one.
    pub(crate) fn attempts(&self) -> &[Attempt<'a>] {
        &self.attempts
    }

    /// The last attempt that came back, else the last one.
    pub(crate) fn attempt(&self) -> Option<&Attempt<'a>> {
        let answered = self.attempts.iter().rfind(|a| a.callback.is_some());
        answered.or_else(|| self.attempts.last())
    }

    /// Token requests other than refreshes, in order.
    pub(crate) fn token_calls(&self) -> &[TokenCall<'a>] {
        &self.token_calls
    }

    /// The token response with the access token that the MCP server refused with 401 (a step-up makes further ones);
    /// the first one where it refused none.
    pub(crate) fn issued(&self) -> Option<&TokenCall<'a>> {
        // What the identity provider gives is an assertion, not an access token.
        let gives = |c: &&TokenCall<'a>| {
            c.access_token().is_some() && c.exchange.step != StepKind::TokenExchange
        };
        let in_hand = |c: &&TokenCall<'a>| self.refused.is_some_and(|id| c.exchange.id < id);
        let refused = self.token_calls.iter().rfind(|c| gives(c) && in_hand(c));
        refused.or_else(|| self.token_calls.iter().find(gives))
    }

    /// That access token, decoded, when it is a JWT.
    pub(crate) fn jwt(&self) -> Option<(&TokenCall<'a>, Jwt)> {
        let call = self.issued()?;
        call.access_token()
            .and_then(jwt::decode)
            .map(|jwt| (call, jwt))
    }

    /// Every access token that is a JWT, in order, with the exchange that gave it; those of refreshes too.
    pub(crate) fn jwts(&self) -> Vec<(&'a Exchange, Jwt)> {
        let refreshes = self.refreshes();
        let calls = self.token_calls.iter().chain(&refreshes);
        let mut found: Vec<(&'a Exchange, Jwt)> = calls
            .filter(|c| c.exchange.step != StepKind::TokenExchange)
            .filter_map(|c| Some((c.exchange, jwt::decode(c.access_token()?)?)))
            .collect();
        found.sort_by_key(|(exchange, _)| exchange.id);
        found
    }

    /// Refusals of authorization requests, in order.
    pub(crate) fn refusals(&self) -> Vec<Refusal<'a>> {
        refusals::of(self)
    }

    /// Refresh requests, in order.
    pub(crate) fn refreshes(&self) -> Vec<TokenCall<'a>> {
        self.of(StepKind::Refresh).map(TokenCall::read).collect()
    }

    /// Requests with a token to the MCP server that were answered, in order.
    pub(crate) fn calls(&self) -> Vec<Call<'a>> {
        calls::with_token(&self.exchanges)
    }

    /// Requests without a token to the MCP server after the probe, in order.
    pub(crate) fn open_calls(&self) -> Vec<&'a Exchange> {
        let after_probe = |e: &&&Exchange| e.step.is_authenticated_mcp();
        let open = self.exchanges.iter().filter(after_probe);
        open.copied()
            .filter(|e| e.request.header("authorization").is_none())
            .collect()
    }

    /// Negative probes with what they showed.
    pub(crate) fn negative_probes(&self) -> Vec<(&'a Exchange, &'a str, bool, &'a str)> {
        let mut found = Vec::new();
        for (id, fact) in &self.transcript.facts {
            let Fact::Probe {
                probe,
                refused,
                detail,
            } = fact
            else {
                continue;
            };
            let Some(exchange) = self.exchanges.iter().find(|e| e.id == *id) else {
                continue;
            };
            found.push((*exchange, probe.as_str(), *refused, detail.as_str()));
        }
        found
    }

    /// Scopes asked for in the last authorization (or token) request.
    pub(crate) fn requested_scope(&self) -> Option<ScopeSet> {
        let asked = self.attempt().and_then(|a| a.param("scope"));
        let asked = asked.or_else(|| self.token_calls.last().and_then(|c| c.param("scope")));
        asked.map(ScopeSet::parse)
    }

    /// Why a need is not met.
    pub(crate) fn lacks(&self, need: Need) -> Option<&'static str> {
        (!self.has(need)).then(|| need.missing())
    }

    fn has(&self, need: Need) -> bool {
        match need {
            Need::Nothing => !self.exchanges.is_empty(),
            Need::Probe => self.probe().is_some(),
            Need::Unauthorized => self.challenge.is_some(),
            Need::Challenge => self
                .challenge
                .as_ref()
                .is_some_and(|(_, c)| c.bearer().is_some()),
            Need::PrmAttempt => self.prm_attempts().any(|e| e.response().is_some()),
            Need::Prm => !self.prm.is_empty(),
            Need::AsMetadataAttempt => self.metadata_attempts().any(|e| e.response().is_some()),
            Need::AsMetadata => !self.metadata.is_empty(),
            Need::Registration => !self.registrations.is_empty(),
            Need::Registered => self.registered().is_some(),
            Need::Authorize => !self.attempts.is_empty(),
            Need::Callback => self.attempts.iter().any(|a| a.callback.is_some()),
            Need::TokenRequest => !self.token_calls.is_empty(),
            Need::TokenAnswer => self.token_calls.iter().any(|c| c.response().is_some()),
            Need::Token => self.issued().is_some(),
            Need::Jwt => self.jwt().is_some(),
            Need::McpCall => !self.calls().is_empty(),
            Need::Refresh => self.of(StepKind::Refresh).next().is_some(),
            Need::Forbidden => self.calls().iter().any(|c| c.status() == 403),
            Need::Proof => self
                .exchanges
                .iter()
                .any(|e| e.request.header("dpop").is_some()),
            Need::Device => self.of(StepKind::DeviceAuthorization).next().is_some(),
            Need::Exchange => self.of(StepKind::TokenExchange).next().is_some(),
            Need::Assertion => self.of(StepKind::JwtBearer).next().is_some(),
            Need::NegativeProbes => self.of(StepKind::NegativeProbe).next().is_some(),
        }
    }
}

/// Leaves out dry runs that the real authorization has overtaken: once the browser came back, what it met there counts, not
/// what a request without cookies met before.
fn without_overtaken_dry_runs(exchanges: Vec<&Exchange>) -> Vec<&Exchange> {
    let came_back = exchanges.iter().rposition(|e| e.step == StepKind::Callback);
    let overtaken = |at: usize| came_back.is_some_and(|callback| at < callback);
    exchanges
        .into_iter()
        .enumerate()
        .filter(|(at, exchange)| exchange.step != StepKind::DryRun || !overtaken(*at))
        .map(|(_, exchange)| exchange)
        .collect()
}

/// The challenges of an exchange's response.
pub(crate) fn challenges(exchange: &Exchange) -> Challenges {
    let headers = exchange
        .response()
        .map(|r| r.headers.as_slice())
        .unwrap_or_default();
    challenge::parse(headers)
}

/// Who must answer for what an exchange's responder does.
pub(crate) fn responder(exchange: &Exchange) -> Party {
    match exchange.to {
        Participant::McpServer => Party::McpServer,
        Participant::Client | Participant::You => Party::Client,
        Participant::AuthorizationServer | Participant::IdentityProvider | Participant::Other => {
            Party::AuthorizationServer
        }
    }
}

/// The error an exchange's response carries, in whatever shape.
pub(crate) fn error_of(exchange: &Exchange) -> Option<OAuthError> {
    let response = exchange.response()?;
    let kind = response.header("content-type").unwrap_or_default();
    oauth_error::read(response.status, kind, &response.body.text)
}

/// What an MCP server says about a token it refuses: from the challenge, else from the body; a bare code of the
/// challenge with what the body adds.
pub(crate) fn said_of(exchange: &Exchange) -> String {
    let found = challenges(exchange);
    let bearer = found.bearer().or_else(|| found.dpop());
    let of = |name: &str| {
        bearer
            .and_then(|b| b.param(name))
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
    };
    if let Some(description) = of("error_description") {
        return description;
    }
    let body = error_of(exchange);
    match (of("error"), body) {
        (Some(error), Some(body)) => match body
            .description
            .filter(|d| body.shape != ErrorShape::Html && !d.contains(&error))
        {
            Some(description) => format!("{error}: {description}"),
            None => error,
        },
        (Some(error), None) => error,
        (None, body) => body.map(|e| e.sentence()).unwrap_or_default(),
    }
}
