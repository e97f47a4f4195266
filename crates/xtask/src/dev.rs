//! `cargo xtask dev`: Trunk rebuilds the UI on every change, and the server is rebuilt and restarted when a
//! crate changes. While a build fails, the last good server goes on running.

use std::path::PathBuf;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use anyhow::bail;

use crate::exec::Cmd;
use crate::files::last_change;
use crate::progress::{note, step};
use crate::ui;
use crate::workspace::Workspace;

const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Runs until it is interrupted, or until Trunk ends.
pub(crate) fn dev(ws: &Workspace, args: &[String]) -> anyhow::Result<()> {
    // Not the release build's folder: the two would overwrite each other's files.
    let dist = ws.path("frontend/dist");
    std::fs::create_dir_all(&dist)?;
    let mut trunk = ui::prepare(ws)?
        .trunk(ws, "watch")?
        .arg("--dist")
        .arg(&dist)
        .start()?;
    let watched = [
        ws.path("crates"),
        ws.path("Cargo.toml"),
        ws.path("Cargo.lock"),
    ];
    let mut server = Server { child: None };
    let mut seen = None;
    loop {
        let latest = last_change(&watched)?;
        if latest != seen {
            seen = latest;
            server.renew(ws, &dist, args);
        }
        if let Some(status) = trunk.try_wait()? {
            bail!("trunk watch ended with {status}");
        }
        server.report_end()?;
        sleep(LOOK_EVERY);
    }
}

/// The running server, if there is one; ended when this program leaves the loop.
struct Server {
    child: Option<Child>,
}

impl Server {
    fn renew(&mut self, ws: &Workspace, dist: &PathBuf, args: &[String]) {
        let built = step("Building the server", || {
            ws.cargo(&["build", "--package", "authscope"]).run()
        });
        if built.is_err() {
            return note("the server stays as it was until this is mended");
        }
        self.end();
        let binary = ws
            .target
            .join("debug")
            .join(format!("authscope{}", std::env::consts::EXE_SUFFIX));
        let started = Cmd::new(binary)
            .args(["serve", "--lab", "--ui-dir"])
            .arg(dist)
            .args(args)
            .start();
        match started {
            Ok(child) => self.child = Some(child),
            Err(error) => note(&format!("{error:#}")),
        }
    }

    fn report_end(&mut self) -> anyhow::Result<()> {
        if let Some(child) = &mut self.child
            && let Some(status) = child.try_wait()?
        {
            note(&format!(
                "the server ended with {status}; it is started again after the next change"
            ));
            self.child = None;
        }
        Ok(())
    }

    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
