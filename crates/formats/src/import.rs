//! Reads what a person drops on the page or names on the command line: a recording, or a HAR file of any tool.
//!
//! Masking comes first: what [`read`] gives back may be stored and shown.

use crate::{har, remask};
use authscope_model::recording::{FORMAT, RecordingError};
use authscope_model::{Masker, Recording};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The longest file that is read, in bytes.
pub const LONGEST: usize = 64 << 20;

/// What a file was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A recording of authscope.
    Recording,
    /// A HAR file.
    Har,
}

/// A file, read and masked.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What it was.
    pub source: Source,
    /// The session in it.
    pub recording: Recording,
}

/// Why a file cannot be opened, in words a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nothing in it.
    #[error("the file is empty; expected a recording of authscope or a HAR file")]
    Empty,
    /// Longer than [`LONGEST`].
    #[error(
        "the file has {0} bytes, more than the {LONGEST} that are read; export only the requests of the flow"
    )]
    TooLong(usize),
    /// Not JSON.
    #[error(
        "the file is not JSON ({0}); expected a recording of authscope (Export, Recording) or a HAR file; reports in HTML and Markdown are for reading and cannot be opened again"
    )]
    NotJson(String),
    /// JSON of another kind.
    #[error(
        "the file is JSON but neither a recording of authscope (`format`, `events`) nor a HAR file (`log.entries`)"
    )]
    Other,
    /// A client's configuration.
    #[error(
        "the file is the configuration of an MCP client, not a recording; paste it on the start page to debug a server in it"
    )]
    Configuration,
    /// A recording that cannot be read.
    #[error("{0}")]
    Recording(String),
    /// A HAR file without requests.
    #[error(
        "the HAR file holds no request; record again with the network panel open before the flow begins"
    )]
    NoEntries,
}

/// Reads a recording or a HAR file.
///
/// # Errors
/// When the text is neither, or too new, too long, or empty.
pub fn read(text: &str) -> Result<Imported, Refused> {
    // Fiddler writes a byte order mark.
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(Refused::Empty);
    }
    if text.len() > LONGEST {
        return Err(Refused::TooLong(text.len()));
    }
    let document: Value =
        serde_json::from_str(text).map_err(|error| Refused::NotJson(error.to_string()))?;
    // The key is made of the file, so that the same file gives the same masks and nothing else does.
    let key = Sha256::digest(text.as_bytes());
    if document
        .get("log")
        .and_then(|log| log.get("entries"))
        .is_some()
    {
        return har(&document, &key);
    }
    if document.get("format").is_some() {
        return recording(text, &document, &key);
    }
    if crate::client_config::looks_like(&document) {
        return Err(Refused::Configuration);
    }
    Err(Refused::Other)
}

fn har(document: &Value, key: &[u8]) -> Result<Imported, Refused> {
    let events = har::read(document, key).ok_or(Refused::Other)?;
    let holds_any = events
        .iter()
        .any(|e| matches!(e.kind, authscope_model::EventKind::Exchange { .. }));
    if !holds_any {
        return Err(Refused::NoEntries);
    }
    Ok(Imported {
        source: Source::Har,
        recording: Recording::new(events),
    })
}

fn recording(text: &str, document: &Value, key: &[u8]) -> Result<Imported, Refused> {
    let refused = |error: RecordingError| Refused::Recording(error.to_string());
    // The version is looked at first: what a newer one holds may have another shape.
    let name = document
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if name != FORMAT {
        return Err(refused(RecordingError::Format(name.to_owned())));
    }
    let version = document
        .get("version")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let major = version
        .split('.')
        .next()
        .and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major > authscope_model::recording::MAJOR) {
        return Err(refused(RecordingError::Version(version.to_owned())));
    }
    let recording = Recording::parse(text).map_err(refused)?;
    let events = remask::events(&mut Masker::new(key), &recording.events);
    Ok(Imported {
        source: Source::Recording,
        recording: Recording {
            events,
            ..recording
        },
    })
}
