//! Challenges of a response, parameter by parameter: value, meaning and verdict, over the bytes of the header line.

use super::known::{Complaint, Judged, Known, Mark, sentence};
use super::pieces::{EVIDENCE, Span};
use authscope_model::exchange::Response;
use authscope_protocol::challenge::{Challenge, Challenges, Param, parse};

/// One challenge with its verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed {
    /// Index of its header line.
    pub(super) header: usize,
    pub(super) rows: Vec<Judged>,
}

/// A header line with what in it is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) header: usize,
    pub(super) spans: Vec<Span>,
    pub(super) problems: Vec<String>,
}

/// Challenges that are read; a line can hold thousands.
const MOST: usize = 20;

/// The challenges of a response.
pub(super) fn challenges(response: &Response, known: &Known) -> Vec<Parsed> {
    let all = parse(&response.headers);
    let judged = |challenge: &Challenge| Parsed {
        header: challenge.header,
        rows: rows(&all, challenge, known),
    };
    all.list.iter().take(MOST).map(judged).collect()
}

/// The lines that the challenges stand in.
pub(super) fn lines(response: &Response, known: &Known) -> Vec<Line> {
    let all = parse(&response.headers);
    let mut headers: Vec<usize> = all.list.iter().map(|challenge| challenge.header).collect();
    headers.extend(all.problems.iter().map(|problem| problem.header));
    headers.sort_unstable();
    headers.dedup();
    let line = |header: usize| {
        let wrong = all
            .problems
            .iter()
            .filter(|problem| problem.header == header);
        let complained = known.about("header").filter(|found| found.index == header);
        let ranges = wrong.clone().map(|problem| problem.range.clone());
        let ranges = ranges.chain(complained.map(|found| found.range.clone()));
        Line {
            header,
            spans: ranges.map(|range| (range, EVIDENCE)).collect(),
            problems: wrong.map(|problem| problem.message.clone()).collect(),
        }
    };
    headers.into_iter().map(line).collect()
}

fn rows(all: &Challenges, challenge: &Challenge, known: &Known) -> Vec<Judged> {
    let mut rows = vec![scheme(challenge, known)];
    rows.extend(
        challenge
            .token68
            .as_ref()
            .map(|token| Judged::new("token68", token)),
    );
    rows.extend(
        challenge
            .params
            .iter()
            .map(|param| parameter(all, challenge, param, known)),
    );
    let is_bearer = challenge.scheme.eq_ignore_ascii_case("bearer");
    if is_bearer && challenge.param("resource_metadata").is_none() {
        let missing = Judged {
            name: "resource_metadata".into(),
            ..Judged::default()
        };
        let about = here(challenge, known).filter(|found| found.names("resource_metadata"));
        let said = "Without it a client has to try well-known URLs.";
        rows.push(missing.says(Mark::Info, "missing", said).complained(about));
    }
    rows
}

fn scheme(challenge: &Challenge, known: &Known) -> Judged {
    let judged = Judged::new("scheme", challenge.scheme.as_str());
    let is = |name: &str| challenge.scheme.eq_ignore_ascii_case(name);
    let judged = if is("bearer") || is("dpop") {
        judged.says(Mark::Pass, "as expected", "A scheme of MCP authorization.")
    } else if challenge.is_meant_as_bearer() {
        judged.says(Mark::Warn, "misspelt", "Probably meant: `Bearer`")
    } else {
        judged.says(
            Mark::None,
            "not judged",
            "Not a scheme of MCP authorization.",
        )
    };
    let range = &challenge.scheme_range;
    judged.complained(here(challenge, known).filter(|found| found.range == *range))
}

/// Findings about the line of a challenge.
fn here<'a>(challenge: &'a Challenge, known: &'a Known) -> impl Iterator<Item = &'a Complaint> {
    known
        .about("header")
        .filter(|found| found.index == challenge.header)
}

fn parameter(all: &Challenges, challenge: &Challenge, param: &Param, known: &Known) -> Judged {
    let judged = Judged::new(param.name.as_str(), param.value.as_str());
    let whole = param.name_range.start..param.value_range.end;
    let problem = all.problems.iter().find(|problem| {
        problem.header == challenge.header
            && problem.range.start < whole.end
            && problem.range.end > whole.start
    });
    let judged = match problem {
        Some(problem) => judged.says(Mark::Warn, "malformed", sentence(&problem.message)),
        None => expected(judged),
    };
    let inside = |found: &&Complaint| {
        found.range.start >= whole.start
            && found.range.start < whole.end
            && found.range.end <= whole.end + 1
    };
    judged.complained(here(challenge, known).filter(inside))
}

/// Parameters of which it is known what they should be.
fn expected(judged: Judged) -> Judged {
    let value = judged.value.clone().unwrap_or_default();
    match judged.name.to_ascii_lowercase().as_str() {
        "resource_metadata" if value.starts_with("https://") || value.starts_with("http://") => {
            judged.says(Mark::Pass, "as expected", "A complete URL.")
        }
        "error"
            if ["invalid_token", "insufficient_scope", "invalid_request"]
                .contains(&value.as_str()) =>
        {
            judged.says(Mark::Pass, "as expected", "A code of RFC 6750.")
        }
        "error" => judged.says(Mark::None, "unknown code", "Not a code of RFC 6750."),
        _ => judged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use authscope_model::Header;
    use serde_json::json;

    fn response(values: &[&str]) -> Response {
        Response {
            status_line: "HTTP/1.1 401 Unauthorized".into(),
            status: 401,
            headers: values
                .iter()
                .map(|value| Header::new("WWW-Authenticate", *value))
                .collect(),
            body: authscope_model::exchange::Body::default(),
        }
    }

    fn words(values: &[&str], known: &Known) -> Vec<(String, &'static str)> {
        let all = challenges(&response(values), known);
        let rows = all.into_iter().flat_map(|parsed| parsed.rows);
        rows.map(|row| (row.name, row.word)).collect()
    }

    fn pair(name: &str, word: &'static str) -> (String, &'static str) {
        (name.to_owned(), word)
    }

    #[test]
    fn each_parameter_has_a_verdict() {
        let value = r#"Bearer resource_metadata="https://h/prm", error="invalid_token", realm="r", error="nope""#;
        assert_eq!(
            words(&[value], &Known::default()),
            [
                pair("scheme", "as expected"),
                pair("resource_metadata", "as expected"),
                pair("error", "as expected"),
                pair("realm", "not judged"),
                pair("error", "malformed"),
            ]
        );
    }

    #[test]
    fn what_is_missing_and_complained_of_is_said() {
        let value = r#"Bearer scope="a""#;
        let known = Known::of(&json!({"findings": [
            {"rule": "challenge-without-resource-metadata", "message": "The 401 challenge has no `resource_metadata` parameter.", "level": "failure", "step": 1, "part": "header", "index": 0, "start": 0, "end": 16},
            {"rule": "scope-format", "message": "", "level": "warning", "step": 1, "part": "header", "index": 0, "start": 14, "end": 15},
        ]}));
        assert_eq!(
            words(&[value], &known),
            [
                pair("scheme", "as expected"),
                pair("scope", "complained of"),
                pair("resource_metadata", "missing")
            ]
        );
        assert_eq!(
            words(&[r#"Baerer realm="x""#], &Known::default())[0],
            pair("scheme", "misspelt")
        );
        assert_eq!(
            words(&["Basic YWJjOmRlZg=="], &Known::default())[1],
            pair("token68", "not judged")
        );
    }

    #[test]
    fn lines_keep_their_order_and_their_problems() {
        let found = lines(
            &response(&["Bearer realm=a b", "Basic realm=\"x\""]),
            &Known::default(),
        );
        assert_eq!(
            found.iter().map(|line| line.header).collect::<Vec<_>>(),
            [0, 1]
        );
        assert!(!found[0].problems.is_empty() && found[1].problems.is_empty());
    }
}
