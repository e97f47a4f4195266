//! The one binary: reads the command line and puts the parts together.
//!
//! One file per command. A command gives back its exit code; an error is told in words on standard error
//! and ends with 2, so that 1 keeps its meaning of "failures found" for the commands that judge.

mod backup;
mod check;
mod compare;
mod conformance_client;
mod crash;
mod explain;
mod export;
mod healthcheck;
mod lab;
mod limits;
mod logging;
mod matrix;
mod options;
mod replay;
mod report;
mod retention;
mod run;
mod schema;
mod serve;
mod sharing;
mod storage;
mod terminal;

use clap::{Parser, Subcommand};
use std::io::Write as _;
use std::process::ExitCode;

/// A visual debugger for MCP OAuth.
#[derive(Debug, Parser)]
#[command(name = "authscope", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    logging: logging::LoggingOptions,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(Box<serve::ServeArgs>),
    Check(Box<check::CheckArgs>),
    #[command(visible_alias = "analyse", alias = "analyze")]
    Replay(replay::ReplayArgs),
    Compare(compare::CompareArgs),
    Export(export::ExportArgs),
    Explain(explain::ExplainArgs),
    Lab(lab::LabArgs),
    Backup(backup::BackupArgs),
    Schema(schema::SchemaArgs),
    Healthcheck(healthcheck::HealthcheckArgs),
    /// Runs as the client of the MCP conformance suite, which starts it with the URL of its server.
    #[command(hide = true)]
    ConformanceClient(conformance_client::ConformanceArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    crash::tell_place_only();
    let result = match logging::start(&cli.logging) {
        Ok(()) => run(cli.command).await,
        Err(error) => Err(error),
    };
    result.unwrap_or_else(|error| {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(
            std::io::stderr(),
            "authscope: failed to {}",
            terminal::plain(&format!("{error:#}"))
        );
        ExitCode::from(2)
    })
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(*args).await,
        Command::Check(args) => check::run(*args).await,
        Command::Replay(args) => replay::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Lab(args) => lab::run(args).await,
        Command::Backup(args) => backup::run(args).await,
        Command::Healthcheck(args) => healthcheck::run(&args).await,
        Command::ConformanceClient(args) => conformance_client::run(args).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
