//! Authorization attempts and token requests: what was asked, what came back.

use crate::context::error_of;
use authscope_model::exchange::Response;
use authscope_model::{Exchange, StepKind};
use authscope_protocol::callback::Callback;
use authscope_protocol::form;
use authscope_protocol::oauth_error::OAuthError;
use authscope_protocol::parsed::Problem;
use authscope_protocol::token::TokenResponse;
use authscope_protocol::url_text;

/// One authorization request, what became of it, and the token requests it led to.
pub(crate) struct Attempt<'a> {
    pub(crate) authorize: &'a Exchange,
    /// Decoded parameters, those of a pushed request included.
    pub(crate) params: Vec<(String, String)>,
    /// The pushed authorization request, if there was one.
    pub(crate) pushed: Option<&'a Exchange>,
    /// Hops that were followed without a browser, those of a dry run included.
    pub(crate) hops: Vec<&'a Exchange>,
    /// The first hit on the redirect URI.
    pub(crate) callback: Option<(&'a Exchange, Callback)>,
    /// Every hit on the redirect URI.
    pub(crate) callbacks: Vec<(&'a Exchange, Callback)>,
    /// Indexes into the token requests.
    pub(crate) tokens: Vec<usize>,
}

impl<'a> Attempt<'a> {
    /// The exchanges of the leg that were answered: the request itself when no browser made it, and hops.
    pub(crate) fn legs(&self) -> impl DoubleEndedIterator<Item = &'a Exchange> {
        let seen = |e: &&'a Exchange| e.response().is_some();
        std::iter::once(self.authorize)
            .chain(self.hops.iter().copied())
            .filter(seen)
    }

    /// A parameter of the authorization request.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// How often a parameter comes.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.params.iter().filter(|(n, _)| n == name).count()
    }
}

/// One request to a token endpoint and its answer.
pub(crate) struct TokenCall<'a> {
    pub(crate) exchange: &'a Exchange,
    /// Decoded form parameters.
    pub(crate) params: Vec<(String, String)>,
    /// The answer, when it is a JSON object.
    pub(crate) reply: Option<TokenResponse>,
    pub(crate) problems: Vec<Problem>,
    /// The error it carries, in whatever shape, also in a 200.
    pub(crate) error: Option<OAuthError>,
}

impl<'a> TokenCall<'a> {
    pub(crate) fn read(exchange: &'a Exchange) -> Self {
        let parsed = exchange
            .response()
            .map(|r| TokenResponse::parse(&r.body.text));
        let (reply, problems) = parsed.map_or((None, Vec::new()), |p| (p.value, p.problems));
        Self {
            exchange,
            params: form::parse(&exchange.request.body.text),
            reply,
            problems,
            error: error_of(exchange),
        }
    }

    pub(crate) fn response(&self) -> Option<&'a Response> {
        self.exchange.response()
    }

    /// A parameter of the request.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// The access token, when the answer is a success and has one.
    pub(crate) fn access_token(&self) -> Option<&str> {
        self.response().filter(|r| r.is_success())?;
        self.reply
            .as_ref()?
            .access_token
            .as_deref()
            .filter(|t| !t.is_empty())
    }

    /// Error code of the answer.
    pub(crate) fn error_code(&self) -> Option<&str> {
        self.error.as_ref()?.error.as_deref()
    }

    /// Whether the answer is a refusal: an error status, or an error in a success.
    pub(crate) fn is_refused(&self) -> bool {
        self.response().is_some() && self.access_token().is_none()
    }

    /// Error code and description, lower case, for looking words up.
    pub(crate) fn error_text(&self) -> String {
        let error = self.error.as_ref();
        let parts = error.map(|e| [e.error.as_deref(), e.description.as_deref()]);
        let parts: Vec<&str> = parts.into_iter().flatten().flatten().collect();
        parts.join(" ").to_lowercase()
    }

    /// How the client authenticated, as the registration would name it; several at once are an error.
    pub(crate) fn auth_methods(&self) -> Vec<&'static str> {
        let mut used = Vec::new();
        let authorization = self
            .exchange
            .request
            .header("authorization")
            .unwrap_or_default();
        if authorization.to_ascii_lowercase().starts_with("basic ") {
            used.push("client_secret_basic");
        }
        if self.param("client_secret").is_some() {
            used.push("client_secret_post");
        }
        if self.param("client_assertion").is_some() {
            used.push("private_key_jwt");
        }
        used
    }
}

const fn is_token_request(step: StepKind) -> bool {
    matches!(
        step,
        StepKind::Token
            | StepKind::ClientCredentials
            | StepKind::TokenExchange
            | StepKind::JwtBearer
            | StepKind::DevicePoll
    )
}

pub(super) fn token_calls<'a>(exchanges: &[&'a Exchange]) -> Vec<TokenCall<'a>> {
    let asked = exchanges.iter().filter(|e| is_token_request(e.step));
    // A demand for a DPoP nonce is part of the protocol (RFC 9449 §8), and so is "not yet" (RFC 8628 §3.5).
    let waits = |c: &TokenCall<'_>| {
        matches!(
            c.error_code(),
            Some("use_dpop_nonce" | "authorization_pending" | "slow_down")
        )
    };
    asked
        .map(|e| TokenCall::read(e))
        .filter(|c| !waits(c))
        .collect()
}

pub(super) fn attempts<'a>(
    exchanges: &[&'a Exchange],
    tokens: &[TokenCall<'a>],
) -> Vec<Attempt<'a>> {
    let mut attempts: Vec<Attempt<'a>> = Vec::new();
    let mut pushed: Option<&'a Exchange> = None;
    let mut dry: Vec<&'a Exchange> = Vec::new();
    for exchange in exchanges {
        match exchange.step {
            StepKind::PushedAuthorization => pushed = Some(exchange),
            StepKind::DryRun => dry.push(exchange),
            StepKind::Authorize => {
                let hops = std::mem::take(&mut dry);
                attempts.push(Attempt {
                    hops,
                    ..begin(exchange, pushed.take())
                });
            }
            StepKind::AuthorizeHop => {
                if let Some(attempt) = attempts.last_mut() {
                    attempt.hops.push(exchange);
                }
            }
            StepKind::Callback => {
                if let Some(attempt) = attempts.last_mut() {
                    add_callback(attempt, exchange);
                }
            }
            StepKind::Token => {
                let index = tokens.iter().position(|t| t.exchange.id == exchange.id);
                if let Some(attempt) = attempts.last_mut() {
                    attempt.tokens.extend(index);
                }
            }
            _ => {}
        }
    }
    // The real request has not gone out yet: until then the dry run stands for it.
    if let Some((first, hops)) = dry.split_first() {
        attempts.push(Attempt {
            hops: hops.to_vec(),
            ..begin(first, None)
        });
    }
    attempts
}

fn begin<'a>(authorize: &'a Exchange, pushed: Option<&'a Exchange>) -> Attempt<'a> {
    let mut params = url_text::query_pairs(&authorize.request.url);
    if let Some(pushed) = pushed {
        let known: Vec<String> = params.iter().map(|(n, _)| n.clone()).collect();
        let more = form::parse(&pushed.request.body.text);
        params.extend(more.into_iter().filter(|(n, _)| !known.contains(n)));
    }
    Attempt {
        authorize,
        params,
        pushed,
        hops: Vec::new(),
        callback: None,
        callbacks: Vec::new(),
        tokens: Vec::new(),
    }
}

fn add_callback<'a>(attempt: &mut Attempt<'a>, exchange: &'a Exchange) {
    let mut callback = Callback::parse(&exchange.request.url);
    if !callback.is_answer() && !exchange.request.body.text.is_empty() {
        let posted = Callback::from_pairs(form::parse(&exchange.request.body.text));
        if posted.is_answer() {
            callback = posted;
        }
    }
    if attempt.callback.is_none() {
        attempt.callback = Some((exchange, callback.clone()));
    }
    attempt.callbacks.push((exchange, callback));
}
