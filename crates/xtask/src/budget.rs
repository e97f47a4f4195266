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
    let (table, total) = table(&assets);
    print!("{table}");
    if total > LIMIT {
        bail!(
            "the first load weighs {total} bytes, {} more than the budget of {LIMIT}",
            total - LIMIT
        );
    }
    Ok(())
}

fn is_first_load(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| FIRST_LOAD.iter().any(|known| extension == *known))
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

fn table(assets: &[Asset]) -> (String, u64) {
    let total = assets.iter().map(|asset| asset.compressed).sum();
    let mut text = format!("first load{:>42} {:>9}\n", "plain", "brotli");
    for asset in assets {
        text.push_str(&format!(
            "  {:<40} {:>9} {:>9}\n",
            asset.name, asset.plain, asset.compressed
        ));
    }
    let plain: u64 = assets.iter().map(|asset| asset.plain).sum();
    text.push_str(&format!(
        "  {:<40} {plain:>9} {total:>9}  of {LIMIT} bytes\n",
        "total"
    ));
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
        let (text, total) = table(&[asset("app.js", 1000, 300), asset("app.wasm", 5000, 900)]);
        assert_eq!(total, 1200);
        assert!(text.contains("app.wasm") && text.contains("6000"), "{text}");
    }

    #[test]
    fn pictures_are_not_part_of_the_first_load() {
        assert!(is_first_load(Path::new("index.html")));
        assert!(!is_first_load(Path::new("favicon.svg")));
        assert!(!is_first_load(Path::new("app.js.br")));
    }
}
