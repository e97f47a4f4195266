//! The ring `fuzz`: every fuzz target for a few seconds, from the corpus that is kept.
//!
//! `cargo fuzz` is not needed, nor a nightly compiler: the targets are libFuzzer programs, and what they need of the
//! compiler is coverage instrumentation, which a stable one has. Sanitizers are left out, which only a nightly compiler
//! has: there is no unsafe code to find faults in.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::Context;
use super::counts::Counts;
use crate::exec::Cmd;
use crate::files::sources;
use crate::system::{apt_install, find};

/// What `cargo fuzz build --sanitizer none` tells the compiler.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 \
     -Ccodegen-units=1";

/// Limits of a run: its time in all, the time of one input, memory, and the length of inputs. `AUTHSCOPE_FUZZ_SECONDS`
/// sets the first, for a longer search.
const SECONDS: &str = "5";
const LIMITS: [&str; 3] = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=16384"];

/// Builds the targets and runs each.
pub(super) fn run(context: &Context) -> anyhow::Result<Counts> {
    if find("c++").is_none() {
        // libFuzzer itself is C++, compiled by its crate.
        apt_install(&["g++"])?;
    }
    let host = host()?;
    let folder = context.ws.target.join("fuzz");
    build(context, &host, &folder)?;
    let programs = folder.join(&host).join("release");
    let mut counts = Counts::default();
    for name in targets(context)? {
        match search(context, &programs.join(&name), &folder, &name) {
            Ok(()) => counts.passed += 1,
            Err(error) => {
                crate::progress::note(&format!("{error:#}"));
                counts.failed += 1;
            }
        }
    }
    ensure!(counts.passed + counts.failed > 0, "no fuzz target was run");
    if counts.failed > 0 {
        bail!("{} fuzz targets found something, see above", counts.failed);
    }
    Ok(counts)
}

/// The compiler's host: with a target named, build scripts stay without instrumentation.
fn host() -> anyhow::Result<String> {
    let version = Cmd::new("rustc").arg("-vV").text()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc -vV names no host")
}

fn build(context: &Context, host: &str, folder: &Path) -> anyhow::Result<()> {
    let args = [
        "build",
        "--release",
        "--bins",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--target",
        host,
    ];
    let command = context.ws.cargo(&args).args(context.ws.locked());
    let command = command
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", folder);
    command.run()
}

/// The names of the targets: the files that define them.
fn targets(context: &Context) -> anyhow::Result<Vec<String>> {
    let files = sources(&context.ws.path("fuzz/fuzz_targets"))?;
    let names = files.iter().filter_map(|file| file.file_stem()?.to_str());
    let wanted = |name: &&str| {
        context.filter.is_empty()
            || context
                .filter
                .iter()
                .any(|part| name.contains(part.as_str()))
    };
    Ok(names.filter(wanted).map(str::to_owned).collect())
}

/// One target. What it finds on the way is kept in the target folder, what breaks it beside that.
fn search(context: &Context, program: &Path, folder: &Path, name: &str) -> anyhow::Result<()> {
    let found: PathBuf = folder.join("corpus").join(name);
    let broken = folder.join("artifacts").join(name);
    for folder in [&found, &broken] {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("could not make {}", folder.display()))?;
    }
    let seconds = std::env::var("AUTHSCOPE_FUZZ_SECONDS").unwrap_or_else(|_| SECONDS.into());
    let run = Cmd::new(program)
        .arg(format!("-max_total_time={seconds}"))
        .args(LIMITS)
        .arg(format!("-artifact_prefix={}/", broken.display()))
        .args(["-verbosity=0", "-print_final_stats=1"])
        .arg(&found)
        .arg(context.ws.path("fuzz/corpus").join(name))
        .run();
    run.with_context(|| {
        format!(
            "fuzz target {name}: the input is in {}; run {} with that file to see it again",
            broken.display(),
            program.display()
        )
    })
}
