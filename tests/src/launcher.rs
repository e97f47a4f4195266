//! Real servers, each started by a launcher script on free ports and ended with the value that stands for it.

use anyhow::{Context as _, bail};
use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::golden;
use crate::ports::free_ports;

/// How long a first start may take: it installs the server, which on a machine at work with other things takes minutes.
const LIMIT: Duration = Duration::from_secs(900);

/// The folder of launchers, or in words why this ring cannot run here.
///
/// # Errors
/// When there is no such folder.
pub fn folder() -> Result<PathBuf, String> {
    let folder = std::env::var_os("AUTHSCOPE_SERVERS")
        .map_or_else(|| golden::root().join("../shared/servers"), PathBuf::from);
    if folder.is_dir() {
        return Ok(folder);
    }
    Err(format!(
        "{} is no folder of server launchers; AUTHSCOPE_SERVERS names one",
        folder.display()
    ))
}

/// A running server. Dropping it ends it and its children.
pub struct Server {
    child: Child,
    ready: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // TERM, not KILL: the launcher ends its children then.
        if let Some(id) = self.child.id() {
            let _ = std::process::Command::new("kill")
                .arg(id.to_string())
                .status();
        }
    }
}

impl Server {
    /// Starts a launcher with environment variables of its own.
    ///
    /// # Errors
    /// When it does not become ready; the error ends with what it said.
    pub async fn start(name: &str, switches: &[(&str, &str)]) -> anyhow::Result<Self> {
        let script = folder()
            .map_err(anyhow::Error::msg)?
            .join(name)
            .join("start.sh");
        let mut tries = 3;
        loop {
            tries -= 1;
            match Self::try_start(&script, switches).await {
                // Somebody else took the port in between.
                Err(error) if tries > 0 && error.to_string().contains("in use") => {}
                result => return result.with_context(|| format!("start {name} {switches:?}")),
            }
        }
    }

    async fn try_start(script: &PathBuf, switches: &[(&str, &str)]) -> anyhow::Result<Self> {
        let said = tempfile::NamedTempFile::new()?;
        let mut child = Command::new("bash")
            .arg(script)
            .arg(free_ports(2)?.to_string())
            .envs(switches.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(said.path())?)
            .spawn()?;
        let printed = child.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(printed).lines();
        let line = tokio::time::timeout(LIMIT, lines.next_line()).await;
        let mut server = Self {
            child,
            ready: String::new(),
        };
        match line {
            Ok(Ok(Some(line))) if line.starts_with("READY ") => {
                server.ready = line;
                Ok(server)
            }
            _ => {
                let said = std::fs::read_to_string(said.path()).unwrap_or_default();
                bail!("not ready: {said}")
            }
        }
    }

    /// A value of the line that said it is ready, such as `mcp` or `login`.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        let pairs = self
            .ready
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .next()
            .unwrap_or_default()
    }
}
