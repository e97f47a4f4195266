//! The targets a lab serves: healthy ones that look like servers in the field, and one for each fault.

mod clients;
mod discovery;
pub(crate) mod grants;
mod server;
mod tokens;

use std::sync::LazyLock;

use serde::Serialize;

use crate::behaviour::Behaviour;
use crate::faults::{self, Fault};
use crate::how::How;

pub(crate) use server::stateless;

/// A ready-made configuration of the two servers.
#[derive(Debug, Clone, Serialize)]
pub struct Preset {
    /// Kebab-case id, part of its URLs.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// One sentence about it.
    pub summary: &'static str,
    /// Whether a correct client finds nothing wrong.
    pub healthy: bool,
    /// The MCP revision it is meant for.
    pub revision: &'static str,
    /// Its faults; empty if it is healthy.
    pub faults: &'static [Fault],
    /// Id and secret of the client to use, where clients cannot register themselves.
    pub client: Option<(&'static str, &'static str)>,
    /// How a token is meant to be obtained.
    pub how: How,
    /// Whether it makes sense only at the root of an origin.
    pub own_origin: bool,
    #[serde(skip)]
    configure: fn(&mut Behaviour),
}

impl Preset {
    pub(crate) fn apply(&self, behaviour: &mut Behaviour) {
        (self.configure)(behaviour);
        for fault in self.faults {
            (fault.apply)(behaviour);
        }
    }

    /// The preset of a single fault.
    fn broken(fault: &'static Fault) -> Self {
        Self {
            id: fault.id,
            title: fault.title,
            summary: fault.summary,
            healthy: false,
            revision: fault.revision,
            faults: std::slice::from_ref(fault),
            client: fault.client,
            how: fault.how,
            own_origin: fault.own_origin,
            configure: |_| {},
        }
    }
}

/// The target that has nothing special; the others change what differs.
const HEALTHY: Preset = Preset {
    id: "healthy",
    title: "A correct server",
    summary: "Everything as MCP 2025-11-25 wants it: discovery, client documents and registration, PKCE, audience-bound JWTs.",
    healthy: true,
    revision: "2025-11-25",
    faults: &[],
    client: None,
    how: How::Code,
    own_origin: false,
    configure: |_| {},
};

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let healthy = [
        &[HEALTHY],
        discovery::PRESETS,
        clients::PRESETS,
        tokens::PRESETS,
        grants::PRESETS,
        server::PRESETS,
    ];
    let mut presets: Vec<Preset> = healthy.concat();
    presets.extend(faults::faults().map(Preset::broken));
    presets
});

/// All presets: the healthy ones, then one for each fault.
#[must_use]
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

/// One preset by its id.
#[must_use]
pub fn preset(id: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.id == id)
}
