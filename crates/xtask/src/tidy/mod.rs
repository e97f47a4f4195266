//! The house rules that no compiler checks: which crate may depend on which, what a file must begin with, what
//! must not be written, that every threat has a test, and that the lock files are current.

mod edges;
mod text;
mod threats;

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::exec::Cmd;
use crate::progress::note;
use crate::workspace::Workspace;

/// Runs every check; all breaches are listed before it fails.
pub(crate) fn tidy(ws: &Workspace) -> anyhow::Result<()> {
    let mut breaches = edges::breaches(ws);
    for file in project_files(ws)? {
        let Ok(content) = std::fs::read_to_string(ws.path(&file)) else {
            continue; // A picture, or a file deleted and not yet committed so.
        };
        let name = file.to_string_lossy();
        breaches.extend(text::breaches(&name, &content));
        if let Some(warning) = text::too_long(&name, &content) {
            note(&warning);
        }
    }
    breaches.extend(threats::breaches(ws));
    breaches.extend(stale_locks(ws));
    for breach in &breaches {
        note(breach);
    }
    match breaches.len() {
        0 => Ok(()),
        count => bail!("{count} breaches of the house rules, listed above"),
    }
}

/// Every file that is part of the project, or will be with the next commit.
fn project_files(ws: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let list = Cmd::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .dir(&ws.root)
        .text();
    let list = list.context("tidy needs git and a git checkout to know the project's files")?;
    Ok(list
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .collect())
}

/// A lock file that cargo would change is one that somebody forgot to commit.
fn stale_locks(ws: &Workspace) -> Vec<String> {
    let is_stale = |manifest: &&str| {
        let tree = ws.cargo(&[
            "tree",
            "--quiet",
            "--locked",
            "--depth",
            "0",
            "--manifest-path",
            manifest,
        ]);
        tree.text().is_err()
    };
    let manifests = ["Cargo.toml", "frontend/Cargo.toml", "fuzz/Cargo.toml"]
        .into_iter()
        .filter(is_stale);
    manifests
        .map(|manifest| {
            let lock = manifest.replace(".toml", ".lock");
            format!(
                "{lock}: not current; run `cargo check --manifest-path {manifest}` and commit it"
            )
        })
        .collect()
}
