//! `authscope check --matrix`: one target under every revision and way of registration, as a table of verdicts.

use crate::report::Report;
use crate::run::{self, Browser};
use authscope_model::config::SessionConfig;
use authscope_model::{RevisionChoice, matrix};
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
    /// Combinations that make no sense, with the reason.
    pub(crate) skipped: Vec<Skipped>,
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

/// A combination that is not run.
#[derive(Debug, Serialize)]
pub(crate) struct Skipped {
    /// Revision.
    pub(crate) revision: String,
    /// Registration.
    pub(crate) registration: &'static str,
    /// Why.
    pub(crate) reason: String,
}

/// Runs every cell that makes sense, one after the other: they share the target.
pub(crate) async fn run(
    config: &SessionConfig,
    net: &NetSettings,
    limit: u64,
) -> anyhow::Result<Matrix> {
    let mut matrix = Matrix {
        target: config.server_url.clone(),
        cells: Vec::new(),
        skipped: Vec::new(),
    };
    for planned in matrix::plan(config, false) {
        let (revision, registration) = (
            planned.revision.to_string(),
            matrix::name(planned.registration),
        );
        if let Some(reason) = planned.skipped {
            matrix.skipped.push(Skipped {
                revision,
                registration,
                reason,
            });
            continue;
        }
        let mut config = config.clone();
        config.revision = RevisionChoice::from(planned.revision);
        config.registration = planned.registration;
        let outcome = run::run(config, net.clone(), Browser::None, limit, |_| {}).await?;
        matrix.cells.push(Cell {
            revision,
            registration,
            report: Report::new(&outcome.transcript),
        });
    }
    Ok(matrix)
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
        for skipped in &self.skipped {
            let _ = writeln!(
                out,
                "{:<12} {:<15} not run: {}",
                skipped.revision, skipped.registration, skipped.reason
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
