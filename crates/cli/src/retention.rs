//! The options that say how long sessions are kept.

use authscope_engine::Retention;
use clap::Args;
use std::time::Duration;

/// How often what is over is looked for.
pub(crate) const EVERY: Duration = Duration::from_secs(60);

/// How long sessions are kept, and how many.
#[derive(Debug, Clone, Args)]
pub(crate) struct RetentionOptions {
    /// How long a session that is not finished is kept after its last event, such as 90m, 24h, 7d, or never to delete
    /// none
    #[arg(
        long,
        value_name = "TIME",
        default_value = "24h",
        value_parser = time,
        env = "AUTHSCOPE_RETAIN_LIVE",
        help_heading = "Retention"
    )]
    retain_live: Limit<Duration>,
    /// How long a finished session is kept after its last event
    #[arg(
        long,
        value_name = "TIME",
        default_value = "7d",
        value_parser = time,
        env = "AUTHSCOPE_RETAIN_FINISHED",
        help_heading = "Retention"
    )]
    retain_finished: Limit<Duration>,
    /// How many sessions are kept, or never to delete none for their number; the oldest go first
    #[arg(
        long,
        value_name = "COUNT",
        default_value = "10000",
        value_parser = count,
        env = "AUTHSCOPE_RETAIN_SESSIONS",
        help_heading = "Retention"
    )]
    retain_sessions: Limit<u64>,
    /// How many bytes of sessions are kept, such as 500MiB or 2GiB, or never to delete none for their size
    #[arg(
        long,
        value_name = "BYTES",
        default_value = "2GiB",
        value_parser = bytes,
        env = "AUTHSCOPE_RETAIN_BYTES",
        help_heading = "Retention"
    )]
    retain_bytes: Limit<u64>,
}

impl RetentionOptions {
    pub(crate) const fn retention(&self) -> Retention {
        Retention {
            live: self.retain_live.0,
            finished: self.retain_finished.0,
            sessions: self.retain_sessions.0,
            bytes: self.retain_bytes.0,
        }
    }
}

/// A limit, or none (`never`). A type of its own, because an `Option` is something else to the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit<T>(Option<T>);

/// `never`, or what the function reads.
fn limit<T>(
    text: &str,
    read: impl FnOnce(&str) -> Option<T>,
    expected: &str,
) -> Result<Limit<T>, String> {
    if text == "never" {
        return Ok(Limit(None));
    }
    match read(text) {
        Some(value) => Ok(Limit(Some(value))),
        None => Err(format!("expected {expected}, or never")),
    }
}

/// A number and its unit.
fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

fn time(text: &str) -> Result<Limit<Duration>, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let read = |text: &str| quantity(text, &units).map(Duration::from_secs);
    limit(text, read, "a number and s, m, h or d, such as 24h")
}

fn count(text: &str) -> Result<Limit<u64>, String> {
    limit(text, |text| text.parse().ok(), "a number of sessions")
}

fn bytes(text: &str) -> Result<Limit<u64>, String> {
    let units = [
        ("", 1),
        ("B", 1),
        ("KiB", 1 << 10),
        ("MiB", 1 << 20),
        ("GiB", 1 << 30),
        ("TiB", 1 << 40),
    ];
    let read = |text: &str| quantity(text, &units);
    limit(text, read, "a number and KiB, MiB or GiB, such as 500MiB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: RetentionOptions,
    }

    fn retention(line: &str) -> Result<Retention, clap::Error> {
        let words = std::iter::once("serve").chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.options.retention())
    }

    #[test]
    fn what_is_kept_without_a_word() {
        let day = Duration::from_secs(86_400);
        let expected = Retention {
            live: Some(day),
            finished: Some(day * 7),
            sessions: Some(10_000),
            bytes: Some(2 << 30),
        };
        assert_eq!(retention("").unwrap(), expected);
    }

    #[test]
    fn limits_are_set_and_lifted() {
        let line =
            "--retain-live 90m --retain-finished never --retain-sessions 5 --retain-bytes 3KiB";
        let expected = Retention {
            live: Some(Duration::from_secs(5400)),
            finished: None,
            sessions: Some(5),
            bytes: Some(3072),
        };
        assert_eq!(retention(line).unwrap(), expected);
    }

    #[test]
    fn what_is_no_limit_is_refused_with_the_form() {
        for line in [
            "--retain-live 24",
            "--retain-live 1w",
            "--retain-live ä",
            "--retain-finished 99999999999999999999d",
            "--retain-sessions many",
            "--retain-bytes 1.5GiB",
            "--retain-bytes 18446744073709551615GiB",
        ] {
            let error = retention(line).unwrap_err().to_string();
            assert!(error.contains("never"), "{line}: {error}");
        }
    }
}
