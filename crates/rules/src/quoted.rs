//! The words of a refusal, in every finding about one: whoever reads it should not have to open the exchange to learn
//! what the other side said.

use crate::context::{Context, challenges, error_of, visible};
use crate::words::{self, code};
use authscope_model::{Exchange, Finding, Level, StepKind};

/// Adds to what a failure received what the answer says and the finding does not.
pub(crate) fn quote(context: &Context<'_>, finding: &mut Finding) {
    if finding.level != Level::Failure || finding.explained_by.is_some() {
        return;
    }
    let evidence = finding.evidence.exchange;
    let exchange = context.exchanges().iter().find(|e| e.id == evidence);
    let Some(exchange) = exchange.filter(|e| is_refusal(e)) else {
        return;
    };
    let unsaid = unsaid(finding, exchange);
    if unsaid.is_empty() {
        return;
    }
    let status = exchange.status().unwrap_or_default();
    let received = finding
        .received
        .take()
        .unwrap_or_else(|| status.to_string());
    finding.received = Some(format!("{received}; it says {}", code(&unsaid.join(": "))));
}

/// What an answer says and a finding about it does not.
fn unsaid(finding: &Finding, exchange: &Exchange) -> Vec<String> {
    let texts = [
        Some(&finding.message),
        finding.expected.as_ref(),
        finding.received.as_ref(),
    ];
    // A text may have been shortened, or freed of its backticks.
    let told = |part: &str| {
        let start: String = part.replace('`', "'").chars().take(40).collect();
        let holds = |text: &&String| text.replace('`', "'").contains(start.trim_end());
        texts.iter().flatten().any(holds)
    };
    // Beside the words of the challenge, a bare code of the body tells nothing more.
    let explained = challenge_words(exchange).is_some_and(|words| told(&words));
    let more = |part: &String| !told(part) && (!explained || part.contains(' '));
    parts(exchange).into_iter().filter(more).collect()
}

/// Whether an answer refuses something that was meant to go through. The 401 that starts a sign-in is no refusal.
fn is_refusal(exchange: &Exchange) -> bool {
    let asked = exchange.request.header("authorization").is_some();
    let status = exchange.status().unwrap_or_default();
    let at_server = exchange.to == authscope_model::Participant::McpServer;
    let starts = status == 401 && !asked && at_server && !exchange.step.is_prm();
    status >= 400 && !starts && exchange.step != StepKind::NegativeProbe
}

/// What an answer says: its error, and the way of signing in that it wants and no client of MCP knows.
fn parts(exchange: &Exchange) -> Vec<String> {
    let error = error_of(exchange);
    let said = error
        .map(|e| [e.error, e.description])
        .into_iter()
        .flatten();
    let mut parts: Vec<String> = said.flatten().filter(|text| !text.is_empty()).collect();
    parts.extend(of_page(exchange));
    parts.extend(of_url(exchange));
    let schemes = challenges(exchange).list.into_iter().map(|c| c.scheme);
    let other =
        schemes.filter(|s| !s.eq_ignore_ascii_case("bearer") && !s.eq_ignore_ascii_case("dpop"));
    parts.extend(
        other
            .filter(|s| !s.is_empty())
            .map(|scheme| format!("WWW-Authenticate: {scheme}")),
    );
    parts
}

/// The description of a Bearer challenge.
fn challenge_words(exchange: &Exchange) -> Option<String> {
    let found = challenges(exchange);
    let words = found.bearer()?.param("error_description")?;
    (!words.is_empty()).then(|| words.to_owned())
}

/// What a page says beyond its title.
fn of_page(exchange: &Exchange) -> Option<String> {
    let response = exchange.response().filter(|r| words::is_html(r))?;
    let text = words::first_part(&response.body.text);
    Some(authscope_protocol::parsed::excerpt(&visible(text), 160)).filter(|shown| !shown.is_empty())
}

/// What the URL of an error page carries, where a server sent the browser there.
fn of_url(exchange: &Exchange) -> Vec<String> {
    if !matches!(exchange.step, StepKind::AuthorizeHop | StepKind::DryRun) {
        return Vec::new();
    }
    let pairs = authscope_protocol::url_text::query_pairs(&exchange.request.url);
    let told = pairs
        .into_iter()
        .filter(|(name, _)| matches!(name.as_str(), "error" | "error_description"));
    told.map(|(_, value)| value)
        .filter(|value| !value.is_empty())
        .collect()
}
