//! The built UI: embedded in the binary, or in a folder while it is being worked on.

use super::pages::escape;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::path::{Component, Path, PathBuf};

/// The files of the UI as they were when this binary was built; none when there was no UI then.
#[derive(RustEmbed)]
#[folder = "$AUTHSCOPE_UI_FOLDER"]
#[allow_missing = true]
#[exclude = ".*"]
struct Embedded;

/// Where the UI's files come from.
#[derive(Debug, Clone)]
pub(crate) struct Ui {
    folder: Option<PathBuf>,
    base_path: String,
}

impl Ui {
    /// The UI in a folder, else the embedded one; its links begin with the base path.
    pub(crate) fn new(folder: Option<PathBuf>, base_path: &str) -> Self {
        Self {
            folder,
            base_path: base_path.to_owned(),
        }
    }

    /// The page of the app, `None` when there is no UI.
    pub(crate) fn index(&self) -> Option<String> {
        let bytes = self.file("index.html")?;
        let text = String::from_utf8_lossy(&bytes);
        Some(with_base(&text, &self.base_path))
    }

    /// A file by its path below the UI's folder.
    pub(crate) fn file(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        match &self.folder {
            Some(folder) => read(folder, path).map(Cow::Owned),
            None => Embedded::get(path).map(|file| file.data),
        }
    }
}

/// Reads a file of the folder and nothing outside of it.
fn read(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let path = Path::new(path);
    let inside = path.components().all(|part| match part {
        Component::Normal(name) => !name.to_string_lossy().starts_with('.'),
        _ => false,
    });
    if !inside || path.as_os_str().is_empty() {
        return None;
    }
    std::fs::read(folder.join(path)).ok()
}

/// Puts the base path where the page has its `<base href="…">`.
fn with_base(html: &str, base_path: &str) -> String {
    let opening = "<base href=";
    let replaced = html.split_once(opening).and_then(|(before, rest)| {
        // The page may have been minified: the value has quotes or not.
        let end = rest.find('>')?;
        let (_, after) = rest.split_at(end);
        let value = escape(base_path);
        Some(format!("{before}{opening}\"{value}\"{after}"))
    });
    replaced.unwrap_or_else(|| html.to_owned())
}

/// The media type of a file name.
pub(crate) fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the name holds a hash of the content, as in `app-85d50aebda6702d1_bg.wasm`: such a file never
/// changes under its name.
pub(crate) fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['-', '_', '.'])
        .any(|part| part.len() >= 16 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_set_in_any_spelling() {
        for html in [
            r#"<head><base href="/" /><title>"#,
            r#"<head><base href="/"><title>"#,
            "<head><base href=/><title>",
        ] {
            let page = with_base(html, "/tools/scope/");
            assert!(page.contains("<base href=\"/tools/scope/\">"), "{page}");
            assert!(page.ends_with("<title>"), "{page}");
        }
        assert_eq!(with_base("<p>", "/x/"), "<p>");
    }

    #[test]
    fn nothing_outside_the_folder_is_read() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("ui");
        std::fs::create_dir_all(folder.join("a")).unwrap();
        std::fs::write(parent.path().join("secret"), "x").unwrap();
        std::fs::write(folder.join("a/b.js"), "x").unwrap();
        std::fs::write(folder.join(".hidden"), "x").unwrap();
        assert!(read(&folder, "a/b.js").is_some());
        let absolute = folder.join("a/b.js");
        for path in [
            "../secret",
            "a/../../secret",
            "/etc/passwd",
            absolute.to_str().unwrap(),
            "",
            ".",
            "a",
            ".hidden",
            "a/./b.js/..",
        ] {
            assert_eq!(read(&folder, path), None, "{path}");
        }
    }

    #[test]
    fn hashed_names_are_told_from_others() {
        assert!(is_hashed("authscope-ui-85d50aebda6702d1_bg.wasm"));
        assert!(is_hashed("boot-4dfb1e5378f78d44.js"));
        assert!(is_hashed("sub/style-c8b408379f983a42.css"));
        assert!(!is_hashed("index.html"));
        assert!(!is_hashed("favicon.svg"));
        assert!(!is_hashed("85d50aebda6702d1/index.html"));
    }
}
