//! What became of every rule: found something, found everything in order, or could not run and why. The answer to
//! "why is there no finding here".

use crate::context::Context;
use crate::rule::{Area, RuleInfo};
use crate::{catalogue, diagnose};
use authscope_model::{Finding, Phase, StepKind, Transcript};

/// What became of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It found something, at these steps (evidence and related evidence).
    Found {
        /// Numbers of the exchanges, in order.
        steps: Vec<u32>,
    },
    /// It ran, and everything is in order.
    Passed,
    /// It could not run. The reason, as the end of a sentence.
    NotEvaluated(String),
}

/// A rule and what became of it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The rule.
    pub info: &'static RuleInfo,
    /// What became of it.
    pub outcome: Outcome,
}

/// Every rule of the catalogue, in its order.
#[must_use]
pub fn checked(transcript: &Transcript) -> Vec<Checked> {
    let findings = diagnose(transcript);
    let context = Context::new(transcript);
    catalogue()
        .iter()
        .copied()
        .map(|info| Checked {
            info,
            outcome: outcome(&context, info, &findings),
        })
        .collect()
}

/// The rules that look at one exchange; none when there is no such exchange.
///
/// A rule looks at a step when its area has to do with the step, or when it found something there.
#[must_use]
pub fn checked_at(transcript: &Transcript, exchange: u32) -> Vec<Checked> {
    let Some(step) = transcript.exchange(exchange).map(|e| e.step) else {
        return Vec::new();
    };
    let mut list = checked(transcript);
    list.retain(|checked| {
        let here =
            matches!(&checked.outcome, Outcome::Found { steps } if steps.contains(&exchange));
        here || checked.info.area.looks_at(step)
    });
    list
}

fn outcome(context: &Context<'_>, info: &'static RuleInfo, findings: &[Finding]) -> Outcome {
    let mut steps: Vec<u32> = findings
        .iter()
        .filter(|finding| finding.rule == info.id)
        .flat_map(|finding| std::iter::once(&finding.evidence).chain(&finding.related))
        .map(|evidence| evidence.exchange)
        .collect();
    if !steps.is_empty() {
        steps.sort_unstable();
        steps.dedup();
        return Outcome::Found { steps };
    }
    let revision = context.revision();
    if info.keywords.of(revision).is_none() {
        return Outcome::NotEvaluated(format!("revision {revision} has no such requirement"));
    }
    context.lacks(info.needs).map_or(Outcome::Passed, |reason| {
        Outcome::NotEvaluated(reason.to_owned())
    })
}

impl Area {
    /// Whether the rules of the area look at steps of this kind.
    #[must_use]
    pub fn looks_at(self, step: StepKind) -> bool {
        let phase = step.phase();
        match self {
            Self::Tls | Self::Transport | Self::Proxy => {
                !matches!(step, StepKind::Callback | StepKind::Resend)
            }
            Self::Challenge => matches!(phase, Phase::Probe),
            Self::Prm => matches!(phase, Phase::DiscoverResource),
            Self::AsMetadata => matches!(phase, Phase::DiscoverAuthorizationServer),
            Self::Issuer => {
                matches!(phase, Phase::DiscoverAuthorizationServer | Phase::Callback)
            }
            Self::Registration => {
                matches!(phase, Phase::Register)
                    || matches!(
                        step,
                        StepKind::ClientDocumentFetch | StepKind::ClientJwksFetch
                    )
            }
            Self::Authorize => matches!(phase, Phase::Authorize),
            Self::Callback => matches!(phase, Phase::Callback),
            Self::Pkce => matches!(phase, Phase::Authorize | Phase::Token),
            Self::Token => matches!(phase, Phase::Token),
            Self::Grants => matches!(
                step,
                StepKind::DeviceAuthorization
                    | StepKind::DevicePoll
                    | StepKind::TokenExchange
                    | StepKind::JwtBearer
            ),
            Self::Dpop => matches!(phase, Phase::Token | Phase::Call),
            Self::Scope => matches!(
                phase,
                Phase::Probe
                    | Phase::DiscoverResource
                    | Phase::DiscoverAuthorizationServer
                    | Phase::Authorize
                    | Phase::Token
                    | Phase::Call
            ),
            Self::Audience => matches!(
                phase,
                Phase::DiscoverResource | Phase::Authorize | Phase::Token | Phase::Call
            ),
            Self::TokenUse => matches!(phase, Phase::Call),
            Self::Refresh => matches!(phase, Phase::Lifecycle),
            Self::StepUp => matches!(phase, Phase::Call | Phase::StepUp),
            Self::Probes | Self::Cors => matches!(phase, Phase::NegativeProbes),
            Self::Client => matches!(phase, Phase::Authorize | Phase::Token | Phase::Call),
            Self::Provider => {
                matches!(phase, Phase::Authorize | Phase::Callback | Phase::Token)
            }
        }
    }
}
