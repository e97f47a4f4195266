//! Who may do what. The one place that decides it.
//!
//! Every handler that shows or changes a session takes an [`Access`] and asks it for that session ([`Access::on`]);
//! handlers that belong to no session ask with [`Access::require`]. In order:
//!
//! 1. The browser (or the person a trusted proxy names) that made a session owns it.
//! 2. A link gives its role on its session, as long as it is neither over nor revoked.
//! 3. On a machine of one's own ([`crate::Sharing::owned`] is off) everybody else is an owner too.
//!
//! An owner who previews a session has a viewer's right until the preview ends.

use crate::problem::Problem;
use crate::sharing::identity::{Identity, cookie};
use crate::sharing::links::{self, Link, hash, same};
use crate::sharing::{records, view};
use crate::state::AppState;
use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use std::convert::Infallible;

/// Holds the token of a link, for the API of its session.
pub(crate) const LINK_COOKIE: &str = "authscope_link";
/// Says that an owner looks at the session as a viewer.
pub(crate) const PREVIEW_COOKIE: &str = "authscope_preview";

/// What somebody may do with a session; each role includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Look at it.
    Viewer,
    /// Step, run, retry.
    Controller,
    /// Everything.
    Owner,
}

impl Role {
    /// Its name.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Controller => "controller",
            Self::Owner => "owner",
        }
    }
}

/// The right somebody has on one session.
#[derive(Debug, Clone)]
pub(crate) struct Right {
    pub(crate) role: Role,
    /// The link it comes from.
    pub(crate) link: Option<Link>,
    /// Number of the last event they may see.
    pub(crate) until: Option<u64>,
    /// Whether claims about a person are masked.
    pub(crate) hides_claims: bool,
    /// Whether an owner looks at it as a viewer.
    pub(crate) preview: bool,
}

impl Right {
    const OWNER: Self = Self {
        role: Role::Owner,
        link: None,
        until: None,
        hides_claims: false,
        preview: false,
    };
}

/// Who asks, before it is known for what.
#[derive(Clone)]
pub(crate) struct Access {
    state: AppState,
    pub(crate) who: Identity,
    link: Option<String>,
    preview: bool,
}

fn refused(needed: Role, role: Role) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not-allowed",
        "Your link does not allow this",
        format!(
            "This needs the role {}, and your link gives you the role {}. Ask the owner of the session \
             for another link.",
            needed.title(),
            role.title()
        ),
    )
}

fn not_yours() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not-yours",
        "This session belongs to somebody else",
        "Sessions here are seen by whoever made them, in the browser they were made with, and by those who got a link. \
         Ask the owner for a link, or open your recovery link."
            .into(),
    )
}

impl Access {
    /// Refuses who has less than `needed` on what belongs to the whole instance.
    pub(crate) fn require(&self, needed: Role) -> Result<(), Problem> {
        let guest = self.link.is_some() || self.preview;
        if guest && needed > Role::Viewer {
            return Err(refused(needed, Role::Viewer));
        }
        if self.state.sharing().owned {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "shared-instance",
                "This is for an instance of one's own",
                "What is kept here beyond sessions would be seen and used by everybody on this authscope, so a shared one keeps none of it.".into(),
            ));
        }
        Ok(())
    }

    /// Refuses who may not make sessions here.
    pub(crate) fn may_create(&self) -> Result<(), Problem> {
        let sharing = self.state.sharing();
        if sharing.owned && sharing.user_header.is_some() && self.who.user.is_none() {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "not-signed-in",
                "Nobody is signed in",
                "Sessions are made by people who signed in at the proxy in front of this authscope, and it named nobody. Open authscope by its public address.".into(),
            ));
        }
        Ok(())
    }

    /// The right on a session, when it is `needed` or more.
    pub(crate) async fn on(&self, id: &str, needed: Role) -> Result<Right, Problem> {
        let right = self.right(id).await?;
        match right.role >= needed {
            true => Ok(right),
            false => Err(refused(needed, right.role)),
        }
    }

    /// The right on a session.
    pub(crate) async fn right(&self, id: &str) -> Result<Right, Problem> {
        if self.state.runtime().was_deleted(id) {
            return Err(links::deleted());
        }
        let owner = match self.owns(id).await? {
            true => true,
            false => match self.link_to(id) {
                Some(token) => return self.by_link(id, token).await,
                None => !self.state.sharing().owned,
            },
        };
        match (owner, self.preview) {
            (false, _) => Err(not_yours()),
            (true, false) => Ok(Right::OWNER),
            (true, true) => {
                let allowed = records::allowed(&self.state, id).await?;
                Ok(Right {
                    role: Role::Viewer,
                    hides_claims: view::hides_claims(Role::Viewer, allowed),
                    preview: true,
                    ..Right::OWNER
                })
            }
        }
    }

    /// Whether they would own the session without a preview.
    pub(crate) async fn owns_or_local(&self, id: &str) -> Result<bool, Problem> {
        Ok(self.owns(id).await? || (!self.state.sharing().owned && self.link_to(id).is_none()))
    }

    fn link_to(&self, id: &str) -> Option<&str> {
        let token = self.link.as_deref()?;
        links::parts(token).filter(|(session, _)| *session == id)?;
        Some(token)
    }

    async fn by_link(&self, id: &str, token: &str) -> Result<Right, Problem> {
        let (_, link) = links::open(&self.state, token).await?;
        let role = link.kind.role();
        let allowed = records::allowed(&self.state, id).await?;
        Ok(Right {
            role,
            until: link.until,
            hides_claims: view::hides_claims(role, allowed),
            link: Some(link),
            preview: false,
        })
    }

    async fn owns(&self, id: &str) -> Result<bool, Problem> {
        let mut owns = false;
        for key in &self.who.keys {
            let stored = self.state.store().get_sealed(id, &owner_row(key)).await?;
            owns |= stored.is_some_and(|stored| same(&String::from_utf8_lossy(&stored), key));
        }
        if self.who.keys.is_empty() {
            // A session that is not there is told as such.
            self.state.store().session(id).await?;
        }
        Ok(owns)
    }

    /// Makes a session theirs.
    pub(crate) async fn own(&self, id: &str) -> Result<(), Problem> {
        let Some(key) = self.who.key() else {
            return Ok(());
        };
        let store = self.state.store();
        store
            .put_sealed(id, &owner_row(key), key.as_bytes())
            .await?;
        Ok(store.keep(&owned_by(key), id, b"").await?)
    }

    /// Ids of the sessions that are theirs; `None` when all are.
    pub(crate) async fn sessions(&self) -> Result<Option<Vec<String>>, Problem> {
        if !self.state.sharing().owned {
            return Ok(None);
        }
        let mut ids = Vec::new();
        for key in &self.who.keys {
            let kept = self.state.store().kept(&owned_by(key)).await?;
            ids.extend(kept.into_iter().map(|(id, _)| id));
        }
        ids.sort();
        ids.dedup();
        Ok(Some(ids))
    }

    /// A session in their list is gone.
    pub(crate) async fn forget(&self, id: &str) -> Result<(), Problem> {
        for key in &self.who.keys {
            self.state.store().forget(&owned_by(key), id).await?;
        }
        Ok(())
    }

    /// How they are named in the audit list and under notes.
    pub(crate) fn name(&self, right: &Right) -> String {
        match (&self.who.user, &right.link) {
            (Some(user), _) => user.clone(),
            (None, Some(link)) if !link.name.is_empty() => link.name.clone(),
            _ => right.role.title().to_owned(),
        }
    }
}

fn owner_row(key: &str) -> String {
    format!("owner/{}", key.get(..32).unwrap_or(key))
}

/// The kind under which a person's sessions are listed. A hash again: the list of hashes opens nothing.
fn owned_by(key: &str) -> String {
    format!("owned/{}", hash("owned", key))
}

impl FromRequestParts<AppState> for Access {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self {
            state: state.clone(),
            who: parts
                .extensions
                .get::<Identity>()
                .cloned()
                .unwrap_or_default(),
            link: cookie(&parts.headers, LINK_COOKIE),
            preview: cookie(&parts.headers, PREVIEW_COOKIE).is_some(),
        })
    }
}
