//! Makes the events of a session out of the entries of a HAR file: who took part, what was decided, what can
//! be computed on the values before they are masked, and how it ended.

use super::read::{Entry, member};
use super::traffic::{self, Kind, Knowledge, field, param};
use authscope_model::event::{Decision, Ending, Fact, Tone, ValueSource};
use authscope_model::mask::ExchangeMeta;
use authscope_model::{
    Event, EventKind, Header, Masker, Millis, Participant, RawExchange, RegistrationChoice,
    Revision, SessionConfig, StepKind,
};
use authscope_protocol::pkce;
use serde_json::Value;

/// Tells the story of some entries. Everything it gives back is masked.
pub(super) fn tell(entries: &[Entry], tool: &str, lost: usize, key: &[u8]) -> Vec<Event> {
    let mut masker = Masker::new(key);
    masker.learn_all(
        entries
            .iter()
            .flat_map(|entry| masker.secrets(&entry.raw))
            .collect::<Vec<_>>(),
    );
    let mut teller = Teller {
        known: Knowledge::of(entries),
        masker,
        events: Vec::new(),
        told: Vec::new(),
    };
    teller.created(entries);
    teller.opening(entries, tool, lost);
    for entry in entries {
        teller.exchange(entry);
    }
    teller.ending(entries);
    teller.events
}

struct Teller {
    known: Knowledge,
    masker: Masker,
    events: Vec<Event>,
    /// The step of each exchange, in order.
    told: Vec<StepKind>,
}

impl Teller {
    fn push(&mut self, at: Millis, kind: EventKind) {
        let seq = u64::try_from(self.events.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        self.events.push(Event { seq, at, kind });
    }

    fn decide(&mut self, at: Millis, decision: Decision, because: &str) {
        self.push(
            at,
            EventKind::Decision {
                decision,
                because: because.to_owned(),
            },
        );
    }

    fn created(&mut self, entries: &[Entry]) {
        let start = entries.first().map_or(0, |entry| entry.raw.started_at);
        let first = || entries.first().map(|entry| entry.raw.request.url.clone());
        let server = self.known.mcp.clone().or_else(first).unwrap_or_default();
        let mut config = SessionConfig::new(self.masker.url(&server));
        if let Some(id) = client_id(entries).filter(|id| id.starts_with("https://")) {
            config.client_metadata_url = Some(self.masker.url(&id));
        }
        let redirect_uri = self
            .known
            .redirect_uris
            .first()
            .cloned()
            .unwrap_or_default();
        let kind = EventKind::SessionCreated {
            config,
            redirect_uri: self.masker.url(&redirect_uri),
            client_document_url: String::new(),
            client_document: Value::Null,
            version: env!("CARGO_PKG_VERSION").into(),
        };
        self.push(start, kind);
    }

    /// The revision, and what a reader has to know about the file.
    fn opening(&mut self, entries: &[Entry], tool: &str, lost: usize) {
        let at = entries.first().map_or(0, |entry| entry.raw.started_at);
        if let Some(revision) = entries.iter().find_map(|entry| revision(&entry.raw)) {
            self.decide(
                at,
                Decision::Revision { revision },
                "the recorded client asks for it",
            );
        } else if self.known.is_first_revision() {
            let revision = Revision::V2025_03_26;
            let because = "there is no protected resource metadata, and authorization server metadata at the MCP origin";
            self.decide(at, Decision::Revision { revision }, because);
        }
        let tool = if tool.is_empty() {
            "a tool that gives no name"
        } else {
            tool
        };
        let mut notes = vec![(
            Tone::Info,
            format!("Imported from a HAR file of {}.", self.masker.text(tool)),
        )];
        if self.known.sanitized {
            notes.push((
                Tone::Warning,
                "The file holds no Authorization lines: the tool that wrote it removed them. Requests with a token cannot be judged.".into(),
            ));
        }
        if lost > 0 {
            notes.push((
                Tone::Warning,
                format!("{lost} entries of the file hold no request and were left out."),
            ));
        }
        for (tone, text) in notes {
            self.push(
                at,
                EventKind::Note {
                    exchange: None,
                    tone,
                    text,
                },
            );
        }
    }

    fn exchange(&mut self, entry: &Entry) {
        let raw = &entry.raw;
        let meta = self.meta(entry);
        self.decisions_before(meta.step, raw);
        let (id, step) = (meta.id, meta.step);
        let exchange = if entry.unseen {
            self.masker.unseen(&raw.request, raw.started_at, meta)
        } else {
            self.masker.exchange(raw, meta)
        };
        let at = raw.started_at.saturating_add(raw.timing.total_us / 1000);
        self.told.push(step);
        self.push(at, EventKind::Exchange { exchange });
        for fact in self.facts(step, raw) {
            self.push(at, EventKind::Fact { exchange: id, fact });
        }
    }

    fn meta(&self, entry: &Entry) -> ExchangeMeta {
        let id = u32::try_from(self.told.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let from = self.redirected_from(&entry.raw);
        let mut kind = self.known.kind(&entry.raw);
        // Where a redirect leads is still the same step, as long as nothing else says what it is.
        if let Some((_, step)) =
            from.filter(|(_, step)| kind.step == StepKind::Unknown && step_is_read(*step))
        {
            kind = Kind {
                step,
                from: Participant::Client,
                ..kind
            };
        }
        let own = entry.own.as_ref();
        ExchangeMeta {
            id,
            branch: 0,
            step: own.and_then(|own| member(own, "step")).unwrap_or(kind.step),
            from: own.and_then(|own| member(own, "from")).unwrap_or(kind.from),
            to: own.and_then(|own| member(own, "to")).unwrap_or(kind.to),
            step_up: own.and_then(|own| member(own, "step_up")),
            redirected_from: from.map(|(id, _)| id),
            resent_from: None,
            edited: false,
            extra: own.and_then(|own| member(own, "extra")).unwrap_or(false),
            purpose: own
                .and_then(|own| member(own, "purpose"))
                .unwrap_or(kind.purpose),
        }
    }

    /// The exchange whose redirect led here, and its step.
    fn redirected_from(&self, raw: &RawExchange) -> Option<(u32, StepKind)> {
        let last = self
            .events
            .iter()
            .rev()
            .find_map(|event| match &event.kind {
                EventKind::Exchange { exchange } => Some(exchange),
                _ => None,
            })?;
        let response = last.response().filter(|r| (300..400).contains(&r.status))?;
        let to = response.header("location")?;
        (self.masker.url(&raw.request.url) == to).then_some((last.id, last.step))
    }

    fn decisions_before(&mut self, step: StepKind, raw: &RawExchange) {
        let at = raw.started_at;
        if matches!(
            step,
            StepKind::Register | StepKind::Authorize | StepKind::PushedAuthorization
        ) {
            if let Some(issuer) = self.known.issuer().map(|issuer| self.masker.url(issuer)) {
                let candidates = self
                    .known
                    .issuers
                    .iter()
                    .map(|issuer| self.masker.url(issuer))
                    .collect();
                self.decide(
                    at,
                    Decision::AuthorizationServer { issuer, candidates },
                    "named by the metadata",
                );
            }
            let sent = param(&raw.request.url, "resource");
            let source = if sent.is_some() {
                ValueSource::User
            } else {
                ValueSource::Prm
            };
            let value = sent.or_else(|| self.known.default_resource().map(ToOwned::to_owned));
            if let Some(value) = value.map(|value| self.masker.url(&value)) {
                self.decide(at, Decision::Resource { value, source }, "as recorded");
            }
        }
        if step == StepKind::Authorize {
            let client_id = param(&raw.request.url, "client_id").map(|id| self.masker.url(&id));
            let method = match &client_id {
                _ if self.told.contains(&StepKind::Register) => RegistrationChoice::Dcr,
                Some(id) if id.starts_with("https://") => RegistrationChoice::Cimd,
                _ => RegistrationChoice::Preregistered,
            };
            self.decide(
                at,
                Decision::Registration { method, client_id },
                "as recorded",
            );
        }
        if step == StepKind::Token {
            let method = auth_method(raw).to_owned();
            self.decide(at, Decision::TokenEndpointAuth { method }, "as recorded");
        }
    }

    /// What the unmasked values show.
    fn facts(&self, step: StepKind, raw: &RawExchange) -> Vec<Fact> {
        match step {
            StepKind::Callback => self.callback_facts(raw),
            StepKind::Token => self.token_facts(raw),
            _ => Vec::new(),
        }
    }

    fn callback_facts(&self, raw: &RawExchange) -> Vec<Fact> {
        let url = self.masker.url(&raw.request.url);
        let Some(asked) = self.last_of(StepKind::Authorize) else {
            return Vec::new();
        };
        // Equal values have equal masks, so the masked ones can be compared.
        let (sent, came) = (param(&asked.request.url, "state"), param(&url, "state"));
        let mut facts = vec![Fact::State {
            matches: sent == came,
            present: came.is_some(),
        }];
        if let Some(expected) = self.known.issuer() {
            facts.push(Fact::Iss {
                expected: self.masker.url(expected),
                received: param(&url, "iss"),
                advertised: self.known.iss_advertised,
            });
        }
        facts
    }

    fn token_facts(&self, raw: &RawExchange) -> Vec<Fact> {
        let mut facts = Vec::new();
        let asked = self
            .last_of(StepKind::Authorize)
            .map(|asked| asked.request.url.as_str());
        let challenge = asked.and_then(|url| param(url, "code_challenge"));
        let plain = asked
            .and_then(|url| param(url, "code_challenge_method"))
            .is_none_or(|m| m != "S256");
        let verifier = field(raw, "code_verifier").filter(|v| !v.contains('⟨'));
        if let (Some(challenge), Some(verifier), false) = (challenge, verifier, plain) {
            let recomputed = pkce::challenge_s256(&verifier);
            facts.push(Fact::Pkce {
                challenge,
                recomputed,
            });
        }
        if let Some(callback) = self.last_of(StepKind::Callback) {
            let millis = raw.started_at.saturating_sub(callback.started_at);
            facts.push(Fact::CodeAge { millis });
        }
        facts
    }

    fn last_of(&self, step: StepKind) -> Option<&authscope_model::Exchange> {
        self.events
            .iter()
            .rev()
            .find_map(|event| match &event.kind {
                EventKind::Exchange { exchange } if exchange.step == step => Some(exchange),
                _ => None,
            })
    }

    fn ending(&mut self, entries: &[Entry]) {
        let at = self.events.last().map_or(0, |event| event.at);
        let statuses: Vec<(StepKind, u16)> = entries
            .iter()
            .zip(&self.told)
            .map(|(entry, step)| (*step, entry.raw.response().map_or(0, |r| r.status)))
            .collect();
        let (ending, message) = ended(&statuses, &self.known);
        self.push(at, EventKind::Finished { ending, message });
    }
}

/// Steps whose redirects are followed to the same purpose.
const fn step_is_read(step: StepKind) -> bool {
    step.is_prm() || step.is_as_metadata() || matches!(step, StepKind::Jwks)
}

fn ended(statuses: &[(StepKind, u16)], known: &Knowledge) -> (Ending, String) {
    let good = |status: u16| (200..300).contains(&status);
    let any = |test: &dyn Fn(StepKind, u16) -> bool| {
        statuses.iter().any(|(step, status)| test(*step, *status))
    };
    if any(&|step, status| step.is_authenticated_mcp() && good(status)) {
        return (
            Ending::Complete,
            "The MCP server answered with the token.".into(),
        );
    }
    if known.sanitized {
        return (
            Ending::Incomplete,
            "The file holds a token response, and no Authorization line of the requests after it."
                .into(),
        );
    }
    if any(&|step, status| step == StepKind::Probe && good(status))
        && !any(&|step, status| step == StepKind::Probe && status == 401)
    {
        return (
            Ending::NoAuthorization,
            "The MCP server answered without asking for authorization.".into(),
        );
    }
    let last = statuses
        .iter()
        .rfind(|(step, status)| *step != StepKind::Unknown && *status > 0);
    match last {
        Some((step, status)) if *status >= 400 && *step != StepKind::Probe => (
            Ending::Blocked,
            format!("The recording ends with status {status}: {}.", step.title()),
        ),
        Some((step, _)) => (
            Ending::Incomplete,
            format!("The recording ends after: {}.", step.title()),
        ),
        None => (
            Ending::Incomplete,
            "No request in this file belongs to an MCP authorization flow.".into(),
        ),
    }
}

fn client_id(entries: &[Entry]) -> Option<String> {
    entries
        .iter()
        .find_map(|entry| param(&entry.raw.request.url, "client_id"))
}

/// The revision a request asks for.
fn revision(raw: &RawExchange) -> Option<Revision> {
    let in_header = |headers: &[Header]| {
        authscope_model::exchange::header(headers, "mcp-protocol-version").and_then(Revision::parse)
    };
    let asked = || {
        let message = traffic::sent(raw)?;
        Revision::parse(message.get("params")?.get("protocolVersion")?.as_str()?)
    };
    asked().or_else(|| in_header(&raw.request.headers))
}

fn auth_method(raw: &RawExchange) -> &'static str {
    let basic = authscope_model::exchange::header(&raw.request.headers, "authorization")
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("basic "));
    if basic {
        "client_secret_basic"
    } else if field(raw, "client_assertion").is_some() {
        "private_key_jwt"
    } else if field(raw, "client_secret").is_some() {
        "client_secret_post"
    } else {
        "none"
    }
}
