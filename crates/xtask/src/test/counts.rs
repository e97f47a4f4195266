//! How many tests a runner ran, read from its closing line: nextest, cargo test, and Node's runner.

use std::ops::Add;

/// Numbers of tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    /// Of those that passed: how many did not at the first go.
    pub(super) unsteady: u64,
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
            unsteady: self.unsteady + other.unsteady,
        }
    }
}

/// Reads the counts from a line, if it is one that carries them.
pub(super) fn read(line: &str) -> Option<Counts> {
    // Not trimmed at its start: nextest repeats, indented, the closing line of each test that failed.
    if let Some(rest) = line.strip_prefix("test result: ") {
        return listed(rest.split_once(". ")?.1);
    }
    let line = line.trim();
    if line.starts_with("Summary [") {
        return listed(line.split_once(" run: ")?.1);
    }
    let node = line
        .strip_prefix("# ")
        .or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = node.split_once(' ')?;
    named(number.parse().ok()?, word)
}

/// `12 passed (1 slow, 2 flaky), 3 skipped` or `12 passed; 0 failed; 3 ignored`.
fn listed(text: &str) -> Option<Counts> {
    let parts = text.split([',', ';', '(', ')']).filter_map(|part| {
        let (number, word) = part.trim().split_once(' ')?;
        named(number.parse().ok()?, word.split_whitespace().next()?)
    });
    parts.reduce(Add::add)
}

fn named(number: u64, word: &str) -> Option<Counts> {
    let none = Counts::default();
    match word {
        "passed" | "pass" => Some(Counts {
            passed: number,
            ..none
        }),
        "failed" | "fail" | "cancelled" => Some(Counts {
            failed: number,
            ..none
        }),
        "skipped" | "ignored" => Some(Counts {
            skipped: number,
            ..none
        }),
        "flaky" => Some(Counts {
            unsteady: number,
            ..none
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts {
            passed,
            failed,
            skipped,
            unsteady: 0,
        })
    }

    #[test]
    fn nextest() {
        assert_eq!(
            read("     Summary [   0.015s] 3 tests run: 3 passed, 0 skipped\n"),
            counts(3, 0, 0)
        );
        assert_eq!(
            read("Summary [ 61.0s] 5/9 tests run: 4 passed (1 slow), 1 failed, 2 skipped"),
            counts(4, 1, 2)
        );
        let flaky = read("Summary [ 61.0s] 9 tests run: 9 passed (1 slow, 2 flaky), 2 skipped");
        let steady = counts(9, 0, 2).unwrap();
        assert_eq!(
            flaky.unwrap(),
            Counts {
                unsteady: 2,
                ..steady
            }
        );
    }

    #[test]
    fn cargo_test() {
        let line = "test result: FAILED. 7 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        assert_eq!(read(line), counts(7, 1, 2));
    }

    #[test]
    fn node() {
        let lines = [
            "ℹ tests 4",
            "ℹ pass 2",
            "ℹ fail 1",
            "ℹ skipped 1",
            "ℹ duration_ms 31.5",
        ];
        let sum = lines
            .iter()
            .filter_map(|line| read(line))
            .fold(Counts::default(), Add::add);
        assert_eq!(Some(sum), counts(2, 1, 1));
        assert_eq!(read("# pass 12"), counts(12, 0, 0));
    }

    #[test]
    fn other_lines_carry_none() {
        assert_eq!(read("test flow::passes ... ok"), None);
        assert_eq!(read("# Subtest: 3 passed"), None);
        let repeated = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured";
        assert_eq!(read(repeated), None);
    }
}
