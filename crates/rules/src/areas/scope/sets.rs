//! The sets of scopes a flow names, each with the place it comes from.

use crate::context::{Context, challenges};
use crate::evidence::{self, Spot};
use authscope_model::event::ValueSource;
use authscope_model::{Exchange, StepKind};
use authscope_protocol::scope::{self, ScopeSet};

/// Where a set comes from.
#[derive(Clone)]
enum Place {
    /// Parameter `scope` of a challenge: header index and start of the value.
    Challenge(usize, usize),
    /// A JSON pointer of a response.
    Json(&'static str),
    /// A query parameter of the request.
    Query,
    /// A form parameter of the request.
    Form,
}

/// One set and its place.
#[derive(Clone)]
pub(super) struct Source<'a> {
    /// What people read: "the challenge", "`scopes_supported` of …".
    pub(super) name: &'static str,
    pub(super) set: ScopeSet,
    pub(super) exchange: &'a Exchange,
    place: Place,
    requested: bool,
}

impl Source<'_> {
    /// The name in the middle of a sentence.
    pub(super) fn name_within(&self) -> String {
        self.name
            .strip_prefix("The ")
            .map_or_else(|| self.name.to_owned(), |rest| format!("the {rest}"))
    }

    /// Where one of its names is written.
    pub(super) fn spot(&self, name: &str) -> Spot {
        match &self.place {
            Place::Challenge(header, start) => {
                let value = self
                    .exchange
                    .response()
                    .and_then(|r| r.headers.get(*header))
                    .map_or("", |h| h.value.as_str());
                let found = value.get(*start..).and_then(|rest| rest.find(name));
                let from = start.saturating_add(found.unwrap_or(0));
                evidence::header_range(
                    self.exchange,
                    *header,
                    from..from.saturating_add(name.len()),
                )
            }
            Place::Json(pointer) => {
                let index = self.set.names().iter().position(|n| n == name);
                let spot = index.map(|i| evidence::json(self.exchange, &format!("{pointer}/{i}")));
                match spot {
                    Some(spot) if spot.evidence.end > 0 => spot,
                    _ => evidence::json(self.exchange, pointer),
                }
            }
            Place::Query => evidence::query(self.exchange, "scope"),
            Place::Form => evidence::form(self.exchange, "scope"),
        }
    }

    /// Whether the client made this set up: not taken over from the MCP server.
    pub(super) fn is_ours(&self, context: &Context<'_>) -> bool {
        let source = context.transcript().scope().map(|(_, source)| source);
        self.requested && matches!(source, Some(ValueSource::User | ValueSource::AsMetadata))
    }
}

/// Every set a flow names.
pub(super) struct Sets<'a> {
    /// `scope` of the first 401.
    pub(super) challenge: Option<Source<'a>>,
    /// `scopes_supported` of the protected resource metadata.
    pub(super) prm: Option<Source<'a>>,
    /// `scopes_supported` of the authorization server metadata.
    pub(super) authorization_server: Option<Source<'a>>,
    /// `scope` of the registration reply.
    pub(super) registered: Option<Source<'a>>,
    /// `scope` of the authorization (or token) request.
    pub(super) requested: Option<Source<'a>>,
    /// `scope` of the token response.
    pub(super) granted: Option<Source<'a>>,
    /// The scope claim of the token, where the token response has a `scope` of its own.
    pub(super) claim: Option<Source<'a>>,
    /// `scope` of a 403.
    pub(super) demanded: Option<Source<'a>>,
}

impl<'a> Sets<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        Self {
            challenge: context
                .unauthorized()
                .and_then(|e| of_challenge(e, "The 401 challenge")),
            prm: of_prm(context),
            authorization_server: of_metadata(context),
            registered: of_registration(context),
            requested: of_request(context),
            granted: of_grant(context),
            claim: of_claim(context),
            demanded: context
                .calls()
                .iter()
                .filter(|c| c.status() == 403)
                .find_map(|c| of_challenge(c.exchange, "The 403 challenge")),
        }
    }
}

/// The `scope` of the Bearer challenge of an exchange.
pub(super) fn of_challenge<'a>(exchange: &'a Exchange, name: &'static str) -> Option<Source<'a>> {
    let found = challenges(exchange);
    let bearer = found.bearer()?;
    let param = bearer
        .params
        .iter()
        .find(|p| p.name.eq_ignore_ascii_case("scope"))?;
    let set = scope::parse_lenient(&param.value);
    if set.names().is_empty() {
        return None;
    }
    let place = Place::Challenge(bearer.header, param.value_range.start);
    Some(Source {
        name,
        set,
        exchange,
        place,
        requested: false,
    })
}

fn list(names: Option<&Vec<String>>) -> Option<ScopeSet> {
    let set: ScopeSet = names?.iter().map(String::as_str).collect();
    (!set.names().is_empty()).then_some(set)
}

fn of_prm<'a>(context: &Context<'a>) -> Option<Source<'a>> {
    let document = context.prm()?;
    Some(Source {
        name: "`scopes_supported` in the protected resource metadata",
        set: list(document.value.scopes_supported.as_ref())?,
        exchange: document.exchange,
        place: Place::Json("/scopes_supported"),
        requested: false,
    })
}

fn of_metadata<'a>(context: &Context<'a>) -> Option<Source<'a>> {
    let document = context.metadata()?;
    Some(Source {
        name: "`scopes_supported` in the authorization server metadata",
        set: list(document.value.scopes_supported.as_ref())?,
        exchange: document.exchange,
        place: Place::Json("/scopes_supported"),
        requested: false,
    })
}

fn of_registration<'a>(context: &Context<'a>) -> Option<Source<'a>> {
    let registration = context.registered()?;
    let text = registration.reply.as_ref()?.scope.as_deref()?;
    let set = scope::parse_lenient(text);
    if set.names().is_empty() {
        return None;
    }
    let exchange = registration.exchange;
    let name = "`scope` in the registration reply";
    Some(Source {
        name,
        set,
        exchange,
        place: Place::Json("/scope"),
        requested: false,
    })
}

fn of_request<'a>(context: &Context<'a>) -> Option<Source<'a>> {
    if let Some(attempt) = context.attempt() {
        let set = scope::parse_lenient(attempt.param("scope")?);
        let (exchange, place) = match attempt.pushed {
            Some(pushed) => (pushed, Place::Form),
            None => (attempt.authorize, Place::Query),
        };
        let name = "The authorization request";
        return Some(Source {
            name,
            set,
            exchange,
            place,
            requested: true,
        });
    }
    let call = context.token_calls().last()?;
    let set = scope::parse_lenient(call.param("scope")?);
    let name = "The token request";
    Some(Source {
        name,
        set,
        exchange: call.exchange,
        place: Place::Form,
        requested: true,
    })
}

fn of_grant<'a>(context: &Context<'a>) -> Option<Source<'a>> {
    let call = context.issued()?;
    let name = "`scope` of the token response";
    if let Some(text) = call.reply.as_ref().and_then(|r| r.scope.as_deref()) {
        let set = scope::parse_lenient(text);
        return Some(Source {
            name,
            set,
            exchange: call.exchange,
            place: Place::Json("/scope"),
            requested: false,
        });
    }
    of_jwt(context)
}

fn of_claim<'a>(context: &Context<'a>) -> Option<Source<'a>> {
    let told = context.issued()?.reply.as_ref()?.scope.is_some();
    of_jwt(context).filter(|_| told)
}

fn of_jwt<'a>(context: &Context<'a>) -> Option<Source<'a>> {
    let (call, jwt) = context.jwt()?;
    jwt.scopes_claim()?;
    let scopes = jwt.scopes();
    let set: ScopeSet = scopes.iter().map(String::as_str).collect();
    let (name, place) = (
        "The scope claim of the access token",
        Place::Json("/access_token"),
    );
    Some(Source {
        name,
        set,
        exchange: call.exchange,
        place,
        requested: false,
    })
}

/// The exchange that refuses the scopes that were asked for, and what it says.
pub(super) fn refusal<'a>(context: &Context<'a>) -> Option<(&'a Exchange, String)> {
    let callbacks = context
        .attempts()
        .iter()
        .filter_map(|a| a.callback.as_ref());
    for (exchange, callback) in callbacks {
        let error = callback.error.as_deref().unwrap_or_default();
        let text = callback.error_description.clone().unwrap_or_default();
        if error == "invalid_scope" || (!error.is_empty() && speaks_of_scope(&text)) {
            return Some((exchange, format!("{error}: {text}")));
        }
    }
    let hops = context
        .attempts()
        .iter()
        .flat_map(|a| a.hops.iter().copied())
        .filter(|hop| !crate::context::is_response_url(&hop.request.url));
    for hop in hops.filter(|h| h.status().is_some_and(|s| s >= 400)) {
        let error = crate::context::error_of(hop);
        if let Some(error) = error.filter(|e| speaks_of_scope(&e.sentence())) {
            return Some((hop, error.sentence()));
        }
    }
    let tried = context.refusals().into_iter().find(|r| {
        r.exchange.step == StepKind::DryRun
            && (r.is_code(&["invalid_scope"]) || speaks_of_scope(&r.text))
    });
    if let Some(refusal) = tried {
        return Some((refusal.exchange, refusal.said));
    }
    let refused = context.token_calls().iter().find(|c| {
        c.is_refused()
            && (c.error_code() == Some("invalid_scope") || speaks_of_scope(&c.error_text()))
    })?;
    Some((refused.exchange, refused.error.as_ref()?.sentence()))
}

/// Our own name, which pages show as the client's, has the word in it.
fn speaks_of_scope(text: &str) -> bool {
    let text = text.to_lowercase().replace("authscope", "");
    text.contains("scope")
}
