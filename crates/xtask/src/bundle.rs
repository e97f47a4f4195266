//! One style sheet instead of many: together they compress better, and a browser asks once.
//!
//! The order of the sheets in the page is the order in the bundle. Comments stay in the sources.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use crate::files::fingerprint;

/// Puts the style sheets that the built page names into one, and makes the page name that one.
pub(crate) fn styles(dist: &Path) -> anyhow::Result<()> {
    let index = dist.join("index.html");
    let page = fs::read_to_string(&index).context("could not read the built page")?;
    let names = sheets(&page);
    ensure!(!names.is_empty(), "the built page names no style sheet");
    let mut bundle = String::new();
    let mut files = Vec::new();
    for name in &names {
        let file = dist.join(name.trim_start_matches("./"));
        let text = fs::read_to_string(&file)
            .with_context(|| format!("could not read {}", file.display()))?;
        let text = without(&text, "/*", "*/");
        // An open block would swallow the sheets after it.
        ensure!(
            is_closed(&text),
            "{name}: a brace is open at its end, or closed where none is open"
        );
        bundle.push_str(&text);
        files.push(file);
    }
    let print = fingerprint(dist, &files)?;
    let name = format!("app-{print:016x}.css");
    for file in files {
        fs::remove_file(&file).with_context(|| format!("could not remove {}", file.display()))?;
    }
    fs::write(dist.join(&name), bundle).context("could not write the style sheet")?;
    fs::write(&index, with_one(&page, &name)).context("could not write the built page")
}

/// Whether every block of a sheet is closed in it, and none that is not open.
fn is_closed(sheet: &str) -> bool {
    let depth = sheet
        .chars()
        .try_fold(0_usize, |depth, letter| match letter {
            '{' => Some(depth + 1),
            '}' => depth.checked_sub(1),
            _ => Some(depth),
        });
    depth == Some(0)
}

/// The addresses of the style sheets in a page, in order.
fn sheets(page: &str) -> Vec<&str> {
    page.split("<link ")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| tag.contains("rel=\"stylesheet\""))
        .filter_map(|tag| tag.split("href=\"").nth(1)?.split('"').next())
        .collect()
}

/// The page with one sheet where its first one was, without comments and the lines they leave behind.
fn with_one(page: &str, name: &str) -> String {
    let page = without(page, "<!--", "-->");
    let mut put = false;
    let mut out = String::new();
    for line in page.lines().filter(|line| !line.trim().is_empty()) {
        if line.contains("rel=\"stylesheet\"") {
            if !put {
                out.push_str(&format!(
                    "    <link rel=\"stylesheet\" href=\"./{name}\"/>\n"
                ));
            }
            put = true;
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// A text without what stands between two marks, the marks included.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        out.push_str(before);
        match after.split_once(close) {
            Some((_, behind)) => rest = behind,
            None => return out,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head>\n    <!-- why -->\n    <link rel=\"icon\" href=\"./i.svg\"/>\n    <link rel=\"stylesheet\" href=\"./a-1.css\"/>\n    <link rel=\"stylesheet\" href=\"./b-2.css\"/>\n</head>\n";

    #[test]
    fn the_page_names_one_sheet_and_loses_nothing_else() {
        assert_eq!(sheets(PAGE), ["./a-1.css", "./b-2.css"]);
        let page = with_one(PAGE, "app-0.css");
        assert_eq!(
            page,
            "<head>\n    <link rel=\"icon\" href=\"./i.svg\"/>\n    <link rel=\"stylesheet\" href=\"./app-0.css\"/>\n</head>\n"
        );
    }

    #[test]
    fn comments_go_and_what_is_around_them_stays() {
        assert_eq!(without("a /* b */ c /* d */", "/*", "*/"), "a  c ");
        assert_eq!(without("a /* b", "/*", "*/"), "a ");
    }

    #[test]
    fn a_sheet_that_would_swallow_the_next_is_told_from_others() {
        assert!(is_closed("a {} @media x { b {} }"));
        assert!(!is_closed("@media x { b {}"));
        assert!(!is_closed("a {} } @media x { b {}"));
    }

    #[test]
    fn sheets_are_put_together_in_order() {
        let dist = std::env::temp_dir().join(format!("authscope-bundle-{}", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("index.html"), PAGE).unwrap();
        fs::write(dist.join("a-1.css"), "/* x */a{}\n").unwrap();
        fs::write(dist.join("b-2.css"), "b{}\n").unwrap();
        styles(&dist).unwrap();
        let page = fs::read_to_string(dist.join("index.html")).unwrap();
        let [name] = sheets(&page)[..] else {
            panic!("{page}");
        };
        let sheet = fs::read_to_string(dist.join(name.trim_start_matches("./"))).unwrap();
        assert_eq!(sheet, "a{}\nb{}\n");
        assert!(!dist.join("a-1.css").exists());
        fs::remove_dir_all(&dist).unwrap();
    }
}
