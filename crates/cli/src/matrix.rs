//! `authscope check --matrix`: one target under every revision and way of registration, as a table of verdicts.

use crate::report::Report;
use crate::run::{self, Browser};
use authscope_model::config::SessionConfig;
use authscope_model::{RegistrationChoice, Revision, RevisionChoice};
use authscope_net::NetSettings;
use serde::Serialize;
use std::fmt::Write as _;

/// The whole table.
#[derive(Debug, Serialize)]
pub(crate) struct Matrix {
    /// URL of the MCP server.
    pub(crate) target: String,
    /// One run each.
    pub(crate) cells: Vec<Cell>,
}

/// One run.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    /// Revision asked for.
    pub(crate) revision: String,
    /// Registration asked for.
    pub(crate) registration: &'static str,
    /// Its report.
    pub(crate) report: Report,
}

/// Ways of registration that make sense for the configuration: CIMD needs a document that others can reach,
/// pre-registration a client id.
fn ways(config: &SessionConfig, revision: Revision) -> Vec<(RegistrationChoice, &'static str)> {
    let mut ways = vec![(RegistrationChoice::Dcr, "dcr")];
    if revision.behaviour().cimd && config.client_metadata_url.is_some() {
        ways.push((RegistrationChoice::Cimd, "cimd"));
    }
    if config.client_id.is_some() {
        ways.push((RegistrationChoice::Preregistered, "preregistered"));
    }
    ways
}

/// Runs every cell, one after the other: they share the target.
pub(crate) async fn run(config: &SessionConfig, net: &NetSettings) -> anyhow::Result<Matrix> {
    let mut cells = Vec::new();
    for revision in Revision::ALL {
        for (choice, registration) in ways(config, revision) {
            let mut config = config.clone();
            config.revision = RevisionChoice::from(revision);
            config.registration = choice;
            let outcome = run::run(config, net.clone(), Browser::None, |_| {}).await?;
            let report = Report::new(&outcome.transcript);
            cells.push(Cell {
                revision: revision.to_string(),
                registration,
                report,
            });
        }
    }
    Ok(Matrix {
        target: config.server_url.clone(),
        cells,
    })
}

impl Matrix {
    /// The worst exit code of the cells.
    pub(crate) fn exit_code(&self) -> u8 {
        let codes: Vec<u8> = self
            .cells
            .iter()
            .map(|cell| cell.report.exit_code())
            .collect();
        // Failures outrank runs that could not end.
        if codes.contains(&1) {
            1
        } else {
            codes.into_iter().max().unwrap_or(0)
        }
    }

    /// JSON for machines.
    pub(crate) fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// A table for people, then one line for each cell that is not a pass.
    pub(crate) fn text(&self) -> String {
        let mut out = format!(
            "{}\n\n{:<12} {:<15} {:<11} {:>8} {:>8}\n",
            self.target, "revision", "registration", "verdict", "failures", "warnings"
        );
        for cell in &self.cells {
            let (failures, warnings) = cell.report.counts();
            // Writing to a String cannot fail.
            let _ = writeln!(
                out,
                "{:<12} {:<15} {:<11} {failures:>8} {warnings:>8}",
                cell.revision, cell.registration, cell.report.verdict
            );
        }
        for cell in self
            .cells
            .iter()
            .filter(|cell| cell.report.verdict != "pass")
        {
            let _ = write!(
                out,
                "\n{} · {}: {}",
                cell.revision, cell.registration, cell.report.summary
            );
        }
        out.push('\n');
        out
    }
}
