//! Every server under every revision and way of registration.

use crate::table::{self, Row};
use crate::{REDIRECT_URI, drive, skipped};
use authscope_model::event::Ending;
use authscope_model::transcript::Status;
use authscope_model::{Level, RegistrationChoice, RevisionChoice, SessionConfig, Transcript};
use authscope_tests::golden;
use authscope_tests::launcher::Server;
use authscope_tests::transcripts::{complaints, finding_line, story};
use tokio::task::JoinSet;

/// A way of registration.
#[derive(Clone, Copy)]
enum Way {
    Dynamic,
    Document,
    Preregistered,
}

impl Way {
    const fn title(self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Document => "client document",
            Self::Preregistered => "pre-registered",
        }
    }

    fn apply(self, config: &mut SessionConfig, document: &str) {
        match self {
            Self::Dynamic => config.registration = RegistrationChoice::Dcr,
            Self::Document => {
                config.registration = RegistrationChoice::Cimd;
                config.client_metadata_url = Some(document.into());
                config.redirect_uri = Some(REDIRECT_URI.into());
            }
            Self::Preregistered => {
                config.client_id = Some("pre".into());
                config.client_secret = Some("pre-secret".into());
                config.redirect_uri = Some(REDIRECT_URI.into());
            }
        }
    }
}

/// A server, and the warnings that are right about it.
struct Subject {
    name: &'static str,
    switches: &'static [(&'static str, &'static str)],
    ways: &'static [Way],
    /// Rule and why its warning is true of this server.
    allowed: &'static [(&'static str, &'static str)],
}

const SUBJECTS: &[Subject] = &[
    Subject {
        name: "ts-sdk",
        switches: &[],
        ways: &[Way::Dynamic],
        allowed: &[],
    },
    Subject {
        name: "ts-sdk",
        switches: &[("STRICT", "1")],
        ways: &[Way::Dynamic],
        allowed: &[],
    },
    Subject {
        name: "py-fastmcp",
        switches: &[],
        ways: &[Way::Dynamic],
        allowed: &[],
    },
    Subject {
        name: "oidc-provider",
        switches: &[("CIMD_LOCAL", "1")],
        ways: &[Way::Dynamic, Way::Document, Way::Preregistered],
        allowed: &[],
    },
    Subject {
        name: "canaille",
        switches: &[],
        ways: &[Way::Dynamic],
        allowed: &[(
            "token-audience-mismatch",
            "its tokens name the client id as audience, whatever the resource",
        )],
    },
];

/// Revisions, and whether the servers speak them.
const REVISIONS: &[(&str, bool)] = &[
    ("auto", true),
    ("2025-03-26", false),
    ("2025-06-18", true),
    ("2025-11-25", true),
    ("2026-07-28", false),
];

impl Subject {
    fn title(&self) -> String {
        let switches = self
            .switches
            .iter()
            .map(|(name, value)| format!(" `{name}={value}`"));
        format!("{}{}", self.name, switches.collect::<String>())
    }

    /// Runs everything against this server; rows for the page, and what is wrong.
    async fn rows(&self, document: &str) -> anyhow::Result<(Vec<Row>, Vec<String>)> {
        let server = Server::start(self.name, self.switches).await?;
        let (mut rows, mut wrong) = (Vec::new(), Vec::new());
        for way in self.ways {
            for (revision, spoken) in REVISIONS {
                let mut config = SessionConfig::new(server.value("mcp"));
                config.revision = RevisionChoice::parse(revision).unwrap_or_default();
                way.apply(&mut config, document);
                let transcript = drive(&server, config).await?;
                if *spoken && let Some(complaint) = self.complaint(&transcript) {
                    let (title, way) = (self.title(), way.title());
                    let story = story(&transcript);
                    wrong.push(format!("{title}, {way}, {revision}: {complaint}\n{story}"));
                }
                rows.push(Row {
                    server: self.title(),
                    revision,
                    registration: way.title(),
                    result: table::result(&transcript),
                    findings: table::findings(&transcript),
                });
            }
        }
        Ok((rows, wrong))
    }

    fn complaint(&self, transcript: &Transcript) -> Option<String> {
        if !matches!(transcript.status, Status::Finished(Ending::Complete, _)) {
            return Some("the flow is not complete".into());
        }
        let allowed = |rule: &str| self.allowed.iter().any(|(name, _)| *name == rule);
        let found = complaints(transcript);
        let first = found
            .iter()
            .find(|f| f.level == Level::Failure || !allowed(&f.rule));
        first.map(finding_line)
    }
}

#[tokio::test]
async fn every_server_under_every_revision() {
    if skipped() {
        return;
    }
    let documents = Server::start("_cimd", &[]).await.unwrap();
    let document = documents.value("client_id").to_owned();
    let mut runs = JoinSet::new();
    for (number, subject) in SUBJECTS.iter().enumerate() {
        let document = document.clone();
        runs.spawn(async move { (number, subject.rows(&document).await) });
    }
    let mut done = runs.join_all().await;
    done.sort_by_key(|(number, _)| *number);
    let (mut rows, mut complaints) = (Vec::new(), Vec::new());
    for (_, result) in done {
        let (more, wrong) = result.unwrap();
        rows.extend(more);
        complaints.extend(wrong);
    }
    let page = table::render(&rows);
    println!("{page}");
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
    golden::check("docs/servers.md", &page).unwrap();
}
