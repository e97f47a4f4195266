//! Brotli beside every asset of the built UI: the server sends `x.js.br` to whoever accepts it, and compresses
//! nothing while it runs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::files::sources;

/// What is worth compressing; images and fonts of today are compressed already.
const COMPRESSIBLE: [&str; 8] = [
    "html",
    "css",
    "js",
    "wasm",
    "svg",
    "json",
    "txt",
    "webmanifest",
];

/// Writes the compressed twin of every asset in `folder`; returns the assets.
pub(crate) fn compress_all(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let assets: Vec<PathBuf> = sources(folder)?
        .into_iter()
        .filter(|file| is_compressible(file))
        .collect();
    for asset in &assets {
        let plain =
            fs::read(asset).with_context(|| format!("could not read {}", asset.display()))?;
        let twin = twin(asset);
        fs::write(&twin, brotli(&plain)?)
            .with_context(|| format!("could not write {}", twin.display()))?;
    }
    Ok(assets)
}

/// `x.js.br` of `x.js`.
pub(crate) fn twin(asset: &Path) -> PathBuf {
    let mut name = asset.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

fn is_compressible(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| COMPRESSIBLE.iter().any(|known| extension == *known))
}

fn brotli(mut plain: &[u8]) -> anyhow::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut plain, &mut compressed, &params).context("could not compress")?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_comes_back_whole() {
        let plain = b"export const answer = 42;\n".repeat(40);
        let compressed = brotli(&plain).unwrap();
        assert!(compressed.len() < plain.len() / 4, "{}", compressed.len());
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut compressed.as_slice(), &mut back).unwrap();
        assert_eq!(back, plain);
    }

    #[test]
    fn a_twin_is_named_after_its_asset_and_is_no_asset_itself() {
        let twin = twin(Path::new("dist/app.js"));
        assert_eq!(twin, Path::new("dist/app.js.br"));
        assert!(is_compressible(Path::new("dist/app.js")) && !is_compressible(&twin));
    }
}
