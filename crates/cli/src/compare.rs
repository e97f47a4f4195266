//! `authscope compare`: what differs between two recordings.

use anyhow::Context as _;
use authscope_compare::{Subject, compare, text};
use authscope_model::{Recording, Transcript};
use clap::{Args, ValueEnum};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Compares two recordings step by step: what changed, what is new, what is gone.
///
/// Steps are lined up by their kind; values that differ in every run (state, codes, dates, ids, masked tokens)
/// do not count. Exit codes: 0 nothing differs, 1 a step or a finding differs, 2 wrong usage or a file that
/// cannot be read.
#[derive(Debug, Clone, Args)]
pub(crate) struct CompareArgs {
    /// Recording of what was, as exported or written by `check --record`
    before: PathBuf,
    /// Recording of what is
    after: PathBuf,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Text,
    /// JSON, as the schema `Comparison` of docs/openapi.json
    Json,
}

/// Runs the command.
pub(crate) fn run(args: &CompareArgs) -> anyhow::Result<ExitCode> {
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    let found = (
        authscope_rules::diagnose(&before),
        authscope_rules::diagnose(&after),
    );
    let comparison = compare(
        Subject {
            transcript: &before,
            findings: &found.0,
        },
        Subject {
            transcript: &after,
            findings: &found.1,
        },
    );
    let out = match args.format {
        Format::Text => text(&comparison),
        Format::Json => serde_json::to_string_pretty(&comparison)? + "\n",
    };
    std::io::stdout()
        .write_all(out.as_bytes())
        .context("write the comparison")?;
    Ok(ExitCode::from(u8::from(comparison.differs())))
}

fn read(path: &Path) -> anyhow::Result<Transcript> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let recording =
        Recording::parse(&text).with_context(|| format!("compare {}", path.display()))?;
    Ok(recording.transcript())
}
