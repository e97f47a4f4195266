//! `cargo xtask run`: the release build, served together with the lab.

use crate::binary;
use crate::exec::Cmd;
use crate::progress::note;
use crate::workspace::Workspace;

/// Builds what is not current, then becomes `authscope serve --lab`, which prints its address.
pub(crate) fn run(ws: &Workspace, args: &[String]) -> anyhow::Result<()> {
    let binary = binary::build(ws)?;
    note("starting; Ctrl-C ends it");
    let args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    Cmd::new(binary)
        .args(["serve", "--lab"])
        .args(args)
        .take_over()
}
