//! The one binary: reads the command line and puts the parts together.
//!
//! One file per command. A command gives back its exit code; an error is told in words on standard error
//! and ends with 2, so that 1 keeps its meaning of "failures found" for the commands that judge.

mod check;
mod conformance_client;
mod explain;
mod healthcheck;
mod lab;
mod logging;
mod matrix;
mod options;
mod replay;
mod report;
mod run;
mod schema;
mod serve;

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
    Replay(replay::ReplayArgs),
    Explain(explain::ExplainArgs),
    Lab(lab::LabArgs),
    Schema(schema::SchemaArgs),
    Healthcheck(healthcheck::HealthcheckArgs),
    /// Runs as the client of the MCP conformance suite, which starts it with the URL of its server.
    #[command(hide = true)]
    ConformanceClient(conformance_client::ConformanceArgs),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match logging::start(&cli.logging) {
        Ok(()) => run(cli.command).await,
        Err(error) => Err(error),
    };
    result.unwrap_or_else(|error| {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(std::io::stderr(), "authscope: failed to {error:#}");
        ExitCode::from(2)
    })
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(args) => serve::run(*args).await,
        Command::Check(args) => check::run(*args).await,
        Command::Replay(args) => replay::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Lab(args) => lab::run(args).await,
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
