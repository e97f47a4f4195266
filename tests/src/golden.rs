//! Files in the checkout that a run writes: compared, or rewritten with `UPDATE_GOLDEN=1`.

use std::path::{Path, PathBuf};

/// The top folder of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Compares a file of the checkout with what it should hold, or writes it.
///
/// # Errors
/// A sentence with the first line that differs.
pub fn check(path: &str, wanted: &str) -> anyhow::Result<()> {
    let file = root().join(path);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        return Ok(std::fs::write(file, wanted)?);
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    if there == wanted {
        return Ok(());
    }
    let (mut old, mut new) = (there.lines(), wanted.lines());
    let mut number = 0;
    let (was, is) = loop {
        number += 1;
        match (old.next(), new.next()) {
            (None, None) => break ("the end", "the end"),
            (was, is) if was != is => break (was.unwrap_or("the end"), is.unwrap_or("the end")),
            _ => {}
        }
    };
    anyhow::bail!(
        "{path} is out of date from line {number} on:\n  there: {was}\n  run:   {is}\nUPDATE_GOLDEN=1 rewrites it"
    )
}
