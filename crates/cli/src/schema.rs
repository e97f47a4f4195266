//! `authscope schema`: the JSON Schemas of the formats, generated from the types that write them.
//!
//! The copies in `docs/` are golden files; `UPDATE_GOLDEN=1` rewrites them.

use crate::report::Report;
use authscope_model::Recording;
use clap::{Args, ValueEnum};
use std::io::Write as _;
use std::process::ExitCode;

/// Prints the JSON Schema of a format.
#[derive(Debug, Clone, Args)]
pub(crate) struct SchemaArgs {
    /// Which format
    #[arg(value_enum)]
    format: Schema,
}

/// Formats with a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Schema {
    /// The report of `check --format json`
    Report,
    /// The recording file
    Recording,
}

impl Schema {
    fn text(self) -> String {
        let schema = match self {
            Self::Report => schemars::schema_for!(Report),
            Self::Recording => schemars::schema_for!(Recording),
        };
        serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
    }
}

/// Runs the command.
pub(crate) fn run(args: &SchemaArgs) -> anyhow::Result<ExitCode> {
    std::io::stdout().write_all(args.format.text().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schemas_are_current() {
        for (schema, name) in [(Schema::Report, "report"), (Schema::Recording, "recording")] {
            let path = format!(
                "{}/../../docs/{name}.schema.json",
                env!("CARGO_MANIFEST_DIR")
            );
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                std::fs::write(&path, schema.text()).unwrap();
            }
            let published = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(
                published,
                schema.text(),
                "{path} is not current; run with UPDATE_GOLDEN=1"
            );
        }
    }
}
