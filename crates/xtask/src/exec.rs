//! Running other programs: what they print is passed on at once, silence is filled with a sign of life,
//! and a failure says which command it was.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write as _, stderr};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::progress::elapsed;

const POLL: Duration = Duration::from_millis(40);
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// A command about to be run.
pub(crate) struct Cmd {
    inner: Command,
    limit: Option<Duration>,
}

impl Cmd {
    /// A command without the variables that cargo set for this program: they would make nested cargo calls
    /// rebuild crates whose build scripts watch them.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut inner = Command::new(program);
        inner.stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if is_set_by_cargo_run(&name.to_string_lossy()) {
                inner.env_remove(name);
            }
        }
        Self { inner, limit: None }
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.inner.arg(arg);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.inner.args(args);
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Removes an environment variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.inner.env_remove(name);
        self
    }

    /// Sets the folder to run in.
    pub(crate) fn dir(mut self, folder: &Path) -> Self {
        self.inner.current_dir(folder);
        self
    }

    /// Ends the command when it has not ended by itself after `limit`.
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Runs it, its output going to standard error; failing is an error.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        self.inner.stdout(stderr());
        let child = self.start()?;
        let status = self.wait(child)?;
        self.check(status)
    }

    /// Runs it with its output passed on line by line, and hands every line to `look` as well.
    pub(crate) fn run_watched<T: Send + 'static>(
        mut self,
        look: fn(&str) -> Option<T>,
    ) -> anyhow::Result<(bool, Vec<T>)> {
        self.inner.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.start()?;
        let readers: Vec<_> = [
            child.stdout.take().map(|pipe| pass_on(pipe, look)),
            child.stderr.take().map(|pipe| pass_on(pipe, look)),
        ]
        .into_iter()
        .flatten()
        .collect();
        let status = self.wait(child)?;
        let seen = readers
            .into_iter()
            .flat_map(|reader| reader.join().unwrap_or_default())
            .collect();
        Ok((status.success(), seen))
    }

    /// Runs it and returns what it printed on standard output; its standard error is passed on.
    pub(crate) fn text(mut self) -> anyhow::Result<String> {
        self.inner.stdout(Stdio::piped());
        let mut child = self.start()?;
        let reader = child.stdout.take().map(|mut pipe| {
            spawn(move || {
                let mut bytes = Vec::new();
                pipe.read_to_end(&mut bytes).map(|_| bytes)
            })
        });
        let status = self.wait(child)?;
        let bytes = match reader.map(JoinHandle::join) {
            Some(Ok(Ok(bytes))) => bytes,
            _ => bail!("could not read what {} printed", self.shown()),
        };
        self.check(status)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Runs it silently; `None` when it cannot be started or fails.
    pub(crate) fn probe(mut self) -> Option<String> {
        self.inner.stderr(Stdio::null());
        self.text().ok()
    }

    /// Starts it and returns at once.
    pub(crate) fn start(&mut self) -> anyhow::Result<Child> {
        self.inner
            .spawn()
            .with_context(|| format!("could not start {}", self.shown()))
    }

    /// Runs it in place of this program (on Unix; elsewhere as a child).
    pub(crate) fn take_over(mut self) -> anyhow::Result<()> {
        self.inner.stdin(Stdio::inherit());
        #[cfg(unix)]
        {
            let error = std::os::unix::process::CommandExt::exec(&mut self.inner);
            Err(error).with_context(|| format!("could not start {}", self.shown()))
        }
        #[cfg(not(unix))]
        {
            let status = self
                .inner
                .status()
                .with_context(|| format!("could not start {}", self.shown()))?;
            self.check(status)
        }
    }

    fn wait(&self, mut child: Child) -> anyhow::Result<ExitStatus> {
        let start = Instant::now();
        let mut next_sign = SIGN_OF_LIFE;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            let passed = start.elapsed();
            if self.limit.is_some_and(|limit| passed >= limit) {
                child.kill()?;
                child.wait()?;
                bail!("{} had not ended after {}", self.shown(), elapsed(passed));
            }
            if passed >= next_sign && !stderr().is_terminal() {
                eprintln!(
                    "    … still running after {}: {}",
                    elapsed(passed),
                    self.shown()
                );
                next_sign += SIGN_OF_LIFE;
            }
            sleep(POLL);
        }
    }

    fn check(&self, status: ExitStatus) -> anyhow::Result<()> {
        if !status.success() {
            bail!("{} ended with {status}", self.shown());
        }
        Ok(())
    }

    /// The command as a person would type it, shortened.
    fn shown(&self) -> String {
        let program = Path::new(self.inner.get_program())
            .file_name()
            .unwrap_or_default();
        let mut text = format!("`{}", program.to_string_lossy());
        for arg in self.inner.get_args().take(6) {
            let _ = write!(text, " {}", arg.to_string_lossy());
        }
        let rest = if self.inner.get_args().len() > 6 {
            " …`"
        } else {
            "`"
        };
        text + rest
    }
}

fn is_set_by_cargo_run(name: &str) -> bool {
    name == "CARGO" || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

fn pass_on<T: Send + 'static>(
    pipe: impl Read + Send + 'static,
    look: fn(&str) -> Option<T>,
) -> JoinHandle<Vec<T>> {
    spawn(move || {
        let mut seen = Vec::new();
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while lines
            .read_until(b'\n', &mut line)
            .is_ok_and(|read| read > 0)
        {
            let _ = stderr().write_all(&line);
            seen.extend(look(&String::from_utf8_lossy(&line)));
            line.clear();
        }
        seen
    })
}

/// `PATH` with folders put in front.
pub(crate) fn path_with(folders: &[&Path]) -> anyhow::Result<OsString> {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = folders
        .iter()
        .map(|folder| folder.to_path_buf())
        .chain(std::env::split_paths(&rest));
    std::env::join_paths(all).context("a folder for PATH has a separator in its name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command() {
        let error = Cmd::new("cargo")
            .args(["no-such-command-here"])
            .without("PATH_THAT_IS_NOT_SET")
            .run()
            .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("`cargo no-such-command-here` ended with"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Cmd::new("authscope-no-such-program").text().unwrap_err();
        assert_eq!(
            error.to_string(),
            "could not start `authscope-no-such-program`"
        );
    }

    #[test]
    fn only_what_cargo_set_for_this_program_is_removed() {
        assert!(is_set_by_cargo_run("CARGO_PKG_NAME"));
        assert!(is_set_by_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_TARGET_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_HOME"));
    }
}
