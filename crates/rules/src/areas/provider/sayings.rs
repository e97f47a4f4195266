//! Everything that servers say about a failure, with its place.

use crate::context::{Context, challenges, error_of};
use crate::evidence::{self, Spot};
use authscope_model::{Exchange, StepKind};

/// Longest part of a body that is searched.
const LONGEST: usize = 20_000;

/// Something a server said about a failure.
pub(super) struct Saying<'a> {
    pub(super) exchange: &'a Exchange,
    /// Lower case, to look words up in.
    text: String,
    /// For people.
    pub(super) said: String,
    pub(super) spot: Spot,
}

impl Saying<'_> {
    /// Whether it holds a text. A mark that ends in a digit is a whole number: `aadsts5001` is not in
    /// `aadsts50011`.
    pub(super) fn contains(&self, mark: &str) -> bool {
        let number = mark.ends_with(|c: char| c.is_ascii_digit());
        self.text.match_indices(mark).any(|(at, found)| {
            let after = self
                .text
                .get(at.saturating_add(found.len())..)
                .unwrap_or_default();
            !(number && after.starts_with(|c: char| c.is_ascii_digit()))
        })
    }

    /// The number that follows a prefix.
    pub(super) fn number_after(&self, prefix: &str) -> Option<String> {
        let at = self.text.find(prefix)?.saturating_add(prefix.len());
        let digits: String = self
            .text
            .get(at..)?
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        (!digits.is_empty()).then_some(digits)
    }
}

/// Every saying of a flow, in order of the exchanges.
pub(super) fn of<'a>(context: &Context<'a>) -> Vec<Saying<'a>> {
    let mut found: Vec<Saying<'a>> = Vec::new();
    for refusal in context.refusals() {
        found.push(Saying {
            exchange: refusal.exchange,
            text: refusal.text.clone(),
            said: refusal.said.clone(),
            spot: refusal.spot(),
        });
    }
    let others = context
        .exchanges()
        .iter()
        .filter(|e| is_endpoint(e.step) && failed(e));
    found.extend(others.map(|e| of_answer(e)));
    found.sort_by_key(|s| s.exchange.id);
    found
}

const fn is_endpoint(step: StepKind) -> bool {
    matches!(
        step,
        StepKind::Register
            | StepKind::Token
            | StepKind::Refresh
            | StepKind::ClientCredentials
            | StepKind::TokenExchange
            | StepKind::JwtBearer
            | StepKind::Probe
    ) || step.is_authenticated_mcp()
}

/// Whether an answer is a refusal: an error status, or an error under a success.
fn failed(exchange: &Exchange) -> bool {
    let Some(response) = exchange.response() else {
        return false;
    };
    response.status >= 400
        || (!exchange.step.is_authenticated_mcp()
            && exchange.step != StepKind::Probe
            && error_of(exchange).is_some())
}

fn of_answer(exchange: &Exchange) -> Saying<'_> {
    let body = exchange
        .response()
        .map(|r| r.body.text.as_str())
        .unwrap_or_default();
    let body = body.get(..LONGEST).unwrap_or(body);
    let found = challenges(exchange);
    let challenge = found
        .bearer()
        .and_then(|b| b.param("error_description"))
        .unwrap_or_default();
    let said = match error_of(exchange) {
        _ if !challenge.is_empty() => challenge.to_owned(),
        Some(error) => error.sentence(),
        None => String::new(),
    };
    let spot = if challenge.is_empty() {
        evidence::body(exchange)
    } else {
        evidence::header(exchange, "www-authenticate")
    };
    Saying {
        exchange,
        text: format!("{challenge} {body}").to_lowercase(),
        said,
        spot,
    }
}
