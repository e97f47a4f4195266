//! What a rule says about itself, and how strong its requirement is in each revision.

use crate::{Context, Hit};
use authscope_model::Party;
use authscope_model::Revision;
use authscope_model::finding::Confidence;
use authscope_model::revision::Keyword;

/// A part of the flow that rules look at; one folder each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Names, connections and TLS.
    Tls,
    /// HTTP and MCP transport.
    Transport,
    /// Proxies, gateways and the public origin.
    Proxy,
    /// The 401 and its `WWW-Authenticate`.
    Challenge,
    /// Protected resource metadata.
    Prm,
    /// Authorization server metadata.
    AsMetadata,
    /// Issuer identity.
    Issuer,
    /// Client registration in every form.
    Registration,
    /// The authorization request.
    Authorize,
    /// The authorization response.
    Callback,
    /// Proof key for code exchange.
    Pkce,
    /// The token request and its answer.
    Token,
    /// Grants beside the authorization code.
    Grants,
    /// Tokens bound to a key of the client.
    Dpop,
    /// Scopes.
    Scope,
    /// Resource and audience.
    Audience,
    /// The token at the MCP server.
    TokenUse,
    /// Refresh, revocation and introspection.
    Refresh,
    /// Step-up authorization.
    StepUp,
    /// Opt-in negative probes: what is accepted though it must be refused.
    Probes,
    /// What only browser clients notice.
    Cors,
    /// What the client itself does wrong.
    Client,
    /// Messages of known identity providers.
    Provider,
}

impl Area {
    /// Every area, in the order of the flow.
    pub const ALL: [Self; 23] = [
        Self::Tls,
        Self::Transport,
        Self::Proxy,
        Self::Challenge,
        Self::Prm,
        Self::AsMetadata,
        Self::Issuer,
        Self::Registration,
        Self::Authorize,
        Self::Callback,
        Self::Pkce,
        Self::Token,
        Self::Grants,
        Self::Dpop,
        Self::Scope,
        Self::Audience,
        Self::TokenUse,
        Self::Refresh,
        Self::StepUp,
        Self::Probes,
        Self::Cors,
        Self::Client,
        Self::Provider,
    ];

    /// The name of its folder.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::Transport => "transport",
            Self::Proxy => "proxy",
            Self::Challenge => "challenge",
            Self::Prm => "prm",
            Self::AsMetadata => "as_metadata",
            Self::Issuer => "issuer",
            Self::Registration => "registration",
            Self::Authorize => "authorize",
            Self::Callback => "callback",
            Self::Pkce => "pkce",
            Self::Token => "token",
            Self::Grants => "grants",
            Self::Dpop => "dpop",
            Self::Scope => "scope",
            Self::Audience => "audience",
            Self::TokenUse => "token_use",
            Self::Refresh => "refresh",
            Self::StepUp => "step_up",
            Self::Probes => "probes",
            Self::Cors => "cors",
            Self::Client => "client",
            Self::Provider => "provider",
        }
    }

    /// The name people read.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Tls => "Connection and TLS",
            Self::Transport => "Transport",
            Self::Proxy => "Proxies and public origin",
            Self::Challenge => "Challenge",
            Self::Prm => "Protected resource metadata",
            Self::AsMetadata => "Authorization server metadata",
            Self::Issuer => "Issuer",
            Self::Registration => "Client registration",
            Self::Authorize => "Authorization request",
            Self::Callback => "Authorization response",
            Self::Pkce => "PKCE",
            Self::Token => "Token request",
            Self::Grants => "Other grants",
            Self::Dpop => "Proof of possession",
            Self::Scope => "Scopes",
            Self::Audience => "Resource and audience",
            Self::TokenUse => "Token at the MCP server",
            Self::Refresh => "Token life",
            Self::StepUp => "Step-up",
            Self::Probes => "Negative probes",
            Self::Cors => "Browser clients only",
            Self::Client => "Client",
            Self::Provider => "Identity providers",
        }
    }
}

/// How strong a requirement is, per revision; `None` where it does not apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keywords([Option<Keyword>; 4]);

impl Keywords {
    /// The same in every revision.
    #[must_use]
    pub const fn all(keyword: Keyword) -> Self {
        Self([Some(keyword); 4])
    }

    /// From 2025-06-18 on.
    #[must_use]
    pub const fn since_2025_06(keyword: Keyword) -> Self {
        Self([None, Some(keyword), Some(keyword), Some(keyword)])
    }

    /// From 2025-11-25 on.
    #[must_use]
    pub const fn since_2025_11(keyword: Keyword) -> Self {
        Self([None, None, Some(keyword), Some(keyword)])
    }

    /// From 2026-07-28 on.
    #[must_use]
    pub const fn since_2026_07(keyword: Keyword) -> Self {
        Self([None, None, None, Some(keyword)])
    }

    /// Each revision by itself, oldest first.
    #[must_use]
    pub const fn each(
        a: Option<Keyword>,
        b: Option<Keyword>,
        c: Option<Keyword>,
        d: Option<Keyword>,
    ) -> Self {
        Self([a, b, c, d])
    }

    /// The strength in a revision.
    #[must_use]
    pub const fn of(self, revision: Revision) -> Option<Keyword> {
        let [a, b, c, d] = self.0;
        match revision {
            Revision::V2025_03_26 => a,
            Revision::V2025_06_18 => b,
            Revision::V2025_11_25 => c,
            Revision::V2026_07_28 => d,
        }
    }
}

/// What must have been recorded before a rule can say anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// Nothing in particular.
    Nothing,
    /// The MCP server's answer to a request without a token.
    Probe,
    /// A 401 to a request without a token.
    Unauthorized,
    /// A Bearer challenge.
    Challenge,
    /// An answer to a request for protected resource metadata.
    PrmAttempt,
    /// A protected resource metadata document.
    Prm,
    /// An answer to a request for authorization server metadata.
    AsMetadataAttempt,
    /// An authorization server metadata document.
    AsMetadata,
    /// A registration exchange.
    Registration,
    /// A successful registration.
    Registered,
    /// An authorization request.
    Authorize,
    /// An authorization response at the redirect URI.
    Callback,
    /// A token request.
    TokenRequest,
    /// An answer to a token request.
    TokenAnswer,
    /// A token.
    Token,
    /// A token that is a JWT.
    Jwt,
    /// An answer of the MCP server to a request with a token.
    McpCall,
    /// A refresh request.
    Refresh,
    /// A 403 to a request with a token.
    Forbidden,
    /// A request with a DPoP proof.
    Proof,
    /// A device authorization.
    Device,
    /// A token exchange at an identity provider.
    Exchange,
    /// A token request with an assertion.
    Assertion,
    /// Opt-in negative probes.
    NegativeProbes,
}

impl Need {
    /// Why a rule with this need was not evaluated.
    #[must_use]
    pub const fn missing(self) -> &'static str {
        match self {
            Self::Nothing => "nothing was recorded",
            Self::Probe => "the MCP server has not answered a request without a token",
            Self::Unauthorized => "the MCP server did not answer 401 to a request without a token",
            Self::Challenge => "there was no Bearer challenge",
            Self::PrmAttempt => "no protected resource metadata was asked for",
            Self::Prm => "there is no protected resource metadata document",
            Self::AsMetadataAttempt => "no authorization server metadata was asked for",
            Self::AsMetadata => "there is no authorization server metadata document",
            Self::Registration => "no dynamic client registration took place",
            Self::Registered => "no client was registered dynamically",
            Self::Authorize => "no authorization request was made",
            Self::Callback => "no authorization response came back",
            Self::TokenRequest => "no token was asked for",
            Self::TokenAnswer => "the token endpoint has not answered",
            Self::Token => "no access token was issued",
            Self::Jwt => "there is no access token that is a JWT (an opaque one cannot be read)",
            Self::McpCall => "the MCP server has not answered a request with a token",
            Self::Refresh => "no refresh took place; turn it on with --refresh",
            Self::Forbidden => "the MCP server never answered 403 to a request with a token",
            Self::Proof => "no request carried a DPoP proof; turn them on with --dpop",
            Self::Device => "no device authorization took place",
            Self::Exchange => "no token exchange at an identity provider took place",
            Self::Assertion => "no token was asked for with an assertion",
            Self::NegativeProbes => "the negative probes were not run; turn them on with --probe",
        }
    }
}

/// What a rule says about itself.
#[derive(Debug, Clone, Copy)]
pub struct RuleInfo {
    /// Kebab-case, stable for ever.
    pub id: &'static str,
    /// One sentence without a full stop.
    pub summary: &'static str,
    /// Area.
    pub area: Area,
    /// Who must change something, unless the hit says otherwise.
    pub party: Party,
    /// Strength per revision.
    pub keywords: Keywords,
    /// What must have been recorded.
    pub needs: Need,
    /// Reference ids, most exact first.
    pub references: &'static [&'static str],
    /// How sure, unless the hit says otherwise.
    pub confidence: Confidence,
    /// Rules whose findings are consequences of this one.
    pub explains: &'static [&'static str],
    /// Ids of the corpus of real failures that it covers.
    pub corpus: &'static [&'static str],
    /// Requirement rows that it covers.
    pub requirements: &'static [&'static str],
    /// Which clients refuse, where known.
    pub clients: Option<&'static str>,
    /// Order among findings.
    pub order: Order,
}

/// Order among findings of the same exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// The document or message cannot be read as it should.
    Schema,
    /// It can be read and says something wrong.
    Semantics,
    /// Something failed here, and no closer rule knows why. Folds under any failure before it.
    CatchAll,
    /// A habit of widespread frameworks that stops nobody: after everything else that is no failure, so that it
    /// hides nothing.
    Habit,
    /// Hardening of the transport that has nothing to do with authorization: as late as a habit.
    Beside,
    /// The flow stopped, and no rule at all found a failure; else it is not reported.
    LastResort,
}

impl Order {
    /// Whether it is about something beside the authorization at hand, and must lead over nothing that is not.
    #[must_use]
    pub const fn is_aside(self) -> bool {
        matches!(self, Self::Habit | Self::Beside)
    }
}

impl RuleInfo {
    /// Defaults that most rules share.
    pub(crate) const BASE: Self = Self {
        id: "",
        summary: "",
        area: Area::Client,
        party: Party::Client,
        keywords: Keywords::all(Keyword::Practice),
        needs: Need::Nothing,
        references: &[],
        confidence: Confidence::Certain,
        explains: &[],
        corpus: &[],
        requirements: &[],
        clients: None,
        order: Order::Semantics,
    };
}

/// A rule: what it says about itself, its check, its page.
pub(crate) struct Rule {
    pub(crate) info: &'static RuleInfo,
    pub(crate) check: fn(&Context<'_>) -> Vec<Hit>,
    #[cfg_attr(
        not(feature = "pages"),
        expect(
            dead_code,
            reason = "the page is left out of builds that do not serve pages"
        )
    )]
    pub(crate) page: &'static str,
}
