//! The recording file: a session as one JSON document, versioned, readable for ever.

use crate::{Event, Transcript};
use serde::{Deserialize, Serialize};

/// Value of `format` in every recording.
pub const FORMAT: &str = "authscope-recording";
/// Major version this build writes and the highest it reads.
pub const MAJOR: u32 = 1;
/// Minor version this build writes; unknown minor additions are ignored when reading.
pub const MINOR: u32 = 0;

/// A session as a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recording {
    /// Always [`FORMAT`].
    pub format: String,
    /// `major.minor`.
    pub version: String,
    /// The events, in order.
    pub events: Vec<Event>,
}

/// Why a text is not a recording.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// Not JSON of the right shape.
    #[error(
        "read the recording: {0}; expected a JSON object with `format`, `version` and `events`"
    )]
    Json(#[from] serde_json::Error),
    /// Another format.
    #[error("read the recording: `format` is {0:?}, expected {FORMAT:?}")]
    Format(String),
    /// A newer major version.
    #[error(
        "read the recording: it has version {0}, this authscope reads up to {MAJOR}.x; use a newer authscope"
    )]
    Version(String),
}

impl Recording {
    /// A recording of events.
    #[must_use]
    pub fn new(events: Vec<Event>) -> Self {
        Self {
            format: FORMAT.into(),
            version: format!("{MAJOR}.{MINOR}"),
            events,
        }
    }

    /// Reads a recording file.
    ///
    /// # Errors
    /// When the text is not JSON, not a recording, or of a newer major version.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let recording: Self = serde_json::from_str(text)?;
        if recording.format != FORMAT {
            return Err(RecordingError::Format(recording.format));
        }
        let major = recording
            .version
            .split('.')
            .next()
            .and_then(|m| m.parse::<u32>().ok());
        match major {
            Some(major) if major <= MAJOR => Ok(recording),
            _ => Err(RecordingError::Version(recording.version)),
        }
    }

    /// The state the events lead to.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        Transcript::from_events(&self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_a_newer_major_version() {
        let error =
            Recording::parse(r#"{"format":"authscope-recording","version":"2.0","events":[]}"#)
                .unwrap_err();
        assert!(error.to_string().contains("version 2.0"), "{error}");
    }

    #[test]
    fn unknown_events_and_members_are_read() {
        let text = r#"{"format":"authscope-recording","version":"1.9","later":1,
            "events":[{"seq":1,"at":0,"kind":{"type":"from_the_future","x":1}}]}"#;
        let recording = Recording::parse(text).unwrap();
        assert_eq!(recording.events[0].kind, crate::EventKind::Unknown);
    }
}
