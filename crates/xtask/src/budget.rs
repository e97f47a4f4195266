//! The size budget: what a browser loads before the first page is usable, as it travels (Brotli).

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::compress::twin;
use crate::files::sources;

/// The most that the first load may weigh, in bytes.
const LIMIT: u64 = 300 * 1024;

/// What belongs to the first load.
const FIRST_LOAD: [&str; 4] = ["html", "css", "js", "wasm"];

/// What is loaded only when it is used: when, and how the names of its files begin.
const LATER: [(&str, [&str; 2]); 3] = [
    ("when a file is opened", ["authscope-analysis", "offline."]),
    ("after a session is drawn", ["palette.", "tools."]),
    (
        "when a step or a dialog is opened",
        ["authscope-panels", "panels."],
    ),
];

/// Sizes of one asset.
struct Asset {
    name: String,
    plain: u64,
    compressed: u64,
}

/// Prints the weight of the first load, and fails when it is over the budget.
pub(crate) fn check(dist: &Path) -> anyhow::Result<()> {
    let files = sources(dist)?;
    let assets: Vec<Asset> = files
        .iter()
        .filter(|file| is_first_load(file))
        .map(|file| measure(file))
        .collect::<Result<_, _>>()?;
    if !assets.iter().any(|asset| asset.name.ends_with(".wasm")) {
        bail!("{} holds no built UI", dist.display());
    }
    let (text, total) = table("first load", &assets);
    println!("{text}  of {LIMIT} bytes");
    for (when, names) in LATER {
        let later: Vec<Asset> = files
            .iter()
            .filter(|file| is_code(file) && begins(file, &names))
            .map(|file| measure(file))
            .collect::<Result<_, _>>()?;
        println!("{}", table(when, &later).0);
    }
    if total > LIMIT {
        bail!(
            "the first load weighs {total} bytes, {} more than the budget of {LIMIT}",
            total - LIMIT
        );
    }
    Ok(())
}

fn is_first_load(file: &Path) -> bool {
    is_code(file) && !is_later(file)
}

fn is_code(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| FIRST_LOAD.iter().any(|known| extension == *known))
}

/// Whether the page asks for the file only when somebody uses what is in it.
fn is_later(file: &Path) -> bool {
    LATER.iter().any(|(_, names)| begins(file, names))
}

fn begins(file: &Path, names: &[&str]) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    names.iter().any(|begin| name.starts_with(begin))
}

fn measure(file: &Path) -> anyhow::Result<Asset> {
    let size = |path: &Path| {
        fs::metadata(path)
            .map(|meta| meta.len())
            .with_context(|| format!("could not measure {}", path.display()))
    };
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(Asset {
        name,
        plain: size(file)?,
        compressed: size(&twin(file))?,
    })
}

fn table(heading: &str, assets: &[Asset]) -> (String, u64) {
    let total = assets.iter().map(|asset| asset.compressed).sum();
    let mut text = format!("{heading:<42} {:>9} {:>9}\n", "plain", "brotli");
    for asset in assets {
        text.push_str(&format!(
            "  {:<40} {:>9} {:>9}\n",
            asset.name, asset.plain, asset.compressed
        ));
    }
    let plain: u64 = assets.iter().map(|asset| asset.plain).sum();
    text.push_str(&format!("  {:<40} {plain:>9} {total:>9}", "total"));
    (text, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_what_travels() {
        let asset = |name: &str, plain, compressed| Asset {
            name: name.into(),
            plain,
            compressed,
        };
        let (text, total) = table(
            "first load",
            &[asset("app.js", 1000, 300), asset("app.wasm", 5000, 900)],
        );
        assert_eq!(total, 1200);
        assert!(text.contains("app.wasm") && text.contains("6000"), "{text}");
    }

    #[test]
    fn pictures_are_not_part_of_the_first_load() {
        assert!(is_first_load(Path::new("index.html")));
        assert!(!is_first_load(Path::new("favicon.svg")));
        assert!(!is_first_load(Path::new("app.js.br")));
    }

    #[test]
    fn what_comes_later_is_measured_apart() {
        for name in [
            "authscope-analysis_bg.wasm",
            "authscope-analysis.js",
            "offline.js",
            "authscope-panels_bg.wasm",
            "panels.js",
            "panels.css",
        ] {
            assert!(
                !is_first_load(Path::new(name)) && is_later(Path::new(name)),
                "{name}"
            );
        }
        assert!(is_first_load(Path::new(
            "authscope-ui-85d50aebda6702d1_bg.wasm"
        )));
    }
}
