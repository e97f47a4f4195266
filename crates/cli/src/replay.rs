//! `authscope replay`: judges a recording or a HAR file, without any server.

use crate::report::Report;
use crate::terminal;
use anyhow::Context as _;
use authscope_formats::import::{self, Imported};
use clap::{Args, ValueEnum};
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Judges a recording, or a HAR file of any tool, with today's rules and without any server.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArgs {
    /// Recording, as exported or written by `check --record`, or HAR file of a browser or proxy
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
    let report = Report::new(&open(&args.file)?.recording.transcript());
    let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let text = match args.format {
        ReplayFormat::Human => terminal::plain(&report.text(color)),
        ReplayFormat::Json => terminal::json(&report.json()) + "\n",
    };
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("write the report")?;
    Ok(ExitCode::from(report.exit_code()))
}

/// Reads a recording or a HAR file; secrets in it are masked.
pub(crate) fn open(path: &Path) -> anyhow::Result<Imported> {
    let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    import::read(&String::from_utf8_lossy(&bytes))
        .with_context(|| format!("open {}", path.display()))
}
