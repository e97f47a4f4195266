//! `authscope explain`: a rule's page, or the list of rules.

use authscope_protocol::flow::ProbeKind;
use clap::Args;
use std::io::Write as _;
use std::process::ExitCode;

/// Shows the page of a rule: what it checks, why it matters, how to fix it.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExplainArgs {
    /// Id of the rule, or words to search for; without it, all rules are listed
    rule: Option<String>,
    /// List the active probes instead, each with what it may do to a server
    #[arg(long, conflicts_with = "rule")]
    probes: bool,
}

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    if args.probes {
        for probe in ProbeKind::ALL {
            writeln!(out, "{:<28} {}", probe.name(), probe.purpose())?;
            writeln!(out, "{:<28} {}", "", probe.side_effect())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = args.rule.as_deref().unwrap_or_default();
    if let Some(page) = authscope_rules::page(wanted) {
        writeln!(out, "{page}")?;
        return Ok(ExitCode::SUCCESS);
    }
    let words: Vec<String> = wanted
        .split_whitespace()
        .map(str::to_ascii_lowercase)
        .collect();
    let mut found = false;
    for rule in authscope_rules::catalogue() {
        let text = format!("{} {}", rule.id, rule.summary).to_ascii_lowercase();
        if words.iter().all(|word| text.contains(word)) {
            found = true;
            writeln!(out, "{:<44} {}", rule.id, rule.summary)?;
        }
    }
    if !found {
        anyhow::bail!(
            "no rule is called {wanted:?} or has these words; `authscope explain` lists all"
        );
    }
    Ok(ExitCode::SUCCESS)
}
