//! Each MUST that binds a client is kept by authscope's own flow, and a test names it: the table of both, checked
//! against the sources. `docs/coverage-client.md` is generated; `AUTHSCOPE_BLESS=1` writes it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const REQUIREMENTS: &str = include_str!("data/requirements.txt");
const TESTS: &str = include_str!("data/client_tests.txt");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether a file holds a test function of this name, and the function is marked as a test.
fn is_test(place: &str) -> bool {
    let Some((file, name)) = place.split_once("::") else {
        return false;
    };
    let source = std::fs::read_to_string(root().join(file)).unwrap_or_default();
    let Some(at) = source.find(&format!("fn {name}(")) else {
        return false;
    };
    let before = source.get(..at).unwrap_or_default();
    before
        .rsplit('\n')
        .skip(1)
        .take(2)
        .any(|line| line.trim_start().starts_with("#[") && line.contains("test"))
}

#[test]
fn each_must_of_a_client_has_a_test() {
    let mut text = String::from(
        "# What binds a client, and the test that shows it is kept\n\nGenerated. Each MUST of the requirement tables that binds a client, with the tests of authscope's own flow that name it. Revisions: A = 2025-03-26, B = 2025-06-18, C = 2025-11-25, D = 2026-07-28, x = extension.\n\n| id | revisions | requirement | tests |\n|---|---|---|---|\n",
    );
    let mut missing = Vec::new();
    for line in REQUIREMENTS.lines() {
        let [id, revisions, binds, level, requirement] =
            line.splitn(5, '|').collect::<Vec<_>>()[..]
        else {
            panic!("not a row: {line}");
        };
        if !binds.contains("CL") || !level.ends_with('M') {
            continue;
        }
        let listed = TESTS
            .lines()
            .filter_map(|l| l.split_once('|'))
            .find(|(of, _)| *of == id)
            .map_or("", |(_, tests)| tests);
        let tests: Vec<&str> = listed.split(", ").collect();
        missing.extend(
            tests
                .iter()
                .filter(|t| !is_test(t))
                .map(|t| format!("{id}: no such test: {t:?}")),
        );
        let quoted: Vec<String> = tests.iter().map(|t| format!("`{t}`")).collect();
        let row = format!(
            "| {id} | {revisions} | {requirement} | {} |",
            quoted.join("<br>")
        );
        writeln!(text, "{row}").expect("a string takes all");
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    let path = root().join("docs/coverage-client.md");
    if std::env::var_os("AUTHSCOPE_BLESS").is_some() {
        std::fs::write(&path, &text).expect("docs can be written");
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        text,
        "docs/coverage-client.md is not current; run with AUTHSCOPE_BLESS=1"
    );
}

/// The sources of a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn se_05_nothing_is_started_through_a_shell() {
    let mut found = Vec::new();
    for name in ["cli", "engine", "net", "protocol", "server"] {
        sources(&root().join("crates").join(name).join("src"), &mut found);
    }
    assert!(found.len() > 30, "the sources are read");
    for path in found {
        let source = std::fs::read_to_string(&path).unwrap_or_default();
        for shell in [
            "\"sh\"",
            "\"bash\"",
            "\"cmd\"",
            "\"cmd.exe\"",
            "\"powershell\"",
        ] {
            let used = source.contains("process::Command") && source.contains(shell);
            assert!(!used, "{} names the shell {shell}", path.display());
        }
    }
}
