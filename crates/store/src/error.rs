//! Why the store could not do something, in words.

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No session has this id.
    #[error(
        "find the session {0:?}: there is none with that id; it was deleted, or the link is cut"
    )]
    UnknownSession(String),
    /// The id is taken.
    #[error("make the session {0:?}: the id is taken")]
    SessionExists(String),
}
