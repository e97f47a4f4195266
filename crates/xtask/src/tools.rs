//! The tools that build the UI (Trunk and wasm-bindgen from crates.io, wasm-opt from npm) and the one that checks
//! the dependencies. They are kept in the tools cache, outside the checkout, and installed when they are missing or
//! of another version.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};

use crate::exec::Cmd;
use crate::progress::step;
use crate::system::{find, require_node};
use crate::workspace::Workspace;

/// A tool installed by `cargo install`.
struct CargoTool {
    package: &'static str,
    program: &'static str,
    version: String,
    /// Further arguments of `cargo install`.
    args: &'static [&'static str],
    /// How long it takes on two cores, for the heading.
    takes: &'static str,
}

/// Without default features: no update check and no TLS, since nothing is downloaded by Trunk here.
fn trunk() -> CargoTool {
    CargoTool {
        package: "trunk",
        program: "trunk",
        version: "0.21.14".into(),
        args: &["--locked", "--no-default-features"],
        takes: "about 2 minutes",
    }
}

/// In the version of the library that the UI is compiled with: Trunk accepts no other. Not `--locked`: the lock
/// file published with 0.2.130 names a yanked crate.
fn wasm_bindgen(ws: &Workspace) -> anyhow::Result<CargoTool> {
    let lock = ws.path("frontend/Cargo.lock");
    let text = std::fs::read_to_string(&lock)
        .with_context(|| format!("could not read {}", lock.display()))?;
    let version = locked_version(&text, "wasm-bindgen");
    Ok(CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: version
            .context("frontend/Cargo.lock names no wasm-bindgen")?
            .to_owned(),
        args: &["--bin", "wasm-bindgen"],
        takes: "about 1 minute",
    })
}

/// Checks licences, sources and banned crates of the dependency tree.
fn deny() -> CargoTool {
    CargoTool {
        package: "cargo-deny",
        program: "cargo-deny",
        version: "0.20.2".into(),
        args: &["--locked"],
        takes: "about 1 minute",
    }
}

/// The version of a package in a lock file.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?.strip_prefix("version = \"")?;
    version.strip_suffix('"')
}

/// The npm package that carries wasm-opt, and its version.
const BINARYEN: (&str, &str) = ("binaryen", "132.0.0");

/// The folders to put on PATH for building the UI, after installing what is missing in them.
pub(crate) fn ensure_tools(ws: &Workspace) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = vec![ensure_wasm_opt(ws)?];
    for tool in [trunk(), wasm_bindgen(ws)?] {
        let folder = tool.ensure(ws)?;
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    Ok(folders)
}

/// The folder of cargo-deny, after installing it where it is missing.
pub(crate) fn ensure_deny(ws: &Workspace) -> anyhow::Result<PathBuf> {
    deny().ensure(ws)
}

impl CargoTool {
    /// Installs the tool unless it is there; returns its folder.
    fn ensure(&self, ws: &Workspace) -> anyhow::Result<PathBuf> {
        let own = ws.tools.join("bin").join(self.program);
        let there = [Some(own.clone()), find(self.program)];
        if let Some(file) = there.into_iter().flatten().find(|file| self.is_right(file)) {
            return Ok(file
                .parent()
                .context("a program without a folder")?
                .to_path_buf());
        }
        let title = format!(
            "Installing {} {} ({} on two cores, once per machine)",
            self.package, self.version, self.takes
        );
        step(&title, || self.install(ws))?;
        // What was compiled on the way is of no further use, and it is hundreds of megabytes.
        let _ = std::fs::remove_dir_all(ws.tools.join("build"));
        ensure!(
            self.is_right(&own),
            "{} was installed, but {} does not run",
            self.package,
            own.display()
        );
        Ok(ws.tools.join("bin"))
    }

    fn is_right(&self, program: &PathBuf) -> bool {
        let printed = Cmd::new(program).arg("--version").probe();
        printed.is_some_and(|text| text.split_whitespace().any(|word| word == self.version))
    }

    /// Compiled without optimisation: that halves the installation, and running them takes a second either way.
    fn install(&self, ws: &Workspace) -> anyhow::Result<()> {
        ws.cargo(&[
            "install",
            self.package,
            "--version",
            &self.version,
            "--force",
            "--root",
        ])
        .arg(&ws.tools)
        .args(self.args)
        .env("CARGO_TARGET_DIR", ws.tools.join("build"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .without("RUSTFLAGS")
        .run()
    }
}

fn ensure_wasm_opt(ws: &Workspace) -> anyhow::Result<PathBuf> {
    let (package, version) = BINARYEN;
    let folder = ws.tools.join("npm");
    let manifest = folder
        .join("node_modules")
        .join(package)
        .join("package.json");
    require_node()?;
    let installed = std::fs::read(&manifest)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok());
    if installed.is_none_or(|json: serde_json::Value| json["version"] != version) {
        step(
            &format!("Installing wasm-opt (npm package {package} {version})"),
            || {
                std::fs::create_dir_all(&folder)
                    .with_context(|| format!("could not make {}", folder.display()))?;
                let wanted = format!("{package}@{version}");
                Cmd::new("npm")
                    .args([
                        "install",
                        "--no-audit",
                        "--no-fund",
                        "--no-save",
                        "--prefix",
                    ])
                    .arg(&folder)
                    .arg(wanted)
                    .run()
            },
        )?;
    }
    Ok(folder.join("node_modules/.bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_wasm_bindgen_is_the_locked_one() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "leptos"), None);
    }
}
