//! One server under every revision and way of registration: which combinations make sense, and why not.

use crate::{RegistrationChoice, Revision, SessionConfig};

/// One combination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The revision.
    pub revision: Revision,
    /// The way of registration.
    pub registration: RegistrationChoice,
    /// Why it is not run; `None` when it is.
    pub skipped: Option<String>,
}

/// The ways of registration, in the order of the columns.
pub const WAYS: [RegistrationChoice; 3] = [
    RegistrationChoice::Dcr,
    RegistrationChoice::Cimd,
    RegistrationChoice::Preregistered,
];

/// The name of a way of registration, as in a configuration.
#[must_use]
pub const fn name(registration: RegistrationChoice) -> &'static str {
    match registration {
        RegistrationChoice::Auto => "auto",
        RegistrationChoice::Cimd => "cimd",
        RegistrationChoice::Dcr => "dcr",
        RegistrationChoice::Preregistered => "preregistered",
    }
}

/// Every combination for a configuration. `hosts_documents`: whether a client document can be served for it.
#[must_use]
pub fn plan(config: &SessionConfig, hosts_documents: bool) -> Vec<Planned> {
    let cells = Revision::ALL
        .into_iter()
        .flat_map(|revision| WAYS.map(|way| (revision, way)));
    cells
        .map(|(revision, registration)| Planned {
            revision,
            registration,
            skipped: match registration {
                RegistrationChoice::Cimd => no_document(config, revision, hosts_documents),
                RegistrationChoice::Preregistered if config.client_id.is_none() => {
                    Some("Needs a client id that the authorization server knows.".into())
                }
                _ => None,
            },
        })
        .collect()
}

fn no_document(config: &SessionConfig, revision: Revision, hosted: bool) -> Option<String> {
    if !revision.behaviour().cimd {
        let since = Revision::ALL.into_iter().find(|r| r.behaviour().cimd);
        let since = since
            .map(|r| format!(" They came with {r}."))
            .unwrap_or_default();
        return Some(format!(
            "{revision} does not know client id metadata documents.{since}"
        ));
    }
    (config.client_metadata_url.is_none() && !hosted)
        .then(|| "Needs the URL of a client id metadata document: none is served here.".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_has_a_reason() {
        let config = SessionConfig::new("https://mcp.example/mcp");
        let cells = plan(&config, true);
        assert_eq!(cells.len(), Revision::ALL.len() * WAYS.len());
        let reason = |revision, way| {
            let cell = cells
                .iter()
                .find(|c| c.revision == revision && c.registration == way);
            cell.unwrap().skipped.clone()
        };
        assert_eq!(reason(Revision::V2025_03_26, RegistrationChoice::Dcr), None);
        let cimd = reason(Revision::V2025_03_26, RegistrationChoice::Cimd).unwrap();
        assert!(cimd.contains("They came with 2025-11-25"), "{cimd}");
        assert_eq!(
            reason(Revision::V2026_07_28, RegistrationChoice::Cimd),
            None
        );
        assert!(reason(Revision::V2026_07_28, RegistrationChoice::Preregistered).is_some());
        let nobody = plan(&config, false);
        assert!(
            nobody
                .iter()
                .filter(|c| c.registration == RegistrationChoice::Cimd)
                .all(|c| c.skipped.is_some())
        );
    }
}
