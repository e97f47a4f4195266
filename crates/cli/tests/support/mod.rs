//! The binary as a command: run to its end, and what it said.

use std::process::{Command, Output};

/// Runs authscope to its end.
pub(crate) fn authscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_authscope"))
        .args(args)
        .output()
        .unwrap()
}

/// What was printed.
pub(crate) fn words(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
