//! Who may do what. The one place that decides it.
//!
//! Every handler that shows or changes a session takes an [`Access`] and says which [`Role`] it needs.
//! Whoever reaches the instance owns every session in it: it listens on loopback, or somebody put it
//! behind a public URL on purpose.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use std::convert::Infallible;

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
    const fn title(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Controller => "controller",
            Self::Owner => "owner",
        }
    }
}

/// The right of the one who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Access {
    role: Role,
}

impl Access {
    /// Refuses who has less than `needed`.
    pub(crate) fn require(self, needed: Role) -> Result<(), Problem> {
        if self.role >= needed {
            return Ok(());
        }
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            "not-allowed",
            "Your link does not allow this",
            format!(
                "This needs the role {}, and your link gives you the role {}. Ask the owner of the session \
                 for another link.",
                needed.title(),
                self.role.title()
            ),
        ))
    }
}

impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self { role: Role::Owner })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_allows_itself_and_what_is_below() {
        let viewer = Access { role: Role::Viewer };
        viewer.require(Role::Viewer).unwrap();
        let refused = viewer.require(Role::Controller).unwrap_err();
        assert_eq!(refused.status(), StatusCode::FORBIDDEN);
        let owner = Access { role: Role::Owner };
        owner.require(Role::Controller).unwrap();
    }
}
