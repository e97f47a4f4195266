//! The complete release binary: the UI first, then the server that embeds it.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::Value;

use crate::progress::step;
use crate::ui;
use crate::workspace::Workspace;

/// Builds the binary and returns its path.
pub(crate) fn build(ws: &Workspace) -> anyhow::Result<PathBuf> {
    ui::build(ws)?;
    step("Building the server (release)", || {
        let messages = ws
            .cargo(&[
                "build",
                "--release",
                "--package",
                "authscope",
                "--bin",
                "authscope",
            ])
            .arg("--message-format=json-render-diagnostics")
            .args(ws.locked())
            .text()?;
        executable(&messages).context("cargo built no binary `authscope`")
    })
}

/// Cargo's own word for where it put the binary.
fn executable(messages: &str) -> Option<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ours = messages.filter(|message| message["target"]["name"] == "authscope");
    let mut paths = ours.filter_map(|message| Some(message["executable"].as_str()?.into()));
    paths.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_read_from_cargos_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"anyhow"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"authscope"},"executable":"out/release/authscope"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some("out/release/authscope".into()));
        assert_eq!(executable("not json"), None);
    }
}
