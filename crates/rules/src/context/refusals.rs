//! Refusals of an authorization request, wherever they show: at the redirect URI, on a page of the leg, at
//! the endpoint for pushed requests.

use crate::context::{Attempt, Context, error_of};
use crate::evidence::{self, Spot};
use authscope_model::event::Fact;
use authscope_model::{Exchange, StepKind};
use authscope_protocol::callback::Callback;

/// Where a refusal was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefusedAt {
    /// `error` at the redirect URI.
    Callback,
    /// An error page before the browser came back.
    Leg,
    /// The answer to a pushed authorization request.
    Pushed,
}

/// One refusal.
#[derive(Debug, Clone)]
pub(crate) struct Refusal<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) at: RefusedAt,
    /// HTTP status, 0 at the redirect URI.
    pub(crate) status: u16,
    /// Error code.
    pub(crate) code: Option<String>,
    /// Code and description, lower case, to look words up in.
    pub(crate) text: String,
    /// What was said, for people.
    pub(crate) said: String,
    spot: Spot,
}

impl Refusal<'_> {
    /// Where it is written.
    pub(crate) fn spot(&self) -> Spot {
        self.spot.clone()
    }

    /// Whether the code is one of these.
    pub(crate) fn is_code(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|c| codes.contains(&c))
    }

    /// Whether code or description hold one of these (lower case).
    pub(crate) fn speaks_of(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.text.contains(w))
    }
}

/// Marks of error pages that come with status 200.
const MARKS: &[&str] = &[
    "aadsts",
    "redirect_uri_mismatch",
    "redirect_mismatch",
    "invalid_redirect_uri",
    "unauthorized_client",
    "error 400:",
    "error 401:",
];

/// Error codes of RFC 6749, which a page without a form names for a reason.
const CODES: &[&str] = &[
    "invalid_request",
    "invalid_client",
    "invalid_scope",
    "invalid_target",
    "access_denied",
    "unsupported_response_type",
    "server_error",
    "temporarily_unavailable",
];

pub(super) fn of<'a>(context: &Context<'a>) -> Vec<Refusal<'a>> {
    let mut found = Vec::new();
    for attempt in context.attempts() {
        found.extend(attempt.pushed.and_then(pushed));
        let answers = || attempt.legs().filter(|e| !is_response_url(&e.request.url));
        found.extend(answers().filter_map(leg));
        found.extend(answers().filter_map(|e| dry_answer(attempt, e)));
        found.extend(callback(context, attempt));
    }
    // A pushed request that was refused is never followed by an authorization request.
    let followed = |e: &Exchange| {
        context
            .attempts()
            .iter()
            .any(|a| a.pushed.is_some_and(|p| p.id == e.id))
    };
    let lone = context
        .of(StepKind::PushedAuthorization)
        .filter(|e| !followed(e));
    found.extend(lone.filter_map(pushed));
    found
}

/// Whether a URL carries an authorization response: then not the authorization server answers there, but whoever
/// the browser was sent to.
pub(crate) fn is_response_url(url: &str) -> bool {
    let pairs = authscope_protocol::url_text::query_pairs(url);
    let has = |name: &str| pairs.iter().any(|(n, _)| n == name);
    (has("code") || has("error")) && has("state") && !has("client_id") && !has("redirect_uri")
}

fn pushed(exchange: &Exchange) -> Option<Refusal<'_>> {
    let status = exchange.status().filter(|s| *s >= 400)?;
    Some(of_body(exchange, RefusedAt::Pushed, status))
}

fn leg(exchange: &Exchange) -> Option<Refusal<'_>> {
    let response = exchange.response()?;
    if response.status >= 400 {
        let refusal = of_body(exchange, RefusedAt::Leg, response.status);
        let counts = exchange.step != StepKind::DryRun || tells(&refusal);
        return counts.then_some(refusal);
    }
    let dry = exchange.step == StepKind::DryRun;
    if !dry && response.status == 200 && response.body.json().is_some_and(|v| v.is_object()) {
        return Some(json_page(exchange));
    }
    let lower = crate::words::first_part(&response.body.text).to_lowercase();
    // Without form and script there is nothing a person could do on the page, so what it says is the answer.
    let asks = ["<input", "<form", "<button", "<iframe", "<script"];
    let mute = !asks.iter().any(|a| lower.contains(a));
    let codes = CODES.iter().filter(|_| mute);
    let mark = MARKS
        .iter()
        .chain(codes)
        .find(|m| lower.contains(**m))
        .filter(|_| response.status == 200)?;
    let at = lower.find(mark).unwrap_or_default();
    let around: String = lower
        .get(at..)
        .unwrap_or_default()
        .chars()
        .take(300)
        .collect();
    let text = without_our_name(&visible(&around));
    Some(Refusal {
        exchange,
        at: RefusedAt::Leg,
        status: 200,
        code: None,
        said: format!("HTTP 200 with an error page: {text}"),
        text,
        spot: evidence::body(exchange),
    })
}

/// Whether an error status without a browser says something about what a browser will meet. A gate that wants a real
/// browser, a busy server or a demand for authentication does not.
fn tells(refusal: &Refusal<'_>) -> bool {
    refusal.code.is_some() || matches!(refusal.status, 400 | 404 | 405 | 410 | 500 | 501)
}

/// Answers that a request without cookies may get from a server that is in order.
const WANTS_A_PERSON: &[&str] = &[
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
    "access_denied",
    "temporarily_unavailable",
];

/// An error that a dry run was sent to the redirect URI with; it does not go there.
fn dry_answer<'a>(attempt: &Attempt<'a>, exchange: &'a Exchange) -> Option<Refusal<'a>> {
    let location = exchange.response()?.header("location")?;
    let page = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let ends_here = page(location) == page(attempt.param("redirect_uri")?);
    if exchange.step != StepKind::DryRun || !ends_here {
        return None;
    }
    let answer = Callback::parse(location);
    let code = answer
        .error
        .filter(|code| !WANTS_A_PERSON.contains(&code.as_str()))?;
    let said = match answer.error_description.filter(|text| !text.is_empty()) {
        Some(description) => format!("{code}: {description}"),
        None => code.clone(),
    };
    Some(Refusal {
        exchange,
        at: RefusedAt::Callback,
        status: 0,
        text: said.to_lowercase(),
        said,
        spot: evidence::header(exchange, "location"),
        code: Some(code),
    })
}

/// Lower case, and without our name: pages show it as the client's, and there is a "scope" in it.
fn without_our_name(text: &str) -> String {
    text.to_lowercase().replace("authscope", "")
}

/// JSON with status 200 where a browser must be redirected or shown a page.
fn json_page(exchange: &Exchange) -> Refusal<'_> {
    let refusal = of_body(exchange, RefusedAt::Leg, 200);
    let said = format!(
        "it answers 200 with JSON ({}), where a redirect or a sign-in page belongs",
        authscope_protocol::parsed::excerpt(
            exchange.response().map_or("", |r| r.body.text.as_str()),
            160
        )
    );
    Refusal { said, ..refusal }
}

/// The visible text of a page: tags, styles and scripts left out.
pub(crate) fn visible(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let name: String = after
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        let name = name.to_ascii_lowercase();
        let hidden = matches!(name.as_str(), "style" | "script" | "head" | "svg");
        let from = match hidden {
            true => after
                .to_ascii_lowercase()
                .find(&format!("</{name}"))
                .unwrap_or(after.len()),
            false => 0,
        };
        let close = after
            .get(from..)
            .and_then(|t| t.find('>'))
            .map(|at| from.saturating_add(at).saturating_add(1));
        rest = close.and_then(|at| after.get(at..)).unwrap_or_default();
    }
    text.push_str(rest);
    authscope_protocol::parsed::excerpt(&text, 1000)
}

fn of_body(exchange: &Exchange, at: RefusedAt, status: u16) -> Refusal<'_> {
    let error = error_of(exchange);
    let code = error.as_ref().and_then(|e| e.error.clone());
    let said = error
        .as_ref()
        .map_or_else(|| format!("HTTP {status}"), |e| e.sentence());
    let body = exchange
        .response()
        .map(|r| r.body.text.as_str())
        .unwrap_or_default();
    let body = crate::words::first_part(body);
    let page = exchange.response().is_some_and(crate::words::is_html);
    let shown = authscope_protocol::parsed::excerpt(&visible(body), 160);
    let said = if page && !shown.is_empty() {
        format!("{said}: {shown}")
    } else {
        said
    };
    Refusal {
        exchange,
        at,
        status,
        code,
        text: without_our_name(&format!("{said} {}", visible(body))),
        said,
        spot: if body.is_empty() {
            evidence::status(exchange)
        } else {
            evidence::body(exchange)
        },
    }
}

fn callback<'a>(context: &Context<'a>, attempt: &Attempt<'a>) -> Option<Refusal<'a>> {
    let (exchange, callback) = attempt.callback.as_ref()?;
    let code = callback.error.clone()?;
    if context.behaviour().iss_validation && is_unverified(context, exchange) {
        // An error from an issuer that does not check out is neither acted on nor shown (MCP 2026-07-28,
        // authorization response validation).
        return None;
    }
    let description = callback.error_description.clone().unwrap_or_default();
    let said = if description.is_empty() {
        code.clone()
    } else {
        format!("{code}: {description}")
    };
    let name = if description.is_empty() {
        "error"
    } else {
        "error_description"
    };
    Some(Refusal {
        exchange,
        at: RefusedAt::Callback,
        status: 0,
        text: said.to_lowercase(),
        said,
        spot: evidence::query(exchange, name),
        code: Some(code),
    })
}

/// Whether the issuer of an authorization response does not check out.
fn is_unverified(context: &Context<'_>, exchange: &Exchange) -> bool {
    context.facts(exchange).any(|fact| match fact {
        Fact::Iss {
            expected,
            received,
            advertised,
        } => match received {
            Some(iss) => iss != expected,
            None => *advertised,
        },
        _ => false,
    })
}
