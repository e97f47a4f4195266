//! Recordings, HAR files and client configurations opened in the browser, without any server.
//!
//! Everything goes in and comes out as text: the page reads the same JSON that the server would have sent it.
//! A file is masked before anything of it is given back.

use authscope_formats::export::{self, Format};
use authscope_formats::{client_config, import};
use authscope_model::Recording;
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;

/// Opens what a person dropped, pasted or picked. A JSON object whose `kind` says what it was: `session` with
/// `recording` and `diagnosis`, `servers` with the servers of a client's configuration, or `refused` with `words`.
#[wasm_bindgen]
#[must_use]
pub fn open(text: &str) -> String {
    opened(text).to_string()
}

fn opened(text: &str) -> Value {
    match import::read(text) {
        Ok(imported) => session(&imported.recording),
        Err(refused) => match client_config::read(text) {
            Some(found) => servers(&found),
            None => {
                json!({ "kind": "refused", "words": format!("This cannot be opened: {refused}.") })
            }
        },
    }
}

fn session(recording: &Recording) -> Value {
    let diagnosis = authscope_rules::diagnosis(&recording.transcript());
    json!({ "kind": "session", "recording": recording, "diagnosis": diagnosis })
}

fn servers(found: &client_config::Configuration) -> Value {
    let header = |(name, value): &(String, String)| format!("{name}: {value}");
    let servers = found.servers.iter().map(|server| {
        let headers: Vec<String> = server.headers.iter().map(header).collect();
        json!({ "name": server.name, "url": server.url, "headers": headers.join("\n") })
    });
    let servers: Vec<Value> = servers.collect();
    if servers.is_empty() {
        let words = "The servers in this configuration run as local processes over stdio. There is no URL to debug, and no OAuth.";
        return json!({ "kind": "refused", "words": words });
    }
    json!({ "kind": "servers", "servers": servers })
}

/// A recording in another format; empty when the recording or the format is unknown.
#[wasm_bindgen]
#[must_use]
pub fn exported(recording: &str, format: &str) -> String {
    let read = Recording::parse(recording).ok().zip(Format::parse(format));
    read.map_or_else(String::new, |(recording, format)| {
        export::export(format, &recording)
    })
}

/// The name of the file that such an export belongs in.
#[wasm_bindgen]
#[must_use]
pub fn file_name(recording: &str, format: &str) -> String {
    let read = Recording::parse(recording).ok().zip(Format::parse(format));
    read.map_or_else(String::new, |(recording, format)| {
        export::file_name(format, &recording)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_text_is_told_apart() {
        let kind = |text: &str| opened(text)["kind"].as_str().map(ToOwned::to_owned);
        let har = r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://a.example/?code=canary-4815162342"}}]}}"#;
        assert_eq!(kind(har).as_deref(), Some("session"));
        assert!(!open(har).contains("canary-4815162342"));
        let config = r#"{"mcpServers":{"a":{"url":"https://a.example/mcp","headers":{"X":"y"}}}}"#;
        assert_eq!(
            opened(config)["servers"][0],
            json!({"name": "a", "url": "https://a.example/mcp", "headers": "X: y"})
        );
        assert_eq!(kind("hello").as_deref(), Some("refused"));
        assert_eq!(
            kind(r#"{"mcpServers":{"a":{"command":"node"}}}"#).as_deref(),
            Some("refused")
        );
    }

    #[test]
    fn what_was_opened_can_be_written() {
        let har =
            r#"{"log":{"entries":[{"request":{"method":"GET","url":"https://a.example/"}}]}}"#;
        let recording = opened(har)["recording"].to_string();
        assert!(exported(&recording, "mermaid").starts_with("sequenceDiagram"));
        assert!(file_name(&recording, "har").starts_with("authscope-a.example-"));
        assert_eq!(exported(&recording, "pdf"), "");
    }
}
