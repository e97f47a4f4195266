//! Where things are: the checkout, cargo's target folder, the tools cache, the built UI.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use crate::exec::Cmd;

/// The crates that the UI shares with the server: pure, and compiled to wasm32 as well.
pub(crate) const PURE_CRATES: [&str; 6] = [
    "model", "protocol", "rules", "diagram", "compare", "formats",
];

/// The checkout and the folders that belong to it.
pub(crate) struct Workspace {
    /// The top folder of the checkout.
    pub(crate) root: PathBuf,
    /// Cargo's target folder for everything but the UI.
    pub(crate) target: PathBuf,
    /// Tools that outlive a checkout.
    pub(crate) tools: PathBuf,
    /// The built UI, as the server embeds it.
    pub(crate) dist: PathBuf,
    /// What `cargo metadata --no-deps` says about the workspace.
    pub(crate) metadata: Value,
}

impl Workspace {
    /// Finds the checkout that this program was started in.
    pub(crate) fn locate() -> anyhow::Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest
            .ancestors()
            .nth(2)
            .context("this program was not started by `cargo xtask`")?
            .to_path_buf();
        let metadata = metadata(&root)?;
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target folder")?
            .into();
        let dist =
            std::env::var_os("AUTHSCOPE_UI_DIST").map_or_else(|| root.join("dist"), PathBuf::from);
        Ok(Self {
            tools: tools_cache()?,
            target,
            dist,
            metadata,
            root,
        })
    }

    /// A path inside the checkout.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A `cargo` call in the checkout, for the host.
    pub(crate) fn cargo(&self, args: &[&str]) -> Cmd {
        Cmd::new("cargo").args(args).dir(&self.root)
    }

    /// `--locked` where nobody is there to commit a changed lock file.
    pub(crate) fn locked(&self) -> &'static [&'static str] {
        if std::env::var_os("CI").is_some() {
            &["--locked"]
        } else {
            &[]
        }
    }

    /// The packages of the workspace, as cargo describes them.
    pub(crate) fn packages(&self) -> impl Iterator<Item = &Value> {
        self.metadata["packages"].as_array().into_iter().flatten()
    }
}

fn metadata(root: &Path) -> anyhow::Result<Value> {
    let text = Cmd::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .dir(root)
        .text()?;
    serde_json::from_str(&text).context("cargo metadata printed something other than JSON")
}

fn tools_cache() -> anyhow::Result<PathBuf> {
    if let Some(folder) = std::env::var_os("AUTHSCOPE_TOOLS_CACHE") {
        return Ok(folder.into());
    }
    let caches = match std::env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => std::env::home_dir()
            .context("no home folder: set AUTHSCOPE_TOOLS_CACHE to a folder for the tools")?
            .join(".cache"),
    };
    Ok(caches.join("authscope-tools"))
}
