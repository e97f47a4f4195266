//! What the page knows about a step beside the step itself: what rules complain of in it, whether signatures were
//! verified, and the values that were to be expected.

use authscope_ui_kit::wire::Object;
use serde_json::Value;
use std::ops::Range;

/// A part of a step that a rule complains of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Complaint {
    pub(super) rule: String,
    pub(super) message: String,
    pub(super) level: Mark,
    /// The step that the finding belongs to; this one may only be part of its evidence.
    pub(super) step: u32,
    /// Which part: `header`, `body`, …
    pub(super) part: String,
    /// Which of the header lines.
    pub(super) index: usize,
    /// Bytes in the recorded text of the part.
    pub(super) range: Range<usize>,
}

impl Complaint {
    /// Whether it speaks of a name.
    pub(super) fn names(&self, name: &str) -> bool {
        self.message.contains(&format!("`{name}`"))
    }
}

/// What was found when a token was checked against the keys of its issuer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Signature {
    pub(super) step: u32,
    pub(super) token: String,
    pub(super) verified: bool,
    pub(super) detail: String,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Known {
    pub(super) findings: Vec<Complaint>,
    pub(super) signatures: Vec<Signature>,
    /// The MCP server's URL as it was entered.
    pub(super) server: Option<String>,
    pub(super) resource: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) client_id: Option<String>,
    /// The scopes that were asked for.
    pub(super) scope: Option<String>,
    pub(super) redirect_uri: Option<String>,
}

impl Known {
    /// As the page said it.
    pub(super) fn of(value: &Value) -> Self {
        let Some(o) = Object::of(value) else {
            return Self::default();
        };
        Self {
            findings: o.list("findings", complaint).unwrap_or_default(),
            signatures: o.list("signatures", signature).unwrap_or_default(),
            server: o.text("server"),
            resource: o.text("resource"),
            issuer: o.text("issuer"),
            client_id: o.text("client_id"),
            scope: o.text("scope"),
            redirect_uri: o.text("redirect_uri"),
        }
    }

    /// What is complained of in a part.
    pub(super) fn about<'a>(&'a self, part: &'a str) -> impl Iterator<Item = &'a Complaint> {
        self.findings.iter().filter(move |found| found.part == part)
    }

    /// Which header lines are complained of.
    pub(super) fn lines(&self, part: &str) -> Vec<usize> {
        self.about(part).map(|found| found.index).collect()
    }
}

fn complaint(value: &Value) -> Option<Complaint> {
    let o = Object::of(value)?;
    Some(Complaint {
        rule: o.text("rule")?,
        message: o.text("message")?,
        level: Mark::of_level(&o.text("level")?),
        step: o.u32("step")?,
        part: o.text("part")?,
        index: o.size("index"),
        range: o.size("start")..o.size("end"),
    })
}

fn signature(value: &Value) -> Option<Signature> {
    let o = Object::of(value)?;
    Some(Signature {
        step: o.u32("step")?,
        token: o.text("token")?,
        verified: o.flag("verified"),
        detail: o.text_or_empty("detail"),
    })
}

/// A verdict with a shape and a colour; the word beside it is never left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Mark {
    Fail,
    Warn,
    Info,
    Pass,
    /// Nothing is said.
    #[default]
    None,
}

impl Mark {
    fn of_level(level: &str) -> Self {
        match level {
            "failure" => Self::Fail,
            "warning" => Self::Warn,
            _ => Self::Info,
        }
    }

    /// For the style.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Pass => "pass",
            Self::None => "skip",
        }
    }

    /// Name of its icon.
    pub(super) const fn icon(self) -> &'static str {
        match self {
            Self::Fail => "cross",
            Self::Warn => "warning",
            Self::Info => "info",
            Self::Pass => "check",
            Self::None => "dash",
        }
    }
}

/// A name with its value and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Judged {
    pub(super) name: String,
    /// Nothing when it is missing.
    pub(super) value: Option<String>,
    pub(super) mark: Mark,
    /// The verdict in a word or two.
    pub(super) word: &'static str,
    /// Why, or what is to be expected.
    pub(super) detail: String,
    /// The finding that says more.
    pub(super) finding: Option<Complaint>,
}

impl Judged {
    /// Something nothing is said of.
    pub(super) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: Some(value.into()),
            word: "not judged",
            ..Self::default()
        }
    }

    /// With a verdict.
    pub(super) fn says(self, mark: Mark, word: &'static str, detail: impl Into<String>) -> Self {
        Self {
            mark,
            word,
            detail: detail.into(),
            ..self
        }
    }

    /// With the worst of the findings about it, if there is one.
    pub(super) fn complained<'a>(self, findings: impl Iterator<Item = &'a Complaint>) -> Self {
        let Some(worst) = findings.min_by_key(|found| found.level) else {
            return self;
        };
        Self {
            mark: worst.level,
            word: if self.value.is_some() {
                "complained of"
            } else {
                "missing"
            },
            detail: String::new(),
            finding: Some(worst.clone()),
            ..self
        }
    }
}

/// Words as a sentence.
pub(super) fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    let all: String = first.chain(rest).collect();
    if all.ends_with('.') {
        all
    } else {
        format!("{all}.")
    }
}

/// How many there are of each verdict, in words.
pub(super) fn tally(judged: &[Judged]) -> String {
    let count = |is: &dyn Fn(&Judged) -> bool| judged.iter().filter(|one| is(one)).count();
    let counts = [
        (
            count(&|one| one.finding.is_some() && one.value.is_some()),
            "complained of",
        ),
        (count(&|one| one.value.is_none()), "missing"),
        (count(&|one| one.mark == Mark::Pass), "as expected"),
        (
            count(&|one| one.mark == Mark::None && one.value.is_some()),
            "not judged",
        ),
    ];
    let words = counts.iter().filter(|(count, _)| *count > 0);
    words
        .map(|(count, word)| format!("{count} {word}"))
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_page_says_is_read() {
        let known = Known::of(&json!({
            "findings": [{"rule": "r", "message": "`aud` is wrong", "level": "failure", "step": 3, "part": "header", "index": 2, "start": 1, "end": 4}],
            "signatures": [{"step": 9, "token": "id_token", "verified": true, "detail": "ES256"}],
            "issuer": "https://as", "scope": null,
        }));
        let found = known.about("header").next().unwrap();
        assert_eq!(
            (found.level, found.step, found.index, found.range.clone()),
            (Mark::Fail, 3, 2, 1..4)
        );
        assert!(found.names("aud") && !found.names("au"));
        assert_eq!(known.about("body").count(), 0);
        assert!(known.signatures[0].verified && known.scope.is_none());
        assert_eq!(Known::of(&json!(null)), Known::default());
    }

    #[test]
    fn words_become_a_sentence() {
        assert_eq!(sentence("the scheme is Baerer"), "The scheme is Baerer.");
        assert_eq!(sentence("É."), "É.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn the_worst_finding_counts() {
        let known = Known::of(&json!({"findings": [
            {"rule": "a", "message": "", "level": "hint", "step": 1, "part": "body"},
            {"rule": "b", "message": "", "level": "failure", "step": 1, "part": "body"},
        ]}));
        let judged = Judged::new("iss", "x").complained(known.about("body"));
        assert_eq!(
            judged.finding.as_ref().map(|found| found.rule.as_str()),
            Some("b")
        );
        let fine = Judged::new("aud", "x").says(Mark::Pass, "as expected", "");
        let missing = Judged {
            value: None,
            ..Judged::new("exp", "")
        }
        .complained(known.about("body"));
        assert_eq!(missing.word, "missing");
        let all = [judged, fine, missing, Judged::new("sub", "x")];
        assert_eq!(
            tally(&all),
            "1 complained of · 1 missing · 1 as expected · 1 not judged"
        );
    }
}
