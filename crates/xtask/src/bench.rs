//! `cargo xtask bench`: how fast the page is, measured in headless Chromium against the release binary.

use crate::binary;
use crate::exec::Cmd;
use crate::system::{chromium, npm_ci};
use crate::workspace::Workspace;

/// Prints a table of figures, each with its budget and their ratio. `AUTHSCOPE_BIN` measures another binary.
pub(crate) fn bench(ws: &Workspace) -> anyhow::Result<()> {
    let binary = match std::env::var_os("AUTHSCOPE_BIN") {
        Some(path) => path.into(),
        None => binary::build(ws)?,
    };
    let folder = ws.path("tests/browser");
    npm_ci(&folder)?;
    Cmd::new("node")
        .arg("bench.mjs")
        .dir(&folder)
        .env("AUTHSCOPE_BIN", binary)
        .env("AUTHSCOPE_CHROMIUM", chromium()?)
        .take_over()
}
