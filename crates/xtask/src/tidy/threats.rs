//! The threat model names the tests of every threat; each must be there.
//!
//! A row of its tables begins with the number of a threat (`| T1 |`) and names tests as `` `file: name` ``, the name of
//! a function in Rust, the title in the browser suites.

use crate::workspace::Workspace;

const FILE: &str = "docs/threat-model.md";

/// Threats without a test, and tests that are not there.
pub(super) fn breaches(ws: &Workspace) -> Vec<String> {
    let Ok(text) = std::fs::read_to_string(ws.path(FILE)) else {
        return vec![format!("{FILE}: is missing")];
    };
    check(&text, |file| std::fs::read_to_string(ws.path(file)).ok())
}

fn check(text: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut breaches = Vec::new();
    let rows = text.lines().enumerate().filter(|(_, line)| is_threat(line));
    let mut count = 0;
    for (index, row) in rows {
        count += 1;
        let place = format!("{FILE}:{}", index + 1);
        let tests: Vec<(&str, &str)> = tests(row).collect();
        if tests.is_empty() {
            breaches.push(format!("{place}: a threat without a test"));
        }
        for (file, name) in tests {
            if !read(file).is_some_and(|source| has(&source, file, name)) {
                breaches.push(format!("{place}: {file} has no test {name:?}"));
            }
        }
    }
    if count == 0 {
        breaches.push(format!("{FILE}: no row begins with a threat's number"));
    }
    breaches
}

fn is_threat(line: &str) -> bool {
    let number = line
        .strip_prefix("| T")
        .and_then(|rest| rest.split(' ').next());
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// What stands between backticks and has the form of a test.
fn tests(row: &str) -> impl Iterator<Item = (&str, &str)> {
    let quoted = row.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|text| text.split_once(": "))
        .filter(|(file, _)| file.ends_with(".rs") || file.ends_with(".mjs"))
}

fn has(source: &str, file: &str, name: &str) -> bool {
    if file.ends_with(".mjs") {
        return source.contains(&format!("test(\"{name}\""))
            || source.contains(&format!("test(`{name}"));
    }
    ["(", "<"]
        .iter()
        .any(|next| source.contains(&format!("fn {name}{next}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_looked_for_where_they_are_said_to_be() {
        let read = |file: &str| match file {
            "a.rs" => Some("async fn holds() {}".to_owned()),
            "b.test.mjs" => Some("test(\"nothing runs\", async () => {});".to_owned()),
            _ => None,
        };
        let good = "| T1 | x | y | `a.rs: holds` `b.test.mjs: nothing runs` |\n| A1 | no threat |";
        assert_eq!(check(good, read), Vec::<String>::new());
        for (bad, word) in [
            ("| T1 | x | y | none |", "without a test"),
            ("| T1 | x | `a.rs: hold` |", "a.rs has no test"),
            ("| T1 | x | `c.rs: holds` |", "c.rs has no test"),
            (
                "| T1 | x | `b.test.mjs: nothing` |",
                "b.test.mjs has no test",
            ),
            ("# Threats", "no row"),
        ] {
            let breaches = check(bad, read);
            assert!(
                breaches.len() == 1 && breaches[0].contains(word),
                "{bad}: {breaches:?}"
            );
        }
    }
}
