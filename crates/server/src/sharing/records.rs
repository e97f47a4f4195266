//! The audit list, the notes and the settings of a shared session, sealed with it.

use crate::problem::Problem;
use crate::sharing::links::secret;
use crate::state::AppState;
use authscope_model::Millis;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const AUDIT: &str = "audit/";
const NOTES: &str = "note/";
const SETTINGS: &str = "sharing";

/// Something an owner must be able to look up later.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Audit {
    /// When (ms since the epoch).
    #[schema(value_type = u64)]
    pub(crate) at: Millis,
    /// Who: `owner`, or the name a proxy gave.
    pub(crate) who: String,
    /// What was done, one sentence without any secret.
    pub(crate) what: String,
}

/// A note at a step.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Note {
    /// Its id.
    pub(crate) id: String,
    /// Number of the step.
    pub(crate) step: u32,
    /// Who wrote it.
    pub(crate) who: String,
    /// When (ms since the epoch).
    #[schema(value_type = u64)]
    pub(crate) at: Millis,
    /// Plain text, secrets masked.
    pub(crate) text: String,
}

/// What the owner allows those who come by a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allowed {
    /// They see the claims of JWTs that tell who somebody is.
    #[serde(default)]
    pub(crate) personal_claims: bool,
}

fn short() -> Result<String, Problem> {
    let random = secret().ok_or_else(Problem::internal)?;
    Ok(random
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(12)
        .collect())
}

async fn put<T: Serialize>(
    state: &AppState,
    session: &str,
    name: &str,
    value: &T,
) -> Result<(), Problem> {
    let bytes = serde_json::to_vec(value).map_err(|_| Problem::internal())?;
    Ok(state.store().put_sealed(session, name, &bytes).await?)
}

async fn all<T: DeserializeOwned>(
    state: &AppState,
    session: &str,
    prefix: &str,
) -> Result<Vec<T>, Problem> {
    let rows = state.store().sealed_under(session, prefix).await?;
    Ok(rows
        .iter()
        .filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok())
        .collect())
}

/// Writes a line of the audit list; what it tells about happens only when this succeeded.
pub(crate) async fn audit(
    state: &AppState,
    session: &str,
    who: &str,
    what: String,
) -> Result<(), Problem> {
    let at = state.engine().now();
    let line = Audit {
        at,
        who: who.to_owned(),
        what,
    };
    put(
        state,
        session,
        &format!("{AUDIT}{at:014}-{}", short()?),
        &line,
    )
    .await
}

/// The audit list, the newest line first.
pub(crate) async fn audited(state: &AppState, session: &str) -> Result<Vec<Audit>, Problem> {
    let mut lines: Vec<Audit> = all(state, session, AUDIT).await?;
    lines.reverse();
    Ok(lines)
}

/// Notes of one session: more than anybody reads.
const MOST_NOTES: usize = 1_000;

/// Pins a note to a step.
pub(crate) async fn pin(
    state: &AppState,
    session: &str,
    who: &str,
    step: u32,
    text: &str,
) -> Result<Note, Problem> {
    if notes(state, session).await?.len() >= MOST_NOTES {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "too-many-notes",
            "The session has its notes full",
            format!(
                "A session keeps up to {MOST_NOTES} notes. Take away one that has done its work, then pin this one."
            ),
        ));
    }
    let at = state.engine().now();
    let note = Note {
        id: format!("{at:014}-{}", short()?),
        step,
        who: who.to_owned(),
        at,
        text: state.engine().masked_text(session, text).await?,
    };
    put(state, session, &format!("{NOTES}{}", note.id), &note).await?;
    Ok(note)
}

/// The notes of a session, in the order they were written.
pub(crate) async fn notes(state: &AppState, session: &str) -> Result<Vec<Note>, Problem> {
    all(state, session, NOTES).await
}

/// Takes a note away.
pub(crate) async fn unpin(state: &AppState, session: &str, note: &str) -> Result<(), Problem> {
    Ok(state
        .store()
        .delete_sealed(session, &format!("{NOTES}{note}"))
        .await?)
}

/// What the owner allows.
pub(crate) async fn allowed(state: &AppState, session: &str) -> Result<Allowed, Problem> {
    let bytes = state.store().get_sealed(session, SETTINGS).await?;
    Ok(bytes
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default())
}

/// Changes what the owner allows.
pub(crate) async fn allow(
    state: &AppState,
    session: &str,
    allowed: Allowed,
) -> Result<(), Problem> {
    put(state, session, SETTINGS, &allowed).await
}
