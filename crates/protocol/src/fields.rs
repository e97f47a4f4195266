//! Typed reading of the members of a JSON object, collecting problems instead of failing.

use crate::locate;
use crate::parsed::{Problem, excerpt};
use serde_json::{Map, Value};

/// Longest excerpt of a received value in a problem.
const EXCERPT: usize = 120;

/// Most items of one array that are reported.
const MOST_ITEMS: usize = 10;

/// A JSON object being read.
pub(crate) struct Fields {
    members: Map<String, Value>,
    problems: Vec<Problem>,
    form: bool,
}

impl Fields {
    /// Reads `text` as a JSON object.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let (body, mut problems) = without_bom(text);
        problems.extend(duplicates(body));
        match serde_json::from_str(body) {
            Ok(Value::Object(members)) => Ok(Self {
                members,
                problems,
                form: false,
            }),
            Ok(other) => Err(Problem::new(
                "",
                format!("the document is {}, not a JSON object", kind_of(&other)),
                "a JSON object",
                excerpt(body, EXCERPT),
            )),
            Err(error) => Err(not_json(body, &error)),
        }
    }

    /// Members of a form-encoded body; a numeric text is a number there, not a wrong type.
    pub(crate) const fn from_form(members: Map<String, Value>) -> Self {
        Self {
            members,
            problems: Vec::new(),
            form: true,
        }
    }

    /// A member that must be a string.
    pub(crate) fn string(&mut self, name: &str) -> Option<String> {
        match self.members.get(name)? {
            Value::String(value) => Some(value.clone()),
            other => {
                let problem = wrong_type(&pointer(name), name, "a string", other);
                self.problems.push(problem);
                None
            }
        }
    }

    /// A member that must be an array of strings; other items are reported and left out.
    pub(crate) fn strings(&mut self, name: &str) -> Option<Vec<String>> {
        let Value::Array(items) = self.members.get(name)? else {
            let other = self.members.get(name).unwrap_or(&Value::Null);
            let problem = wrong_type(&pointer(name), name, "an array of strings", other);
            self.problems.push(problem);
            return None;
        };
        let others = items
            .iter()
            .enumerate()
            .filter(|(_, item)| !item.is_string());
        for (index, item) in others.take(MOST_ITEMS) {
            let at = format!("{}/{index}", pointer(name));
            let what = format!("item {index} of {name}");
            self.problems.push(wrong_type(&at, &what, "a string", item));
        }
        let texts = items.iter().filter_map(Value::as_str);
        Some(texts.map(str::to_owned).collect())
    }

    /// A member that must be a boolean.
    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.members.get(name)? {
            Value::Bool(value) => Some(*value),
            other => {
                let problem = wrong_type(&pointer(name), name, "true or false", other);
                self.problems.push(problem);
                None
            }
        }
    }

    /// A member that must be a whole number; a numeric string or a fraction is reported and read all the same.
    pub(crate) fn integer(&mut self, name: &str) -> Option<i64> {
        let value = self.members.get(name)?;
        let read = whole_number(value);
        if value.as_i64().is_none() && !(self.form && read.is_some()) {
            let problem = wrong_type(&pointer(name), name, "a whole number", value);
            self.problems.push(problem);
        }
        read
    }

    /// Reports a problem found by the caller.
    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Whether the member of that name is an array.
    pub(crate) fn is_array(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(Value::is_array)
    }

    /// The whole object and the problems.
    pub(crate) fn finish(self) -> (Value, Vec<Problem>) {
        (Value::Object(self.members), self.problems)
    }
}

/// A whole number as the peer meant it: numeric strings and fractions are read.
pub(crate) fn whole_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().and_then(truncated)),
        Value::String(text) => {
            let text = text.trim();
            // A fraction is read as JSON: a second parser of such numbers would be 14 KB of the interface.
            let fraction = || serde_json::from_str::<Value>(text).ok()?.as_f64();
            text.parse().ok().or_else(|| fraction().and_then(truncated))
        }
        _ => None,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the value was checked to lie within the exact range of f64"
)]
fn truncated(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.abs() <= EXACT).then_some(number as i64)
}

/// The JSON pointer of a top-level member.
pub(crate) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The JSON type of a value, with its article.
pub(crate) const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn wrong_type(pointer: &str, what: &str, expected: &str, value: &Value) -> Problem {
    let message = match value {
        Value::Null => format!("{what} is null; leave the member out instead"),
        other => format!("{what} is {}, not {expected}", kind_of(other)),
    };
    Problem::new(
        pointer,
        message,
        expected,
        excerpt(&value.to_string(), EXCERPT),
    )
}

fn without_bom(text: &str) -> (&str, Vec<Problem>) {
    text.strip_prefix('\u{feff}').map_or_else(
        || (text, Vec::new()),
        |rest| {
            let problem = Problem::new(
                "",
                "the JSON text begins with a byte order mark",
                "JSON text without a byte order mark (RFC 8259 §8.1)",
                "U+FEFF at the start",
            );
            (rest, vec![problem])
        },
    )
}

fn duplicates(text: &str) -> Vec<Problem> {
    let found = locate::duplicate_members(text).into_iter().take(MOST_ITEMS);
    let problems = found.map(|(name, _)| {
        Problem::new(
            pointer(&name),
            format!("the member {name} comes more than once; readers disagree which one counts"),
            "each member once (RFC 8259 §4)",
            "several",
        )
    });
    problems.collect()
}

fn not_json(text: &str, error: &serde_json::Error) -> Problem {
    let trimmed = text.trim_start();
    let message = if trimmed.is_empty() {
        "the body is empty, not JSON".to_owned()
    } else if trimmed.starts_with('<') {
        "the body is HTML or XML, not JSON".to_owned()
    } else {
        format!("the body is not valid JSON: {error}")
    };
    Problem::new("", message, "a JSON object", excerpt(trimmed, EXCERPT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn members_of_the_wrong_type_are_reported_with_their_pointer() {
        let text = r#"{"a":["x"],"b":"y","c":[1,"z"],"d":"3599","e":null,"f":"true"}"#;
        let mut fields = Fields::parse(text).unwrap();
        assert_eq!(fields.string("a"), None);
        assert_eq!(fields.strings("b"), None);
        assert_eq!(fields.strings("c"), Some(vec!["z".to_owned()]));
        assert_eq!(fields.integer("d"), Some(3599));
        assert_eq!(fields.string("e"), None);
        assert_eq!(fields.boolean("f"), None);
        assert_eq!(fields.string("absent"), None);
        let (_, problems) = fields.finish();
        let pointers: Vec<_> = problems.iter().map(|p| p.pointer.as_str()).collect();
        assert_eq!(pointers, ["/a", "/b", "/c/0", "/d", "/e", "/f"]);
    }

    #[test]
    fn a_body_that_is_no_object_is_named() {
        let message = |text: &str| Fields::parse(text).err().unwrap().message;
        assert!(message("<!DOCTYPE html>").contains("HTML"));
        assert!(message("").contains("empty"));
        assert!(message("[1]").contains("an array"));
        assert!(message("{\"a\":").contains("not valid JSON"));
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(2, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("(access_token|a/b|~)", inner, 0..3)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    const NAMES: &str = "(resource|authorization_servers|scopes_supported|issuer|jwks_uri|client_id|\
        redirect_uris|scope|expires_in|access_token|grant_types|data|require_pushed_authorization_requests)";

    fn problems_of_all_documents(text: &str) -> Vec<Problem> {
        use crate::{as_metadata, client_metadata, prm, registration, token};
        let mut problems = prm::Prm::parse(text).problems;
        problems.extend(as_metadata::AsMetadata::parse(text).problems);
        problems.extend(registration::RegistrationReply::parse(text).problems);
        problems.extend(token::TokenResponse::parse(text).problems);
        problems.extend(client_metadata::ClientMetadata::parse(text).problems);
        problems
    }

    proptest! {
        #[test]
        fn every_problem_points_at_a_place_in_the_text(
            members in prop::collection::btree_map(NAMES, any_value(), 0..8)
        ) {
            let document = Value::Object(members.into_iter().collect());
            let text = serde_json::to_string_pretty(&document).unwrap();
            for problem in problems_of_all_documents(&text) {
                prop_assert!(locate::json(&text, &problem.pointer).is_some(), "{:?}", problem);
            }
        }

        #[test]
        fn nothing_panics(text in "([{}\\[\\],:]|\"|scope|\"scope\":|null|true|1|é|access_token=| ){0,20}") {
            problems_of_all_documents(&text);
        }
    }

    #[test]
    fn a_byte_order_mark_is_a_problem_and_no_obstacle() {
        let (_, problems) = Fields::parse("\u{feff}{}").unwrap().finish();
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn duplicate_members_and_long_lists_are_reported_briefly() {
        let items = vec!["1"; 50].join(",");
        let text = format!("{{\"a\":[],\"a\":[{items}]}}");
        let mut fields = Fields::parse(&text).unwrap();
        assert_eq!(fields.strings("a"), Some(Vec::new()));
        let (_, problems) = fields.finish();
        assert_eq!(problems.len(), 1 + MOST_ITEMS);
        assert_eq!(problems[0].pointer, "/a");
    }

    #[test]
    fn numbers_are_read_as_meant() {
        use serde_json::json;
        assert_eq!(whole_number(&json!(1.9)), Some(1));
        assert_eq!(whole_number(&json!("12.0")), Some(12));
        assert_eq!(whole_number(&json!("1e999")), None);
        assert_eq!(whole_number(&json!(true)), None);
    }
}
