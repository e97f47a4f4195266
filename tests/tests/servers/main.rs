//! Ring `servers`: unmodified real servers, driven end to end, with their own login pages where they have some.
//!
//! The flow is complete, nothing fails, and of the warnings only those are allowed that a maintainer of the server would
//! accept. The table of all runs is `docs/servers.md`.

#![expect(
    clippy::unwrap_used,
    reason = "what these helpers run into is a failed test"
)]

mod matrix;
mod oidc_provider;
mod refresh;
mod table;

use authscope_engine::Leg;
use authscope_model::api::Command;
use authscope_model::event::Turn;
use authscope_model::transcript::Status;
use authscope_model::{SessionConfig, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::launcher::{self, Server};
use authscope_tests::person::{Consent, Person};

/// Where clients that the servers know beforehand are sent back to, by registration or by their document.
const REDIRECT_URI: &str = "http://127.0.0.1:33418/callback";

/// Says that the ring does not run here, and why.
fn skipped() -> bool {
    launcher::folder()
        .inspect_err(|why| say(&format!("skipped: {why}")))
        .is_err()
}

#[expect(
    clippy::print_stdout,
    reason = "what did not run must not look as if it had"
)]
fn say(text: &str) {
    println!("{text}");
}

/// Runs a flow; who signs in is the server's own user, or nobody where the server consents by itself. Where the browser
/// is not sent back, the run stays at the person's turn.
async fn drive(server: &Server, config: SessionConfig) -> anyhow::Result<Transcript> {
    let Some((login, password)) = server.value("login").split_once('/') else {
        let instance = Instance::start(Options::headless()).await?;
        return instance.finish(config).await;
    };
    let options = Options {
        leg: Leg::Person,
        ..Options::headless()
    };
    let instance = Instance::start(options).await?;
    let person = Person::new(login, password, Consent::Allow)?;
    let id = instance.run(config).await?;
    let mut signed_in = 0;
    loop {
        let rest = |t: &Transcript| t.is_finished() || t.turns.len() > signed_in;
        let transcript = instance.wait(&id, "a turn or the end", rest).await?;
        let Status::YourTurn(Turn::Authorize { redirect_uri, .. }) = &transcript.status else {
            return Ok(transcript);
        };
        signed_in = transcript.turns.len();
        let url = instance.engine.authorization_url(&id).await;
        let url = url.ok_or_else(|| anyhow::anyhow!("there is no authorization URL"))?;
        match person.sign_in(&url, redirect_uri).await {
            Ok(url) => instance.command(&id, Command::Callback { url }).await?,
            Err(why) => {
                say(&format!("not sent back: {why:#}"));
                return Ok(transcript);
            }
        }
    }
}
