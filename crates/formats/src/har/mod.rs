//! HAR 1.2, both ways.
//!
//! What HAR has no member for (which step it was, a failure in words) goes into members of our own, which
//! begin with an underscore as the format asks for; other tools step over them, our reader takes them.

mod read;
mod story;
mod traffic;
mod write;

pub(crate) use read::read;
pub use write::write;

/// The member of an entry that holds what only authscope knows.
const OWN: &str = "_authscope";
/// How a mask begins and ends in a percent-encoded URL.
const MASK: (&str, &str) = ("%E2%9F%A8", "%E2%9F%A9");
