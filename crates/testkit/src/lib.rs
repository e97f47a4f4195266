//! Fixtures for tests: recordings written as HTTP text.
//!
//! A fixture is a healthy flow with some steps written out differently, so that an example shows only what
//! matters:
//!
//! ```text
//! //- flow 2025-11-25 server=https://mcp.example.com/mcp
//! //- call probe
//! //- reply 401
//! www-authenticate: Bearer scope="files:read"
//!                   ^^^^^^^^^^^^^^^^^^^^^^^^^
//! //- call token …&resource=https%3A%2F%2Fother.example
//! //- reply 400
//!
//! {"error":"invalid_target"}
//! //- stop
//! ```
//!
//! | directive | meaning |
//! |---|---|
//! | `flow REVISION key=value …` | the healthy flow to begin with; keys in [`Settings`] |
//! | `call STEP [METHOD] [URL]` | this step is different, or is added where it belongs |
//! | `then STEP [METHOD] [URL]` | a further step at the end |
//! | `reply STATUS`, `failed KIND TEXT`, `unseen` | what came back; headers, blank line, body follow |
//! | `cut KIND` | the body of the reply is not complete: `timeout`, `connection_lost`, `framing`, `cap` |
//! | `without NAME` | a header, JSON member or parameter of the section is taken out |
//! | `drop STEP`, `stop` | leave a step out; end the flow after the step above |
//! | `fact JSON`, `config JSON`, `decision JSON`, `end ENDING TEXT` | further events |
//!
//! A body that begins with `{ …,` is laid over the healthy document, one with `…&` over the healthy form,
//! a URL with `…&` over the healthy query. `{{jwt {"aud":"x"}}}` is an access token with these claims.
//! A line of carets marks the evidence a test expects in the line above.

mod base;
mod build;
mod events;
mod grants;
mod healthy;
mod overlay;
mod page;
mod parse;
#[cfg(unix)]
pub mod postgres;
mod random;

pub use base::Settings;
pub use build::{Annotation, Fixture};
pub use page::{Example, examples};
pub use random::Random;

/// Reads a fixture.
///
/// # Errors
/// A sentence with the line that cannot be read.
pub fn fixture(text: &str) -> Result<Fixture, String> {
    build::build(&parse::parse(text)?)
}
