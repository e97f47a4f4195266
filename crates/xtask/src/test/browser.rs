//! The browser ring: the suites of `tests/browser` against the release binary.
//!
//! A real browser on a busy machine now and then looks before what it waits for is there. When no more than a few tests
//! failed, their files are played once more, alone; what passes then counts, and is named as unsteady in the last lines,
//! so that nobody takes it for steady.

use std::collections::BTreeSet;
use std::ops::Add as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::counts::{self, Counts};
use super::{Context, Outcome};
use crate::exec::Cmd;
use crate::files::sources;
use crate::progress::note;
use crate::system::{chromium, npm_ci};

/// More failed tests than this are no accident.
const FEW: u64 = 3;

/// What is read from the lines of Node's runner.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Counts(Counts),
    /// The file of a test that failed.
    Failed(String),
}

/// Runs the suites, or those whose names the filter gives.
pub(super) fn run(context: &Context) -> anyhow::Result<Outcome> {
    let (binary, chromium) = (context.binary()?, chromium()?);
    let folder = context.ws.path("tests/browser");
    npm_ci(&folder)?;
    let screenshots = context.ws.target.join("screenshots");
    std::fs::create_dir_all(&screenshots)
        .with_context(|| format!("could not make {}", screenshots.display()))?;
    let play = |files: &[PathBuf]| {
        let command = Cmd::new("node")
            .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
            .args(files)
            .dir(&folder)
            .env("AUTHSCOPE_BIN", &binary)
            .env("AUTHSCOPE_CHROMIUM", &chromium)
            .env("AUTHSCOPE_SCREENSHOTS", &screenshots);
        command.run_watched(read)
    };
    judge(&suites(context)?, play).map(Some)
}

/// Plays the files, and once more those with failed tests when these are few.
fn judge(
    files: &[PathBuf],
    play: impl Fn(&[PathBuf]) -> anyhow::Result<(bool, Vec<Seen>)>,
) -> anyhow::Result<Counts> {
    let (success, seen) = play(files)?;
    let sum = sum(&seen);
    if success {
        ensure!(sum.passed > 0, "no test ran");
        return Ok(sum);
    }
    let again = failed_files(files, &seen);
    if sum.failed > FEW || again.is_empty() {
        bail!(
            "{} of {} tests failed, or something before them did",
            sum.failed,
            sum.failed + sum.passed
        );
    }
    let names: Vec<_> = again.iter().map(|file| file.display()).collect();
    note(&format!("once more, alone: {names:?}"));
    let (success, _) = play(&again)?;
    ensure!(success, "a test failed at the second go too");
    Ok(Counts {
        passed: sum.passed + sum.failed,
        failed: 0,
        unsteady: sum.failed,
        ..sum
    })
}

fn sum(seen: &[Seen]) -> Counts {
    let counts = seen.iter().filter_map(|seen| match seen {
        Seen::Counts(counts) => Some(*counts),
        Seen::Failed(_) => None,
    });
    counts.fold(Counts::default(), Counts::add)
}

fn failed_files(files: &[PathBuf], seen: &[Seen]) -> Vec<PathBuf> {
    let failed: BTreeSet<&str> = seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Failed(file) => Path::new(file).file_name()?.to_str(),
            Seen::Counts(_) => None,
        })
        .collect();
    let of = |file: &&PathBuf| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| failed.contains(name))
    };
    files.iter().filter(of).cloned().collect()
}

/// A line of counts, or the place of a failed test: `test at tests/browser/flow.test.mjs:12:1`.
fn read(line: &str) -> Option<Seen> {
    if let Some(place) = line.trim_end().strip_prefix("test at ") {
        let (file, _) = place.split_once(".test.mjs:")?;
        return Some(Seen::Failed(format!("{file}.test.mjs")));
    }
    counts::read(line).map(Seen::Counts)
}

fn suites(context: &Context) -> anyhow::Result<Vec<PathBuf>> {
    let wanted = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".test.mjs")
            && (context.filter.is_empty() || context.filter.iter().any(|part| name.contains(part)))
    };
    let found: Vec<PathBuf> = sources(&context.ws.path("tests/browser"))?
        .into_iter()
        .filter(wanted)
        .collect();
    ensure!(
        !found.is_empty(),
        "no file in tests/browser is named *.test.mjs and fits {:?}",
        context.filter
    );
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn files() -> Vec<PathBuf> {
        ["a.test.mjs", "b.test.mjs"].map(PathBuf::from).to_vec()
    }

    fn lines(text: &str) -> Vec<Seen> {
        text.lines().filter_map(read).collect()
    }

    const ONE_FAILED: &str = "ℹ pass 5\nℹ fail 1\ntest at tests/browser/b.test.mjs:2:1\n✖ x";

    /// Judges with these plays, and tells which files were played.
    fn judged(plays: &[(bool, &str)]) -> (anyhow::Result<Counts>, Vec<usize>) {
        let played = RefCell::new(Vec::new());
        let result = judge(&files(), |files| {
            let (success, text) = plays[played.borrow().len()];
            played.borrow_mut().push(files.len());
            Ok((success, lines(text)))
        });
        (result, played.into_inner())
    }

    #[test]
    fn what_passes_at_once_is_played_once() {
        let (result, played) = judged(&[(true, "ℹ pass 6\nℹ fail 0")]);
        assert_eq!((result.unwrap().passed, played), (6, vec![2]));
        assert!(judged(&[(true, "")]).0.is_err(), "no test ran");
    }

    #[test]
    fn a_few_failed_tests_are_played_once_more_and_named() {
        let (result, played) = judged(&[(false, ONE_FAILED), (true, "ℹ pass 2")]);
        let counts = result.unwrap();
        assert_eq!((counts.passed, counts.unsteady), (6, 1));
        assert_eq!(played, [2, 1]);
    }

    #[test]
    fn what_fails_twice_has_failed() {
        let (result, _) = judged(&[(false, ONE_FAILED), (false, ONE_FAILED)]);
        assert!(result.is_err());
    }

    #[test]
    fn many_failures_and_those_without_a_place_are_not_played_again() {
        let many = ONE_FAILED.replace("fail 1", "fail 4");
        for text in [many.as_str(), "ℹ pass 5\nℹ fail 1"] {
            let (result, played) = judged(&[(false, text)]);
            assert!(result.is_err());
            assert_eq!(played.len(), 1);
        }
    }
}
