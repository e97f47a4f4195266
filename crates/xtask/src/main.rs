//! `cargo xtask`: builds, runs and tests authscope, and installs what that needs.
//!
//! Everything a command reports about its progress, and everything the tools it calls print, goes to
//! standard error. Standard output carries results only: the path of the binary, the table of the test rings.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command for people at a terminal: printing is its interface"
)]

mod bench;
mod binary;
mod budget;
mod bundle;
mod compress;
mod dev;
mod exec;
mod files;
mod progress;
mod run;
mod system;
mod test;
mod tidy;
mod tools;
mod ui;
mod wasm;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <command>

  run [ARGS…]         build UI and server for release, then `authscope serve --lab ARGS…`
  build               build the complete release binary; its path is the last line printed
  dev [ARGS…]         inner loop: rebuild the UI and restart the server on every change
  test [RING…] [-- FILTER]
                      install what the tests need and run them: all rings, or the named ones
  ci                  the same as `test`
  bench               how fast the page is in a real browser, beside what it may take
  tidy                only the checks of the house rules (also a ring of `test`)
  tools               install what building the UI needs, and nothing else
  help                this text

environment
  CARGO_TARGET_DIR          target folder of server and tests (the UI always uses frontend/target)
  AUTHSCOPE_TOOLS_CACHE     where Trunk, wasm-bindgen and wasm-opt are kept
  AUTHSCOPE_WASM_TOOLCHAIN  `active` or `debian`: which Rust compiles the UI, instead of finding out
  AUTHSCOPE_CHROMIUM        the browser of the browser tests
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> anyhow::Result<ExitCode> {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", args),
    };
    match command {
        "run" => run::run(&Workspace::locate()?, rest)?,
        "build" => println!("{}", binary::build(&Workspace::locate()?)?.display()),
        "dev" => dev::dev(&Workspace::locate()?, rest)?,
        "test" | "ci" => return test::test(&Workspace::locate()?, rest),
        "bench" => bench::bench(&Workspace::locate()?)?,
        "tidy" => tidy::tidy(&Workspace::locate()?)?,
        "tools" => ui::prepare(&Workspace::locate()?).map(drop)?,
        "help" | "--help" | "-h" => print!("{USAGE}"),
        other => anyhow::bail!("there is no command `{other}`\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}
