//! The Rust that compiles the UI: looks at the machine, carries out what [`decision`] says, and sets the
//! environment of the commands that compile to wasm32.

mod decision;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};

use crate::exec::{Cmd, path_with};
use crate::progress::{note, step};
use crate::system::{Apt, apt, apt_install, find};
use crate::workspace::Workspace;

pub(crate) use decision::Compiler;
use decision::{Attempt, Facts, Next, next};

/// The target that the UI is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's Rust for WebAssembly: compiler, cargo, sources of the standard library, linker.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_LINKER: &str = "wasm-ld-22";
/// Where Debian's packages put `cargo` and `rustc`.
const DEBIAN_BIN: &str = "/usr/bin";

/// How long `rustup target add` may take before it counts as failed.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// Finds the compiler of the UI, installing what it needs.
pub(crate) fn compiler(ws: &Workspace) -> anyhow::Result<Compiler> {
    let mut facts = look(ws)?;
    loop {
        match next(&facts) {
            Next::Use(compiler) => return Ok(compiler),
            Next::AddTarget => add_target(ws, &mut facts),
            Next::InstallDebian => install_debian(&mut facts),
            Next::GiveUp(words) => bail!(words),
        }
    }
}

/// Sets up a command that compiles to wasm32: its own target folder, and the compiler that was found.
pub(crate) fn with_compiler(
    ws: &Workspace,
    compiler: Compiler,
    tools: &[PathBuf],
    command: Cmd,
) -> anyhow::Result<Cmd> {
    let mut folders: Vec<&Path> = tools.iter().map(PathBuf::as_path).collect();
    let command = command.env("CARGO_TARGET_DIR", ws.path("frontend/target"));
    if compiler == Compiler::Active {
        return Ok(command.env("PATH", path_with(&folders)?));
    }
    folders.push(Path::new(DEBIAN_BIN));
    Ok(command
        .env("PATH", path_with(&folders)?)
        // Set by rustup and cargo for the active toolchain, which is not the one to be used.
        .without("RUSTUP_TOOLCHAIN")
        .without("LD_LIBRARY_PATH")
        .without("RUSTC")
        // Building the standard library is an unstable option of cargo.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER))
}

fn look(ws: &Workspace) -> anyhow::Result<Facts> {
    let rustup = find("rustup").is_some();
    let no_rustup = || Attempt::Impossible("there is no `rustup` on PATH".into());
    let no_apt = || {
        Attempt::Impossible("this is not a Debian with the right to install packages (root, or sudo without a password)".into())
    };
    Ok(Facts {
        wanted: wanted()?,
        target_there: target_there(ws),
        add_target: if rustup { Attempt::Open } else { no_rustup() },
        debian_there: debian_there(),
        install_debian: if apt() == Apt::No {
            no_apt()
        } else {
            Attempt::Open
        },
    })
}

fn wanted() -> anyhow::Result<Option<Compiler>> {
    match std::env::var("AUTHSCOPE_WASM_TOOLCHAIN").as_deref() {
        Err(_) | Ok("") => Ok(None),
        Ok("active") => Ok(Some(Compiler::Active)),
        Ok("debian") => Ok(Some(Compiler::Debian)),
        Ok(other) => bail!("AUTHSCOPE_WASM_TOOLCHAIN is `{other}`; it can be `active` or `debian`"),
    }
}

/// Does the active compiler have the target's standard library, however it came there?
fn target_there(ws: &Workspace) -> bool {
    let printed = Cmd::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .dir(&ws.root)
        .probe();
    printed.is_some_and(|folder| {
        std::fs::read_dir(folder.trim()).is_ok_and(|entries| {
            entries
                .flatten()
                .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

fn add_target(ws: &Workspace, facts: &mut Facts) {
    let result = step(
        &format!("Adding the target {TARGET} to the Rust toolchain"),
        || {
            Cmd::new("rustup")
                .args(["target", "add", TARGET])
                .dir(&ws.root)
                .within(RUSTUP_LIMIT)
                .run()
        },
    );
    facts.target_there = target_there(ws);
    facts.add_target = match result {
        Ok(()) => {
            Attempt::Failed("it succeeded, but the target's standard library is not there".into())
        }
        Err(error) => Attempt::Failed(format!("{error:#}")),
    };
    if !facts.target_there {
        note("rustup could not add it; Debian's packages are tried next");
    }
}

fn install_debian(facts: &mut Facts) {
    let result = apt_install(&DEBIAN_PACKAGES);
    facts.debian_there = debian_there();
    facts.install_debian = match result {
        Ok(()) => Attempt::Failed(format!(
            "it succeeded, but {DEBIAN_BIN} has no rustc from {} on",
            env!("CARGO_PKG_RUST_VERSION")
        )),
        Err(error) => Attempt::Failed(format!("{error:#}")),
    };
}

fn debian_there() -> bool {
    let packages = Cmd::new("dpkg-query")
        .args(["-W", "-f", "${Status}\n"])
        .args(DEBIAN_PACKAGES)
        .probe();
    let installed = packages.is_some_and(|text| {
        text.lines()
            .filter(|line| line.ends_with(" installed"))
            .count()
            == DEBIAN_PACKAGES.len()
    });
    installed
        && debian_rustc().is_ok_and(|version| version >= minor(env!("CARGO_PKG_RUST_VERSION")))
}

/// The minor version of Debian's rustc, the one that counts: Rust is at 1.
fn debian_rustc() -> anyhow::Result<Option<u32>> {
    let printed = Cmd::new(Path::new(DEBIAN_BIN).join("rustc"))
        .arg("--version")
        .without("LD_LIBRARY_PATH")
        .probe()
        .context("Debian's rustc does not run")?;
    Ok(printed.split_whitespace().nth(1).and_then(minor))
}

/// `96` of `1.96.0`.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_minor_number() {
        assert_eq!(minor("1.96.0"), Some(96));
        assert!(minor("1.100.0") > minor(env!("CARGO_PKG_RUST_VERSION")));
        assert!(minor("nonsense") < minor("1.0.0"));
    }
}
