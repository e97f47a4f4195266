//! What the machine offers: programs on PATH, Debian's packages, Node, a browser.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context as _, bail};

use crate::exec::Cmd;
use crate::progress::step;

/// How packages of the system can be installed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apt {
    /// As root.
    Root,
    /// Through sudo, without a password.
    Sudo,
    /// Not at all: no apt-get, or no right to use it.
    No,
}

/// Finds a program on PATH.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Whether and how `apt-get install` can be used.
pub(crate) fn apt() -> Apt {
    static FOUND: OnceLock<Apt> = OnceLock::new();
    *FOUND.get_or_init(|| {
        if find("apt-get").is_none() {
            Apt::No
        } else if Cmd::new("id")
            .arg("-u")
            .probe()
            .is_some_and(|id| id.trim() == "0")
        {
            Apt::Root
        } else if Cmd::new("sudo").args(["-n", "true"]).probe().is_some() {
            Apt::Sudo
        } else {
            Apt::No
        }
    })
}

/// Installs packages of the system.
pub(crate) fn apt_install(packages: &[&str]) -> anyhow::Result<()> {
    step(
        &format!("Installing Debian packages: {}", packages.join(" ")),
        || {
            static UPDATED: OnceLock<()> = OnceLock::new();
            if UPDATED.set(()).is_ok() {
                apt_get()?.args(["update", "-q"]).run()?;
            }
            apt_get()?
                .args(["install", "-y", "-q", "--no-install-recommends"])
                .args(packages)
                .run()
        },
    )
}

fn apt_get() -> anyhow::Result<Cmd> {
    let command = match apt() {
        Apt::Root => Cmd::new("apt-get"),
        Apt::Sudo => Cmd::new("sudo").args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]),
        Apt::No => bail!(
            "packages cannot be installed here: no apt-get, or neither root nor sudo without a password"
        ),
    };
    Ok(command.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The oldest Node that the tests and wasm-opt run on.
const NODE: u32 = 20;

/// Checks that a usable Node and npm are there.
pub(crate) fn require_node() -> anyhow::Result<()> {
    let advice = format!("install Node.js {NODE} or newer with npm, and run this again");
    let version = Cmd::new("node")
        .arg("--version")
        .probe()
        .with_context(|| format!("there is no `node` on PATH: {advice}"))?;
    if major(&version).is_none_or(|major| major < NODE) {
        bail!("node {} is too old: {advice}", version.trim());
    }
    find("npm")
        .map(drop)
        .with_context(|| format!("there is no `npm` on PATH: {advice}"))
}

/// `20` of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// Installs exactly what a folder's `package-lock.json` says, unless that is what is there.
pub(crate) fn npm_ci(folder: &Path) -> anyhow::Result<()> {
    require_node()?;
    let lock = std::fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no readable package-lock.json", folder.display()))?;
    let installed = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&installed).is_ok_and(|seen| seen == lock) {
        return Ok(());
    }
    step("Installing the packages of the browser tests", || {
        Cmd::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .dir(folder)
            .run()?;
        std::fs::write(&installed, lock).context("could not note what was installed")
    })
}

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser for the browser tests; Debian's Chromium is installed when there is none.
pub(crate) fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("AUTHSCOPE_CHROMIUM") {
        return Ok(named.into());
    }
    if let Some(found) = BROWSERS.iter().find_map(|name| find(name)) {
        return Ok(found);
    }
    apt_install(&["chromium"])
        .context("no Chromium on PATH; install one, or name it in AUTHSCOPE_CHROMIUM")?;
    find("chromium")
        .context("the package chromium is installed, but there is no `chromium` on PATH")
}

/// Sees to it that there is a PostgreSQL server for tests to start; Debian's is installed when there is none. The tests
/// look where this looks.
pub(crate) fn require_postgres() -> anyhow::Result<()> {
    let debian = || {
        let versions = std::fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten();
        versions
            .flatten()
            .any(|version| version.path().join("bin/initdb").is_file())
    };
    let named = std::env::var_os("AUTHSCOPE_POSTGRES").is_some();
    if named || find("initdb").is_some() || debian() {
        return Ok(());
    }
    apt_install(&["postgresql"]).context(
        "no PostgreSQL server; install one, or name the folder of its programs in AUTHSCOPE_POSTGRES",
    )
}

/// Sees to it that there is an nginx for tests to start.
pub(crate) fn require_nginx() -> anyhow::Result<()> {
    // Not on everybody's PATH.
    let installed = ["/usr/sbin/nginx", "/usr/local/sbin/nginx"];
    if find("nginx").is_some() || installed.iter().any(|file| Path::new(file).is_file()) {
        return Ok(());
    }
    apt_install(&["nginx"]).context("no nginx on PATH; install one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_node_prints() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("24.1.0"), Some(24));
        assert_eq!(major("node"), None);
    }

    #[test]
    fn programs_are_found_on_path() {
        assert!(find("cargo").is_some());
        assert_eq!(find("authscope-no-such-program"), None);
    }
}
