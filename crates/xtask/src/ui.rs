//! Building the UI: Trunk, then Brotli. Skipped when nothing that goes into it changed since the last time.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;

use crate::bundle;
use crate::compress::compress_all;
use crate::exec::Cmd;
use crate::files::fingerprint;
use crate::progress::{note, step};
use crate::tools::ensure_tools;
use crate::wasm::{self, Compiler};
use crate::workspace::{PURE_CRATES, Workspace};

/// What building the UI needs: the compiler, and the folders of its tools.
pub(crate) struct Kit {
    compiler: Compiler,
    tools: Vec<PathBuf>,
}

impl Kit {
    /// A Trunk call. Without `NO_COLOR`, whose usual value `1` Trunk refuses.
    pub(crate) fn trunk(&self, ws: &Workspace, command: &str) -> anyhow::Result<Cmd> {
        let trunk = Cmd::new("trunk")
            .arg(command)
            .dir(&ws.root)
            .without("NO_COLOR")
            .without("RUST_BACKTRACE");
        wasm::with_compiler(ws, self.compiler, &self.tools, trunk)
    }
}

/// Finds the compiler and the tools, installing what is missing.
pub(crate) fn prepare(ws: &Workspace) -> anyhow::Result<Kit> {
    Ok(Kit {
        compiler: wasm::compiler(ws)?,
        tools: ensure_tools(ws)?,
    })
}

/// Builds the UI for release into the workspace's `dist`, unless what is there is current.
pub(crate) fn build(ws: &Workspace) -> anyhow::Result<()> {
    let stamp = ws.path("frontend/target/ui.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|seen| current_stamp(ws).is_ok_and(|now| now == seen)) {
        note("the UI is current");
        return Ok(());
    }
    let kit = prepare(ws)?;
    step("Building the UI (WebAssembly, release)", || {
        kit.trunk(ws, "build")?
            .arg("--release")
            .arg("--dist")
            .arg(&ws.dist)
            .run()
    })?;
    bundle::styles(&ws.dist)?;
    step("Compressing the UI (Brotli)", || compress_all(&ws.dist))?;
    fs::write(&stamp, current_stamp(ws)?)
        .with_context(|| format!("could not write {}", stamp.display()))
}

/// The state of everything that goes into the UI, and of what came out.
fn current_stamp(ws: &Workspace) -> anyhow::Result<String> {
    let inputs = fingerprint(&ws.root, &inputs(ws))?;
    let output = fingerprint(&ws.dist, &built_files(ws)?)?;
    Ok(format!("{inputs:016x} {output:016x}\n"))
}

fn inputs(ws: &Workspace) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = ["frontend", "static", "Trunk.toml", "Cargo.toml"]
        .iter()
        .map(|path| ws.path(path))
        .collect();
    paths.extend(PURE_CRATES.iter().map(|name| ws.path("crates").join(name)));
    paths
}

fn built_files(ws: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(&ws.dist) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("could not list {}", ws.dist.display()));
        }
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}
