//! Ring `field`: the binary against servers that share no code with it, each with one fault, and against right ones
//! with traps. The servers, the faults and what a fair judge expects stand in `tests/field`, written in JavaScript
//! from the specifications and from reports of the field.

use anyhow::{Context as _, ensure};
use authscope_tests::{golden, tools};
use std::process::Command;

#[test]
fn every_fault_is_named_and_every_right_server_is_left_alone() -> anyhow::Result<()> {
    let played = Command::new("node")
        .arg(golden::root().join("tests/field/run.mjs"))
        .arg("--bin")
        .arg(tools::authscope()?)
        .output()
        .context("run node, which the build of the UI needs too")?;
    let said = String::from_utf8_lossy(&played.stdout);
    let broke = String::from_utf8_lossy(&played.stderr);
    ensure!(played.status.success(), "{said}{broke}");
    // A row that was not played would be a row that cannot fail.
    let rows = said
        .lines()
        .find_map(|line| line.strip_prefix("rows played: "));
    ensure!(
        rows.and_then(|n| n.parse::<usize>().ok()) > Some(2000),
        "only few rows were played: {said}"
    );
    Ok(())
}
