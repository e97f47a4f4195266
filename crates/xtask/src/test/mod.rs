//! `cargo xtask test`: installs what the tests need and runs them ring by ring, cheap ones first. A ring that
//! fails does not stop the others; the last lines say how each went.

mod browser;
mod counts;
mod fuzz;
mod rings;
mod summary;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{anyhow, bail};

use crate::binary;
use crate::progress::{note, step};
use crate::workspace::Workspace;
use counts::Counts;
use summary::{Line, Verdict};

/// One group of checks.
struct Ring {
    name: String,
    run: Box<Run>,
}

type Run = dyn Fn(&Context) -> anyhow::Result<Outcome>;

/// What the rings share.
struct Context<'a> {
    ws: &'a Workspace,
    /// Only tests whose name holds one of these (unit, integration and browser tests).
    filter: &'a [String],
    binary: OnceCell<Result<PathBuf, String>>,
}

/// How a ring ends that does not fail: with counted tests, if it has tests.
type Outcome = Option<Counts>;

impl Context<'_> {
    /// The release binary, built once for all rings that need it.
    fn binary(&self) -> anyhow::Result<PathBuf> {
        let built = self
            .binary
            .get_or_init(|| binary::build(self.ws).map_err(|error| format!("{error:#}")));
        built.clone().map_err(|words| anyhow!(words))
    }
}

/// Runs the named rings, or all.
pub(crate) fn test(ws: &Workspace, args: &[String]) -> anyhow::Result<ExitCode> {
    let (names, filter) = split(args);
    let chosen = choose(rings::all(ws), names)?;
    let context = Context {
        ws,
        filter,
        binary: OnceCell::new(),
    };
    let start = Instant::now();
    let lines: Vec<Line> = chosen.iter().map(|ring| run(&context, ring)).collect();
    print!("{}", summary::table(&lines, start.elapsed()));
    let failed = lines
        .iter()
        .any(|line| matches!(line.verdict, Verdict::Failed(_)));
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Ring names before `--`, a filter for test names after it.
fn split(args: &[String]) -> (&[String], &[String]) {
    match args.iter().position(|arg| arg == "--") {
        Some(at) => (&args[..at], &args[at + 1..]),
        None => (args, &[]),
    }
}

fn choose(all: Vec<Ring>, names: &[String]) -> anyhow::Result<Vec<Ring>> {
    let known = |name: &String| all.iter().any(|ring| ring.name == *name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let there: Vec<&str> = all.iter().map(|ring| ring.name.as_str()).collect();
        bail!(
            "there is no ring `{unknown}`; there are: {}",
            there.join(" ")
        );
    }
    Ok(all
        .into_iter()
        .filter(|ring| names.is_empty() || names.contains(&ring.name))
        .collect())
}

fn run(context: &Context, ring: &Ring) -> Line {
    let start = Instant::now();
    let result = step(&format!("ring {}", ring.name), || (ring.run)(context));
    let verdict = match result {
        Ok(outcome) => Verdict::Passed(outcome),
        Err(error) => {
            note(&format!("{error:#}"));
            Verdict::Failed(format!("{error:#}"))
        }
    };
    Line {
        name: ring.name.clone(),
        verdict,
        time: start.elapsed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn ring(name: &str) -> Ring {
        Ring {
            name: name.into(),
            run: Box::new(|_| Ok(None)),
        }
    }

    #[test]
    fn names_and_filter_are_split_at_the_dashes() {
        let args = words("unit browser -- smoke");
        assert_eq!(
            split(&args),
            (&words("unit browser")[..], &words("smoke")[..])
        );
        assert_eq!(split(&args[..1]).1, &[] as &[String]);
    }

    #[test]
    fn no_name_means_every_ring_and_an_unknown_one_is_refused() {
        let rings = || vec![ring("fmt"), ring("unit")];
        assert_eq!(choose(rings(), &[]).unwrap().len(), 2);
        assert_eq!(choose(rings(), &words("unit")).unwrap()[0].name, "unit");
        let error = choose(rings(), &words("unti")).err().unwrap();
        assert_eq!(
            error.to_string(),
            "there is no ring `unti`; there are: fmt unit"
        );
    }
}
