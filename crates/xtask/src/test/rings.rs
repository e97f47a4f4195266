//! The rings, cheapest first. Those with real servers and the browser use the release binary: what ships is what
//! is tested.

use std::ops::Add as _;

use anyhow::{bail, ensure};

use super::counts::{self, Counts};
use super::{Context, Outcome, Ring, browser, fuzz};
use crate::exec::{Cmd, path_with};
use crate::system::{find, require_nginx, require_postgres};
use crate::tools::ensure_deny;
use crate::workspace::{PURE_CRATES, Workspace};
use crate::{budget, tidy, ui, wasm};

/// The package whose test targets are rings of their own.
const RINGS_PACKAGE: &str = "authscope-tests";

/// Every ring, in the order in which they run.
pub(super) fn all(ws: &Workspace) -> Vec<Ring> {
    let mut rings = vec![
        ring("tidy", |context| tidy::tidy(context.ws).map(passed)),
        ring("fmt", fmt),
        ring("clippy", clippy),
        ring("docs", docs),
        ring("unit", unit),
        ring("wasm", wasm_check),
        ring("ui", ui_native),
        ring("build", |context| context.binary().map(passed)),
        ring("budget", |context| {
            ui::build(context.ws)
                .and_then(|()| budget::check(&context.ws.dist))
                .map(passed)
        }),
    ];
    rings.extend(test_targets(ws).into_iter().map(|target| {
        let name = target.clone();
        Ring {
            name,
            run: Box::new(move |context| integration(context, &target)),
        }
    }));
    rings.push(ring("fuzz", |context| fuzz::run(context).map(Some)));
    rings.push(ring("browser", browser::run));
    rings.push(ring("deny", deny));
    rings
}

fn ring(name: &str, run: fn(&Context) -> anyhow::Result<Outcome>) -> Ring {
    Ring {
        name: name.into(),
        run: Box::new(run),
    }
}

fn passed<T>(_: T) -> Outcome {
    None
}

fn fmt(context: &Context) -> anyhow::Result<Outcome> {
    context.ws.cargo(&["fmt", "--all", "--check"]).run()?;
    context
        .ws
        .cargo(&[
            "fmt",
            "--all",
            "--check",
            "--manifest-path",
            "frontend/Cargo.toml",
        ])
        .run()?;
    let fuzz = [
        "fmt",
        "--all",
        "--check",
        "--manifest-path",
        "fuzz/Cargo.toml",
    ];
    context.ws.cargo(&fuzz).run().map(passed)
}

fn clippy(context: &Context) -> anyhow::Result<Outcome> {
    let command = context
        .ws
        .cargo(&["clippy", "--workspace", "--all-targets"])
        .args(context.ws.locked());
    command.args(["--", "-D", "warnings"]).run().map(passed)
}

fn docs(context: &Context) -> anyhow::Result<Outcome> {
    let command = context
        .ws
        .cargo(&["doc", "--workspace", "--no-deps"])
        .args(context.ws.locked());
    command.env("RUSTDOCFLAGS", "-D warnings").run().map(passed)
}

/// Unit and integration tests of every crate, then the examples in the documentation.
fn unit(context: &Context) -> anyhow::Result<Outcome> {
    require_postgres()?;
    let tests = runner(context, &["--workspace", "--exclude", RINGS_PACKAGE]);
    let counted = count(tests)?;
    if !context.filter.is_empty() {
        return Ok(Some(counted));
    }
    let examples = context
        .ws
        .cargo(&["test", "--doc", "--workspace", "--exclude", RINGS_PACKAGE]);
    context.ws.locked().iter().fold(examples, Cmd::arg).run()?;
    Ok(Some(counted))
}

/// One test target of the rings package, with the release binary at hand.
fn integration(context: &Context, target: &str) -> anyhow::Result<Outcome> {
    if target == "instances" {
        require_postgres()?;
        require_nginx()?;
    }
    let binary = context.binary()?;
    let tests = runner(context, &["--package", RINGS_PACKAGE, "--test", target]);
    count(
        tests
            .env("AUTHSCOPE_BIN", binary)
            .env("AUTHSCOPE_UI_DIST", &context.ws.dist),
    )
    .map(Some)
}

/// nextest where it is installed, else cargo test.
fn runner(context: &Context, what: &[&str]) -> Cmd {
    let start: &[&str] = if find("cargo-nextest").is_some() {
        &["nextest", "run"]
    } else {
        &["test", "--all-targets"]
    };
    context
        .ws
        .cargo(start)
        .args(what)
        .args(context.ws.locked())
        .args(context.filter)
        .env("CARGO_TERM_COLOR", "never")
}

/// Runs tests and counts them; none at all is a failure, because then something was not found.
fn count(command: Cmd) -> anyhow::Result<Counts> {
    let (success, seen) = command.run_watched(counts::read)?;
    let sum = seen.into_iter().fold(Counts::default(), Counts::add);
    if !success {
        bail!(
            "{} of {} tests failed, or something before them did",
            sum.failed,
            sum.failed + sum.passed
        );
    }
    ensure!(sum.passed > 0, "no test ran");
    Ok(sum)
}

/// The pure crates compile to WebAssembly, with the compiler that builds the UI.
fn wasm_check(context: &Context) -> anyhow::Result<Outcome> {
    let compiler = wasm::compiler(context.ws)?;
    let mut command = context
        .ws
        .cargo(&["check", "--target", wasm::TARGET])
        .args(context.ws.locked());
    for name in PURE_CRATES {
        command = command.arg("--package").arg(format!("authscope-{name}"));
    }
    wasm::with_compiler(context.ws, compiler, &[], command)?
        .run()
        .map(passed)
}

/// The UI's lints and unit tests, compiled for the host: faster than in a browser, and its logic is plain Rust.
fn ui_native(context: &Context) -> anyhow::Result<Outcome> {
    let cargo = |args: &[&str]| {
        let command = context
            .ws
            .cargo(args)
            .args(["--manifest-path", "frontend/Cargo.toml"])
            .args(context.ws.locked());
        command.env("CARGO_TARGET_DIR", context.ws.target.join("ui"))
    };
    cargo(&["clippy", "--workspace", "--all-targets"])
        .args(["--", "-D", "warnings"])
        .run()?;
    let (success, seen) = cargo(&["test", "--workspace"])
        .env("CARGO_TERM_COLOR", "never")
        .run_watched(counts::read)?;
    ensure!(success, "the UI's unit tests failed");
    Ok(Some(seen.into_iter().fold(Counts::default(), Counts::add)))
}

/// Licences, sources and banned crates of the dependencies of every workspace. Known vulnerabilities are not part of
/// it: they need a database from the network, and appear without any change here.
fn deny(context: &Context) -> anyhow::Result<Outcome> {
    let path = path_with(&[&ensure_deny(context.ws)?])?;
    for manifest in ["Cargo.toml", "frontend/Cargo.toml", "fuzz/Cargo.toml"] {
        let command = context
            .ws
            .cargo(&["deny", "--manifest-path", manifest])
            .env("PATH", &path);
        command
            .args([
                "--config",
                "deny.toml",
                "check",
                "bans",
                "licenses",
                "sources",
            ])
            .run()?;
    }
    Ok(None)
}

/// The names of the test targets of the rings package.
fn test_targets(ws: &Workspace) -> Vec<String> {
    let package = ws
        .packages()
        .find(|package| package["name"] == RINGS_PACKAGE);
    let targets = package
        .and_then(|package| package["targets"].as_array())
        .into_iter()
        .flatten();
    let tests = targets.filter(|target| {
        target["kind"]
            .as_array()
            .is_some_and(|kinds| kinds.iter().any(|kind| kind == "test"))
    });
    tests
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect()
}
