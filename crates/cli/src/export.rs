//! `authscope export`: a recording or HAR file in another format.

use crate::replay::open;
use anyhow::Context as _;
use authscope_formats::export::{self, Format};
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Writes a recording (or a HAR file) in another format, without any server.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExportArgs {
    /// Recording, or HAR file of any tool
    file: PathBuf,
    /// Format to write
    #[arg(long, value_parser = PossibleValuesParser::new(Format::ALL.map(Format::id)))]
    format: String,
    /// Write to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let format = Format::parse(&args.format).context("know the format")?;
    let text = export::export(format, &open(&args.file)?.recording);
    match &args.out {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("write --out {}", path.display()))?
        }
        None => std::io::stdout()
            .write_all(text.as_bytes())
            .context("write the export")?,
    }
    Ok(ExitCode::SUCCESS)
}
