//! Says where the built UI is, and rebuilds the crate when it changes: its files are part of the binary.

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-env-changed=AUTHSCOPE_UI_DIST");
    let given = std::env::var_os("AUTHSCOPE_UI_DIST").filter(|dist| !dist.is_empty());
    let dist = given.map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../dist"),
        PathBuf::from,
    );
    // A folder that is not there counts as changed, and everything would be built again every time. When
    // it cannot be made (a read-only checkout), that is all that happens.
    let _ = std::fs::create_dir_all(&dist);
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rustc-env=AUTHSCOPE_UI_FOLDER={}", dist.display());
}
