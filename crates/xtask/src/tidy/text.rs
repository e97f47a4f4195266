//! What the text of a file must and must not have.

/// Files longer than this are probably more than one thing.
const LONG: usize = 500;

/// Folders of somebody's machine: a path that begins so works nowhere else.
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/fa", "rm/"),
    concat!("/tmp", "/w/"),
];

/// Words for work that was left.
const LEFT_WORK: [&str; 4] = [
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
];

/// The breaches in one file, each with its place.
pub(super) fn breaches(name: &str, content: &str) -> Vec<String> {
    if is_generated(name) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if name.ends_with(".rs") && !content.starts_with("//!") {
        found.push(format!(
            "{name}:1: does not open with `//!` and what the file is for"
        ));
    }
    for (number, line) in content.lines().enumerate() {
        let place = format!("{name}:{}", number + 1);
        found.extend(
            MACHINE_PATHS
                .iter()
                .filter(|path| names_path(line, path))
                .map(|path| format!("{place}: a path of one machine: {path}…")),
        );
        found.extend(
            LEFT_WORK
                .iter()
                .filter(|word| line.contains(**word))
                .map(|word| format!("{place}: work that was left: {word}")),
        );
    }
    found
}

/// A warning for a file that is too long.
pub(super) fn too_long(name: &str, content: &str) -> Option<String> {
    let counts = [".rs", ".mjs", ".js", ".css", ".sh"]
        .iter()
        .any(|end| name.ends_with(end))
        && !is_generated(name);
    let lines = content.lines().count();
    (counts && lines > LONG).then(|| format!("{name}: {lines} lines; is it still one thing?"))
}

fn is_generated(name: &str) -> bool {
    name.ends_with(".lock") || name.ends_with("package-lock.json")
}

/// Is `path` in the line as a path of its own, not as a part of an address like `example.org/path/`?
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + path.len()..].chars().next();
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '}' | '-' | '_'))
            && after.is_some_and(|c| c.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_path_is_a_breach_and_an_address_is_not() {
        let bad = format!("//! x\nlet a = \"{}main\";\n", MACHINE_PATHS[0]);
        assert_eq!(
            breaches("a.rs", &bad),
            [format!(
                "a.rs:2: a path of one machine: {}…",
                MACHINE_PATHS[0]
            )]
        );
        let good = format!("//! x\n// https://example.org{}main\n", MACHINE_PATHS[0]);
        assert!(breaches("a.rs", &good).is_empty());
    }

    #[test]
    fn left_work_and_a_missing_purpose_are_breaches() {
        let text = format!("fn a() {{}} // {}\n", LEFT_WORK[0]);
        assert_eq!(breaches("a.rs", &text).len(), 2);
        assert_eq!(breaches("a.md", &text).len(), 1);
        assert!(breaches("Cargo.lock", &text).is_empty());
    }

    #[test]
    fn long_sources_are_named() {
        let long = "line\n".repeat(LONG + 1);
        assert_eq!(
            too_long("a.rs", &long).as_deref(),
            Some("a.rs: 501 lines; is it still one thing?")
        );
        assert_eq!(too_long("a.md", &long), None);
    }
}
