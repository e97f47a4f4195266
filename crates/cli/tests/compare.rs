//! `authscope compare` on recordings that `check --record` wrote.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use authscope_lab::{Lab, LabConfig};
use serde_json::Value;
use support::{authscope, words};

#[tokio::test(flavor = "multi_thread")]
async fn recordings_are_compared() {
    let lab = Lab::start(LabConfig::default()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let record = |target: &str, name: &str| {
        let url = lab
            .targets()
            .iter()
            .find(|t| t.id == target)
            .unwrap()
            .mcp_url
            .clone();
        let file = folder.path().join(name).to_str().unwrap().to_owned();
        let run = authscope(&["check", &url, "--registration", "dcr", "--record", &file]);
        assert!(!words(&run.stdout).is_empty(), "{}", words(&run.stderr));
        file
    };
    let (one, two, broken) = tokio::task::block_in_place(|| {
        (
            record("healthy", "one.json"),
            record("healthy", "two.json"),
            record("prm-resource-slash", "broken.json"),
        )
    });

    let same = authscope(&["compare", &one, &two]);
    let said = words(&same.stdout);
    assert_eq!(same.status.code(), Some(0), "{said}{}", words(&same.stderr));
    assert!(said.starts_with("No difference: all "), "{said}");

    let different = authscope(&["compare", &one, &broken]);
    let said = words(&different.stdout);
    assert_eq!(different.status.code(), Some(1), "{said}");
    assert!(said.starts_with("First difference: step "), "{said}");
    assert!(said.contains("`resource`"), "{said}");

    let json = authscope(&["compare", &one, &broken, "--format", "json"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["findings"][0]["mark"], "added", "{json:#}");

    let nothing = authscope(&["compare", &one, "/nowhere"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(words(&nothing.stderr).contains("/nowhere"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_has_a_cell_for_each_combination_that_makes_sense() {
    let lab = Lab::start_single(LabConfig::default(), "healthy", &[])
        .await
        .unwrap();
    let url = lab.targets()[0].mcp_url.clone();
    let run =
        tokio::task::block_in_place(|| authscope(&["check", &url, "--matrix", "--format", "json"]));
    let matrix: Value = serde_json::from_slice(&run.stdout).unwrap();
    let names = |list: &str| -> Vec<String> {
        let cells = matrix[list].as_array().unwrap().iter();
        cells
            .map(|cell| {
                format!(
                    "{} {}",
                    cell["revision"].as_str().unwrap(),
                    cell["registration"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert_eq!(
        names("cells"),
        [
            "2025-03-26 dcr",
            "2025-06-18 dcr",
            "2025-11-25 dcr",
            "2026-07-28 dcr"
        ]
    );
    assert_eq!(names("skipped").len(), 8);
    for cell in matrix["cells"].as_array().unwrap() {
        assert!(
            !cell["report"]["steps"].as_array().unwrap().is_empty(),
            "{cell:#}"
        );
    }
    let text = tokio::task::block_in_place(|| authscope(&["check", &url, "--matrix"]));
    let text = words(&text.stdout);
    assert!(
        text.contains("2025-03-26   cimd            not run: "),
        "{text}"
    );
}
