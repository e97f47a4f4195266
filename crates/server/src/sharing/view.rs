//! What somebody sees of a session: everything, or what their link allows.
//!
//! Every event that leaves for somebody who is no owner goes through [`Right::show`]. Findings are computed on what was
//! recorded, so that everybody gets the same verdict, and lose personal values afterwards.

use crate::access::{Right, Role};
use crate::aside::aside;
use crate::problem::Problem;
use crate::state::AppState;
use authscope_model::api::{Diagnosis, SessionSummary};
use authscope_model::mask::personal;
use authscope_model::{Event, Finding, Transcript};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Personal values shorter than this are no needles: they would be found in ordinary words.
const NEEDLE: usize = 4;

impl Right {
    /// The event as this person may see it; `None` when it is not theirs to see.
    pub(crate) fn show(&self, event: Event) -> Option<Event> {
        if self.until.is_some_and(|until| event.seq > until) {
            return None;
        }
        if !self.hides_claims {
            return Some(event);
        }
        let text = serde_json::to_string(&event).ok()?;
        let masked = personal::masked(&text);
        if masked == text {
            return Some(event);
        }
        serde_json::from_str(&masked).ok()
    }

    fn is_everything(&self) -> bool {
        self.until.is_none() && !self.hides_claims
    }
}

/// A session as somebody may see it.
pub(crate) struct Seen {
    pub(crate) events: Vec<Event>,
    pub(crate) findings: Vec<Finding>,
    /// Of what is theirs to see.
    pub(crate) diagnosis: Diagnosis,
}

/// Reads a session for somebody.
pub(crate) async fn read(state: &AppState, id: &str, right: &Right) -> Result<Seen, Problem> {
    let mut events = state.store().events(id, 0, usize::MAX).await?;
    if let Some(until) = right.until {
        events.retain(|event| event.seq <= until);
    }
    let transcript = Transcript::from_events(&events);
    let judge = || {
        (
            authscope_rules::diagnosis(&transcript),
            authscope_rules::diagnose(&transcript),
        )
    };
    let (mut diagnosis, mut findings) = aside(judge);
    if !right.is_everything() && right.hides_claims {
        let text = serde_json::to_string(&events).unwrap_or_default();
        let values = personal::claims(&text);
        findings = without(&findings, &values).ok_or_else(Problem::internal)?;
        diagnosis = without(&diagnosis, &values).ok_or_else(Problem::internal)?;
        events = events
            .into_iter()
            .filter_map(|event| right.show(event))
            .collect();
    }
    Ok(Seen {
        events,
        findings,
        diagnosis,
    })
}

impl Seen {
    pub(crate) fn diagnosis(self) -> Diagnosis {
        self.diagnosis
    }

    /// What the list says about the session; of a frozen copy, what it would have said then.
    pub(crate) fn summary(&self, now: SessionSummary, right: &Right) -> SessionSummary {
        if right.until.is_none() {
            return SessionSummary {
                verdict: if right.hides_claims {
                    self.diagnosis.sentence.clone()
                } else {
                    now.verdict.clone()
                },
                ..now
            };
        }
        let status = match self.diagnosis.level.as_str() {
            level @ ("ready" | "running" | "paused" | "your_turn") => level,
            _ => "finished",
        };
        let transcript = Transcript::from_events(&self.events);
        SessionSummary {
            updated_at: self.events.last().map_or(now.created_at, |event| event.at),
            status: status.into(),
            verdict: self.diagnosis.sentence.clone(),
            failures: self.diagnosis.failures,
            warnings: self.diagnosis.warnings,
            exchanges: u32::try_from(transcript.exchanges.len()).unwrap_or(u32::MAX),
            ..now
        }
    }
}

/// A value without the personal values that its texts quote.
fn without<T: Serialize + DeserializeOwned>(value: &T, personal: &[(String, String)]) -> Option<T> {
    let mut text = serde_json::to_string(value).ok()?;
    text = personal::masked(&text);
    for (name, value) in personal
        .iter()
        .filter(|(_, value)| value.chars().count() >= NEEDLE)
    {
        let quoted = serde_json::to_string(value).ok()?;
        let needle = quoted.trim_matches('"');
        text = text.replace(needle, &format!("⟨{name} · personal⟩"));
    }
    serde_json::from_str(&text).ok()
}

/// A value that those who come by a link do not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Hidden {
    /// What is shown instead, without the brackets: kind, length and hash.
    pub(crate) what: String,
    /// How often it stands in the recording.
    pub(crate) times: u32,
    /// Whether the owner sees it, because it is masked on links only.
    pub(crate) on_links_only: bool,
}

/// What is hidden from somebody who watches.
pub(crate) fn hidden(events: &[Event], hides_claims: bool) -> Vec<Hidden> {
    let text = serde_json::to_string(events)
        .unwrap_or_default()
        .replace("%23", "#");
    let mut masks: BTreeMap<String, u32> = BTreeMap::new();
    for piece in text.split('⟨').skip(1) {
        if let Some((mask, _)) = piece.split_once('⟩').filter(|(mask, _)| mask.len() < 200) {
            *masks.entry(mask.to_owned()).or_default() += 1;
        }
    }
    let masked = masks.into_iter().map(|(what, times)| Hidden {
        what,
        times,
        on_links_only: false,
    });
    let claims = if hides_claims {
        personal::claims(&text)
    } else {
        Vec::new()
    };
    let claims = claims.into_iter().map(|(name, value)| Hidden {
        what: format!("{name} · personal claim · {} chars", value.chars().count()),
        times: 1,
        on_links_only: true,
    });
    masked.chain(claims).collect()
}

/// Whether personal claims are masked for somebody with this role.
pub(crate) fn hides_claims(role: Role, allowed: super::records::Allowed) -> bool {
    role < Role::Owner && !allowed.personal_claims
}
