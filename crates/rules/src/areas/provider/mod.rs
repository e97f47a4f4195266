//! Messages of known identity providers: what they mean in an MCP set-up, and the setting to change.
//!
//! Each provider is a table of messages. A message counts wherever it is said: at the redirect URI, on a page
//! of the authorization leg, in the answers of token and registration endpoints, in what the MCP server passes
//! on. Match on codes rather than sentences where there are codes, because texts change.

rules! {
    entra_message,
    okta_message,
    auth0_message,
    keycloak_message,
    cognito_message,
    google_message,
    provider_message,
}

mod sayings;

use crate::context::Context;
use crate::evidence;
use crate::hit::Hit;
use crate::words::code;
use authscope_model::{Participant, Party};
use sayings::Saying;

/// What a message of a provider explains: refusals that know less.
const EXPLAINS: &[&str] = &[
    "authorization-refused",
    "authorization-denied",
    "authorization-server-error",
    "token-request-refused",
    "code-refused",
    "grant-refused",
    "registration-refused",
    "registration-forbidden",
    "refresh-refused",
    "token-refused-by-mcp-server",
];

/// What a code explains that names exactly one cause.
const EXPLAINS_BY_CODE: &[&str] = &[
    "authorization-refused",
    "authorization-denied",
    "authorization-server-error",
    "token-request-refused",
    "code-refused",
    "grant-refused",
    "client-authentication-refused",
    "client-unknown",
    "scope-refused",
    "resource-refused",
    "refresh-refused",
    "token-refused-by-mcp-server",
];

/// One message of a provider.
struct Message {
    /// Texts (lower case); any of them is enough.
    marks: &'static [&'static str],
    /// What it means here: a sentence without its full stop.
    cause: &'static str,
    /// The setting to change.
    fix: &'static str,
    /// Who must change it.
    party: Party,
}

/// A provider: whose messages, and where they count.
struct Provider {
    name: &'static str,
    /// Parts of its URLs; empty when its messages are unmistakable and its host names are not.
    hosts: &'static [&'static str],
    /// Whether MCP servers pass its messages on.
    at_mcp_server: bool,
}

/// Hits for the messages of a provider: the first that fits per saying.
fn hits(context: &Context<'_>, provider: &Provider, messages: &[Message]) -> Vec<Hit> {
    let of_provider = |saying: &&Saying<'_>| {
        let place = provider.at_mcp_server || saying.exchange.to != Participant::McpServer;
        place && (provider.hosts.is_empty() || is_at(context, saying, provider.hosts))
    };
    let said = sayings::of(context);
    let mut found: Vec<Hit> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for saying in said.iter().filter(of_provider) {
        let fits = |m: &&Message| m.marks.iter().any(|mark| saying.contains(mark));
        let Some(message) = messages.iter().find(fits) else {
            continue;
        };
        if !seen.contains(&message.cause) {
            seen.push(message.cause);
            found.push(hit(context, provider.name, saying, message));
        }
    }
    found
}

/// Whether a saying, or the authorization server of the flow, is at one of these hosts (or paths).
fn is_at(context: &Context<'_>, saying: &Saying<'_>, hosts: &[&str]) -> bool {
    let issuer = context.issuer().unwrap_or_default().to_lowercase();
    let url = saying
        .exchange
        .request
        .url
        .split('?')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    hosts
        .iter()
        .any(|host| issuer.contains(host) || url.contains(host))
}

fn hit(context: &Context<'_>, provider: &str, saying: &Saying<'_>, message: &Message) -> Hit {
    let mut hit = Hit::new(
        saying.spot.clone(),
        format!("{provider} says {}: {}.", code(&saying.said), message.cause),
    )
    .expected("the request is accepted")
    .received(saying.said.clone())
    .party(message.party)
    .fix(message.fix);
    if let Some(attempt) = context
        .attempt()
        .filter(|a| a.authorize.id != saying.exchange.id)
    {
        hit = hit.related(evidence::url(attempt.authorize));
    }
    hit
}
