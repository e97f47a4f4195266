//! `authscope replay`: judges a recording again, without any server.

use crate::report::Report;
use anyhow::Context as _;
use authscope_model::Recording;
use clap::{Args, ValueEnum};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// Judges a recording again, with today's rules, without any server.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArgs {
    /// Recording file, as exported or written by `check --record`
    file: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = ReplayFormat::Human)]
    format: ReplayFormat,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReplayFormat {
    /// Text for people
    Human,
    /// JSON, see docs/report.schema.json
    Json,
}

/// Runs the command.
pub(crate) fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(&args.file)
        .with_context(|| format!("read {}", args.file.display()))?;
    let report = Report::new(&Recording::parse(&text)?.transcript());
    let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let text = match args.format {
        ReplayFormat::Human => report.text(color),
        ReplayFormat::Json => report.json() + "\n",
    };
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("write the report")?;
    Ok(ExitCode::from(report.exit_code()))
}
