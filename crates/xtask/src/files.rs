//! Walking folders, and telling whether anything in them changed.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;

/// Folders that hold built or installed things, never sources.
const NOT_SOURCES: [&str; 4] = ["target", "dist", "node_modules", ".git"];

/// All source files under `path` (or `path` itself, when it is a file), sorted.
pub(crate) fn sources(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found).with_context(|| format!("could not list {}", path.display()))?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    if !path.is_dir() {
        found.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            collect(&entry.path(), found)?;
        }
    }
    Ok(())
}

/// One number for the names and contents of all files under `paths`; it changes when any of them does.
pub(crate) fn fingerprint(root: &Path, paths: &[PathBuf]) -> anyhow::Result<u64> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        for file in sources(path)? {
            file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
            fs::read(&file)
                .with_context(|| format!("could not read {}", file.display()))?
                .hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

/// The latest time at which anything under `paths` was written.
pub(crate) fn last_change(paths: &[PathBuf]) -> anyhow::Result<Option<SystemTime>> {
    let mut latest = None;
    for path in paths {
        for file in sources(path)? {
            // A file that vanished since it was listed is a change that the next look will see.
            if let Ok(time) = fs::metadata(&file).and_then(|meta| meta.modified()) {
                latest = latest.max(Some(time));
            }
        }
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("xtask-files-{}-{name}", std::process::id()));
        fs::create_dir_all(folder.join("target")).unwrap();
        folder
    }

    #[test]
    fn a_changed_or_renamed_file_changes_the_fingerprint_and_built_files_do_not() {
        let folder = folder("fingerprint");
        let paths = [folder.clone()];
        fs::write(folder.join("a"), "one").unwrap();
        let first = fingerprint(&folder, &paths).unwrap();
        fs::write(folder.join("target/built"), "anything").unwrap();
        assert_eq!(first, fingerprint(&folder, &paths).unwrap());
        fs::write(folder.join("a"), "two").unwrap();
        let second = fingerprint(&folder, &paths).unwrap();
        assert_ne!(first, second);
        fs::rename(folder.join("a"), folder.join("b")).unwrap();
        assert_ne!(second, fingerprint(&folder, &paths).unwrap());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_missing_path_has_no_files() {
        assert!(sources(Path::new("no-such-folder")).unwrap().is_empty());
    }
}
