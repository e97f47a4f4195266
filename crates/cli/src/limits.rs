//! Options of `authscope serve` about how much clients and sessions may take.

use authscope_server::Limits;
use clap::Args;

/// How much clients and sessions may take. Each can be lifted with `never`, but for the size of bodies.
#[derive(Debug, Clone, Args)]
pub(crate) struct LimitOptions {
    /// Requests of one client (address) in a minute, or never to count none; more are answered with 429
    #[arg(long, value_name = "COUNT", default_value = "3000", value_parser = count, env = "AUTHSCOPE_LIMIT_REQUESTS", help_heading = "Limits")]
    limit_requests: Limit,
    /// Sessions that one client makes in a minute; a matrix counts as 16
    #[arg(long, value_name = "COUNT", default_value = "300", value_parser = count, env = "AUTHSCOPE_LIMIT_NEW_SESSIONS", help_heading = "Limits")]
    limit_new_sessions: Limit,
    /// Orders to one session in a minute, such as steps, notes and links
    #[arg(long, value_name = "COUNT", default_value = "600", value_parser = count, env = "AUTHSCOPE_LIMIT_COMMANDS", help_heading = "Limits")]
    limit_commands: Limit,
    /// Sessions there may be; when there are so many, none is made (503) until some are deleted
    #[arg(long, value_name = "COUNT", default_value = "20000", value_parser = count, env = "AUTHSCOPE_LIMIT_SESSIONS", help_heading = "Limits")]
    limit_sessions: Limit,
    /// Events of one session; a run that reaches it ends, and says so
    #[arg(long, value_name = "COUNT", default_value = "20000", value_parser = count, env = "AUTHSCOPE_LIMIT_EVENTS", help_heading = "Limits")]
    limit_events: Limit,
    /// Live connections to one session, and of one client to all sessions; more are answered with 503
    #[arg(long, value_name = "COUNT", default_value = "1000", value_parser = count, env = "AUTHSCOPE_LIMIT_VIEWERS", help_heading = "Limits")]
    limit_viewers: Limit,
    /// Live connections in all
    #[arg(long, value_name = "COUNT", default_value = "5000", value_parser = count, env = "AUTHSCOPE_LIMIT_STREAMS", help_heading = "Limits")]
    limit_streams: Limit,
    /// Size of the body of a request to the API, such as 256KiB; larger ones are answered with 413
    #[arg(long, value_name = "BYTES", default_value = "256KiB", value_parser = bytes, env = "AUTHSCOPE_LIMIT_BODY", help_heading = "Limits")]
    limit_body: usize,
}

/// A limit, or none (`never`). A type of its own, because an `Option` is something else to the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit(Option<u32>);

impl Limit {
    fn wide(self) -> Option<u64> {
        self.0.map(u64::from)
    }

    fn size(self) -> Option<usize> {
        self.0.and_then(|count| usize::try_from(count).ok())
    }
}

impl LimitOptions {
    /// What the server is told.
    pub(crate) fn of_server(&self) -> Limits {
        Limits {
            requests: self.limit_requests.0,
            new_sessions: self.limit_new_sessions.0,
            commands: self.limit_commands.0,
            sessions: self.limit_sessions.wide(),
            viewers: self.limit_viewers.size(),
            streams: self.limit_streams.size(),
            body: self.limit_body,
        }
    }

    /// Events a session may have.
    pub(crate) fn events(&self) -> Option<u64> {
        self.limit_events.wide()
    }
}

fn count(text: &str) -> Result<Limit, String> {
    if text == "never" {
        return Ok(Limit(None));
    }
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a number from 1 on, or never".into()),
        Ok(count) => Ok(Limit(Some(count))),
    }
}

/// A number of bytes with its unit.
pub(crate) fn bytes(text: &str) -> Result<usize, String> {
    let wrong =
        || "expected a number and KiB or MiB, from 1KiB to 1024MiB, such as 256KiB".to_owned();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).ok_or_else(wrong)?;
    let factor = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return Err(wrong()),
    };
    let bytes = number
        .parse::<usize>()
        .ok()
        .and_then(|n| n.checked_mul(factor));
    bytes
        .filter(|bytes| (1 << 10..=1 << 30).contains(bytes))
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: LimitOptions,
    }

    fn limits(line: &str) -> Result<LimitOptions, clap::Error> {
        let words = std::iter::once("serve").chain(line.split_whitespace());
        Line::try_parse_from(words).map(|line| line.options)
    }

    #[test]
    fn without_a_word_the_limits_are_the_usual_ones() {
        let options = limits("").unwrap();
        assert_eq!(options.of_server(), Limits::default());
        assert_eq!(options.events(), Some(20_000));
    }

    #[test]
    fn limits_are_set_and_lifted() {
        let line =
            "--limit-requests never --limit-new-sessions 2 --limit-events never --limit-body 1MiB";
        let options = limits(line).unwrap();
        let expected = Limits {
            requests: None,
            new_sessions: Some(2),
            body: 1 << 20,
            ..Limits::default()
        };
        assert_eq!(options.of_server(), expected);
        assert_eq!(options.events(), None);
    }

    #[test]
    fn what_is_no_limit_is_refused_with_the_form() {
        for line in [
            "--limit-requests 0",
            "--limit-viewers -1",
            "--limit-sessions many",
            "--limit-body 12",
            "--limit-body 2GiB",
            "--limit-body 99999999999999999999MiB",
            "--limit-body never",
        ] {
            let error = limits(line).unwrap_err().to_string();
            assert!(
                error.contains("such as")
                    || error.contains("never")
                    || error.contains("unexpected"),
                "{line}: {error}"
            );
        }
    }
}
