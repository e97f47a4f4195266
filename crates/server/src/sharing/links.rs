//! Capability links: made, found, listed, revoked.
//!
//! A link's token is 256 random bits behind the names of its session and of itself; only a hash of it is stored, sealed
//! with the session, and compared in constant time. The names let one row be read instead of all, and are no secret.

use crate::access::Role;
use crate::problem::Problem;
use crate::state::AppState;
use authscope_model::Millis;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// What the names of sealed links begin with.
const LINKS: &str = "link/";
/// Links one session may have, revoked ones included.
const MOST: usize = 200;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Watch as it happens.
    Watch,
    /// Step, run, retry as well.
    Drive,
    /// What there was when the link was made, and nothing later.
    Snapshot,
    /// Everything: the way back for an owner whose browser lost its cookie.
    Owner,
}

impl Kind {
    pub(crate) const fn role(self) -> Role {
        match self {
            Self::Watch | Self::Snapshot => Role::Viewer,
            Self::Drive => Role::Controller,
            Self::Owner => Role::Owner,
        }
    }

    /// Seconds a link is valid when nothing is said. `None`: as long as the session.
    pub(crate) const fn lifetime(self) -> Option<u64> {
        match self {
            Self::Watch | Self::Drive => Some(24 * 3600),
            Self::Snapshot => Some(7 * 24 * 3600),
            Self::Owner => None,
        }
    }
}

/// A link as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    /// Its name within the session.
    pub(crate) id: String,
    pub(crate) kind: Kind,
    /// For whom, in the owner's words.
    pub(crate) name: String,
    pub(crate) made_at: Millis,
    pub(crate) ends_at: Option<Millis>,
    pub(crate) revoked_at: Option<Millis>,
    /// Of a snapshot: number of the last event in it.
    pub(crate) until: Option<u64>,
    /// Hash of the token.
    token: String,
}

/// Random bits for a token.
pub(crate) fn secret() -> Option<String> {
    let mut bytes = [0u8; 32];
    if let Err(error) = getrandom::fill(&mut bytes) {
        tracing::error!(%error, "no random bytes");
        return None;
    }
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

/// A hash to store instead of a secret of 256 random bits, or of a name.
pub(crate) fn hash(purpose: &str, value: &str) -> String {
    let digest = Sha256::new()
        .chain_update(purpose)
        .chain_update([0])
        .chain_update(value);
    let mut text = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether two texts are equal, in a time that does not tell where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    let differ = a
        .bytes()
        .zip(b.bytes())
        .fold(0, |differ, (a, b)| differ | (a ^ b));
    a.len() == b.len() && std::hint::black_box(differ) == 0
}

/// The session and the link that a token names.
pub(crate) fn parts(token: &str) -> Option<(&str, &str)> {
    let (names, _) = token.rsplit_once('.')?;
    names.rsplit_once('.')
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "unknown-link",
        "There is no such link",
        "Nothing is behind this link: it was cut or changed on its way, or it belongs to another authscope. Ask whoever sent it for the whole link.".into(),
    )
}

fn over(name: &str, title: &str, detail: &str) -> Problem {
    Problem::new(StatusCode::GONE, name, title, detail.into())
}

/// The session of this link was deleted.
pub(crate) fn deleted() -> Problem {
    over(
        "session-deleted",
        "This session was deleted",
        "Its owner deleted the session and everything recorded in it.",
    )
}

impl Link {
    /// Refuses a link that is over, in words.
    pub(crate) fn check(&self, now: Millis) -> Result<(), Problem> {
        if self.revoked_at.is_some() {
            return Err(over(
                "link-revoked",
                "This link was revoked",
                "Whoever shared the session has taken this link back. Ask them for another one.",
            ));
        }
        if self.ends_at.is_some_and(|end| end <= now) {
            return Err(over(
                "link-expired",
                "This link has ended",
                "The link was valid for a limited time, which is over. Ask whoever shared the session for another one.",
            ));
        }
        Ok(())
    }
}

/// Makes a link; returns it with its token, which is known to nobody afterwards.
pub(crate) async fn make(
    state: &AppState,
    session: &str,
    kind: Kind,
    name: &str,
    seconds: Option<u64>,
) -> Result<(Link, String), Problem> {
    let made = list(state, session).await?;
    if made.len() >= MOST {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "too-many-links",
            "This session has too many links",
            format!(
                "A session can have {MOST} links. Revoke all, which removes those that are over, and make the ones you need."
            ),
        ));
    }
    let random = secret().zip(secret()).ok_or_else(Problem::internal)?;
    let id: String = random
        .0
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(16)
        .collect();
    let token = format!("{session}.{id}.{}", random.1);
    let now = state.engine().now();
    let until = match kind {
        Kind::Snapshot => Some(state.store().last_seq(session).await?),
        _ => None,
    };
    let link = Link {
        token: hash("link", &token),
        id,
        kind,
        name: name.to_owned(),
        made_at: now,
        ends_at: seconds.map(|s| now.saturating_add(s.saturating_mul(1000))),
        revoked_at: None,
        until,
    };
    write(state, session, &link).await?;
    Ok((link, token))
}

async fn write(state: &AppState, session: &str, link: &Link) -> Result<(), Problem> {
    let bytes = serde_json::to_vec(link).map_err(|_| Problem::internal())?;
    Ok(state
        .store()
        .put_sealed(session, &format!("{LINKS}{}", link.id), &bytes)
        .await?)
}

/// The session and the link behind a token, when the link may be used now.
pub(crate) async fn open(state: &AppState, token: &str) -> Result<(String, Link), Problem> {
    let (session, id) = parts(token).ok_or_else(unknown)?;
    if state.runtime().was_deleted(session) {
        return Err(deleted());
    }
    let Some(link) = read(state, session, id).await? else {
        return Err(unknown());
    };
    if !same(&link.token, &hash("link", token)) {
        return Err(unknown());
    }
    link.check(state.engine().now())?;
    Ok((session.to_owned(), link))
}

/// A link by its name, whatever its state.
pub(crate) async fn read(
    state: &AppState,
    session: &str,
    id: &str,
) -> Result<Option<Link>, Problem> {
    let name = format!("{LINKS}{id}");
    match state.store().get_sealed(session, &name).await {
        Ok(bytes) => Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok())),
        Err(authscope_store::StoreError::UnknownSession(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The links of a session, the newest first.
pub(crate) async fn list(state: &AppState, session: &str) -> Result<Vec<Link>, Problem> {
    let rows = state.store().sealed_under(session, LINKS).await?;
    let mut links: Vec<Link> = rows
        .iter()
        .filter_map(|(_, bytes)| serde_json::from_slice(bytes).ok())
        .collect();
    links.sort_by(|a, b| (b.made_at, &b.id).cmp(&(a.made_at, &a.id)));
    Ok(links)
}

/// Takes a link back; false when there is none with this name.
pub(crate) async fn revoke(state: &AppState, session: &str, id: &str) -> Result<bool, Problem> {
    let Some(mut link) = read(state, session, id).await? else {
        return Ok(false);
    };
    link.revoked_at.get_or_insert(state.engine().now());
    write(state, session, &link).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_its_place() {
        assert_eq!(
            parts("s.with.dots.abc.secret"),
            Some(("s.with.dots", "abc"))
        );
        assert_eq!(parts("abc.secret"), None);
        assert_eq!(parts(""), None);
    }

    #[test]
    fn only_equal_texts_are_the_same() {
        assert!(same("abc", "abc"));
        for (a, b) in [("abc", "abd"), ("abc", "ab"), ("", "a")] {
            assert!(!same(a, b));
        }
    }

    #[test]
    fn secrets_have_256_bits_and_differ() {
        let (a, b) = (secret().unwrap(), secret().unwrap());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
    }
}
