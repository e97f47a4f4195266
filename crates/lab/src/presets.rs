//! The targets a lab serves: healthy ones that look like servers in the field, and one for each fault.

use std::sync::LazyLock;

use serde::Serialize;

use crate::behaviour::Behaviour;
use crate::faults::{self, Fault};

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
    pub faults: Vec<&'static Fault>,
    /// Whether it makes sense only at the root of an origin.
    pub own_origin: bool,
    #[serde(skip)]
    configure: fn(&mut Behaviour),
}

impl Preset {
    pub(crate) fn apply(&self, behaviour: &mut Behaviour) {
        (self.configure)(behaviour);
        for fault in &self.faults {
            (fault.apply)(behaviour);
        }
    }

    const fn healthy(
        id: &'static str,
        title: &'static str,
        summary: &'static str,
        configure: fn(&mut Behaviour),
    ) -> Self {
        Self {
            id,
            title,
            summary,
            healthy: true,
            revision: "2025-11-25",
            faults: Vec::new(),
            own_origin: false,
            configure,
        }
    }

    fn broken(fault: &'static Fault) -> Self {
        Self {
            id: fault.id,
            title: fault.title,
            summary: fault.summary,
            healthy: false,
            revision: "2025-11-25",
            faults: vec![fault],
            own_origin: fault.own_origin,
            configure: |_| {},
        }
    }
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let mut presets = healthy();
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

fn healthy() -> Vec<Preset> {
    vec![Preset::healthy(
        "healthy",
        "A correct server",
        "Everything as MCP 2025-11-25 wants it: discovery, client documents and dynamic registration, PKCE, audience-bound JWTs.",
        |_| {},
    )]
}
