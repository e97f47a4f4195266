//! One line on what each step, parameter and header is for. The lines are a file of their own
//! (`glossary.txt`), which a session's page loads beside the first load; until it is there nothing is explained.

use crate::http::exchange;
use authscope_model::StepKind;
use leptos::prelude::*;
use std::sync::LazyLock;
use wasm_bindgen::JsValue;

/// Said of a name that is not in the file.
pub const UNKNOWN: &str = "Not a name that authscope knows: an extension, or a misspelling.";

/// The file; empty until it has come.
static LINES: LazyLock<ArcRwSignal<&'static str>> = LazyLock::new(|| ArcRwSignal::new(""));

/// Loads the file, once. Without it (the server is gone) the names stand alone.
pub fn load() {
    if !LINES.read_untracked().is_empty() {
        return;
    }
    // Whoever opened a file has it already (`offline.js`), and perhaps no network any more; and of the modules of the
    // page one asks for all.
    let name = JsValue::from_str("authscopeGlossary");
    let here = js_sys::Reflect::get(&window(), &name);
    if let Some(text) = here.ok().and_then(|text| text.as_string())
        && !text.is_empty()
    {
        LINES.set(Box::leak(text.into_boxed_str()));
        return;
    }
    crate::part::spawn(async move {
        if let Ok(text) = exchange("GET", "glossary.txt", None).await {
            let _ = js_sys::Reflect::set(&window(), &name, &text.as_str().into());
            // It stays for as long as the page does.
            LINES.set(Box::leak(text.into_boxed_str()));
        }
    });
}

/// What a step is for.
pub fn step(kind: StepKind) -> Option<&'static str> {
    find("step", &format!("{kind:?}"))
}

/// What a parameter, claim or metadata member is for; the others say that they are unknown.
pub fn parameter_or_unknown(name: &str) -> Option<&'static str> {
    parameter(name).or_else(unknown)
}

/// What a parameter, claim or metadata member is for.
pub fn parameter(name: &str) -> Option<&'static str> {
    find("parameter", name)
}

/// What a header is for; the others say that they are unknown.
pub fn header_or_unknown(name: &str) -> Option<&'static str> {
    header(name).or_else(unknown)
}

/// What a header is for.
pub fn header(name: &str) -> Option<&'static str> {
    find("header", &name.to_ascii_lowercase())
}

/// Nothing is called unknown before the file is there.
fn unknown() -> Option<&'static str> {
    (!LINES.get().is_empty()).then_some(UNKNOWN)
}

fn find(kind: &str, name: &str) -> Option<&'static str> {
    LINES.get().lines().find_map(|line| {
        let (key, meaning) = line
            .strip_prefix(kind)?
            .strip_prefix('\t')?
            .split_once('\t')?;
        fits(key, name).then_some(meaning)
    })
}

/// Whether a name is meant by a key, which may begin or end with a star.
fn fits(key: &str, name: &str) -> bool {
    if let Some(end) = key.strip_prefix('*') {
        return name.ends_with(end);
    }
    match key.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => key == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../glossary.txt");

    #[test]
    fn names_are_found_as_people_write_them() {
        assert_eq!(header_or_unknown("via"), None);
        LINES.set(FILE);
        assert!(parameter("resource_metadata").is_some_and(|m| m.contains("RFC 9728")));
        assert!(header("WWW-Authenticate").is_some());
        assert_eq!(parameter("x-unknown"), None);
        assert_eq!(parameter_or_unknown("x-unknown"), Some(UNKNOWN));
        assert_eq!(parameter("tos_uri"), Some("An address."));
        assert!(header("Access-Control-Max-Age").is_some_and(|m| m.contains("CORS")));
        assert!(step(StepKind::Probe).is_some_and(|m| m.contains("401")));
        assert!(step(StepKind::Unknown).is_some());
    }

    #[test]
    fn every_name_is_explained_once() {
        let mut names: Vec<_> = FILE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.rsplit_once('\t').map(|(name, _)| name).unwrap_or(line))
            .collect();
        let before = names.len();
        assert!(before > 150 && names.iter().all(|name| name.contains('\t')));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}
