//! `authscope check`: one flow, headless, a report, an exit code.

use crate::matrix;
use crate::options::{NetOptions, TIME_LIMIT, TargetOptions};
use crate::report::Report;
use crate::run::{self, Browser};
use crate::terminal;
use anyhow::Context as _;
use authscope_model::event::Turn;
use authscope_model::transcript::Status;
use authscope_model::{Recording, Transcript};
use authscope_net::GuardMode;
use authscope_protocol::flow::ProbeKind;
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs one flow without a browser tab and reports what is wrong.
///
/// The authorization leg follows plain HTTP redirects until the redirect URI, for servers that consent by
/// themselves; --browser opens the system's browser, --print-url prints the URL and waits. Exit codes: 0 no
/// failure, 1 failures found, 2 wrong usage, 3 not run to an end for reasons outside the target.
#[derive(Debug, Clone, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    net: NetOptions,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// In the text for people, also list the rules that found everything in order and those that could not
    /// run, with the reason; the JSON always has them
    #[arg(long)]
    checks: bool,
    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the recording to a file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Run under every revision and way of registration, and show the verdicts as a table
    #[arg(long, conflicts_with_all = ["browser", "print_url", "record"])]
    matrix: bool,
    /// Stop a run after so many seconds, with a report of what was found until then. The time a person takes in a
    /// browser is not limited
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = TIME_LIMIT,
        env = "AUTHSCOPE_TIME_LIMIT"
    )]
    time_limit: u64,
    /// Open the system's browser for the authorization leg
    #[arg(long, conflicts_with = "print_url")]
    browser: bool,
    /// Print the authorization URL and wait for the callback
    #[arg(long)]
    print_url: bool,
}

/// Output formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Human,
    /// JSON, see docs/report.schema.json
    Json,
}

/// Runs the command.
pub(crate) async fn run(args: CheckArgs) -> anyhow::Result<ExitCode> {
    let config = args.target.config()?;
    let browser = match (args.browser, args.print_url) {
        (true, _) => Browser::Open,
        (_, true) => Browser::Print,
        _ => Browser::None,
    };
    let net = args.net.settings(GuardMode::Local)?;
    if let Some(words) = args.target.document_warning() {
        warn(&words);
    }
    if args.matrix {
        let matrix = matrix::run(&config, &net, args.time_limit).await?;
        let text = match args.format {
            Format::Human => terminal::plain(&matrix.text()),
            Format::Json => terminal::json(&matrix.json()) + "\n",
        };
        write_out(args.out.as_deref(), &text)?;
        return Ok(ExitCode::from(matrix.exit_code()));
    }
    if config.probe {
        announce_probes();
    }
    let mut progress = Progress::new();
    let show = |transcript: &Transcript| progress.show(transcript);
    let outcome = run::run(config, net, browser, args.time_limit, show).await?;
    progress.clear();
    if let Some(path) = &args.record {
        let recording = serde_json::to_vec_pretty(&Recording::new(outcome.events))?;
        std::fs::write(path, recording)
            .with_context(|| format!("write --record {}", path.display()))?;
    }
    let report = Report::new(&outcome.transcript);
    emit(&args, &report)?;
    Ok(ExitCode::from(report.exit_code()))
}

/// Something to know before the run. On standard error: a report on standard output stays one.
#[expect(
    clippy::print_stderr,
    reason = "the person at the terminal must see it before anything is sent"
)]
fn warn(words: &str) {
    eprintln!("warning: {words}");
}

/// What the active probes may do to a server, said before anything is sent.
#[expect(
    clippy::print_stderr,
    reason = "the report alone goes to standard output"
)]
fn announce_probes() {
    let mut effects: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for probe in ProbeKind::ALL {
        let names = effects.entry(probe.side_effect()).or_default();
        names.push(probe.name());
    }
    eprintln!("--probe: at the end of the flow these requests are sent, one after the other:");
    for (effect, names) in effects {
        eprintln!("  {}\n      {effect}", names.join(", "));
    }
}

fn emit(args: &CheckArgs, report: &Report) -> anyhow::Result<()> {
    let color = args.out.is_none()
        && std::io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none();
    let text = match args.format {
        Format::Human if args.checks => {
            terminal::plain(&(report.text(color) + &report.checks_text()))
        }
        Format::Human => terminal::plain(&report.text(color)),
        Format::Json => terminal::json(&report.json()) + "\n",
    };
    write_out(args.out.as_deref(), &text)
}

fn write_out(path: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match path {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("write --out {}", path.display()))
        }
        None => std::io::stdout()
            .write_all(text.as_bytes())
            .context("write the report"),
    }
}

/// The live line on a terminal.
struct Progress {
    on: bool,
}

impl Progress {
    fn new() -> Self {
        Self {
            on: std::io::stderr().is_terminal(),
        }
    }

    fn show(&mut self, transcript: &Transcript) {
        if !self.on {
            return;
        }
        let text = match &transcript.status {
            Status::Running(Some(out)) => {
                format!("{:>3}  {} {}", out.exchange, out.method, out.url)
            }
            Status::YourTurn(Turn::DeviceCode { .. }) => "your turn: enter the code".to_owned(),
            Status::YourTurn(_) => "your turn: sign in in the browser".to_owned(),
            _ => return,
        };
        let short: String = terminal::plain(&text).chars().take(100).collect();
        // A progress line that cannot be written is no reason to stop.
        let _ = write!(std::io::stderr(), "\r\u{1b}[2K{short}");
    }

    fn clear(&self) {
        if self.on {
            let _ = write!(std::io::stderr(), "\r\u{1b}[2K");
        }
    }
}
