//! Event streams (`text/event-stream`, WHATWG HTML §9.2), read whole.
//!
//! Unlike a browser, events with empty data are kept (MCP servers send one with only an `id` to prime
//! resumption), and an event cut off at the end of the text is kept and marked.

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SseEvent {
    /// `id`, when the event has one (an empty one resets).
    pub id: Option<String>,
    /// `event`, when the event has one; absent means `message`.
    pub event: Option<String>,
    /// The data lines, joined by line feeds.
    pub data: String,
    /// `retry`, milliseconds.
    pub retry: Option<u64>,
    /// Whether the blank line that ends the event came.
    pub terminated: bool,
}

/// Reads every event of a text.
#[must_use]
pub fn events(text: &str) -> Vec<SseEvent> {
    let mut events = Vec::new();
    let mut reader = Reader::default();
    for line in lines(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        if line.is_empty() {
            events.extend(reader.take(true));
        } else {
            reader.line(line);
        }
    }
    events.extend(reader.take(false));
    events
}

/// The lines of a text, ended by CRLF, LF or CR.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(['\r', '\n']).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(end)?;
        rest = after
            .strip_prefix("\r\n")
            .or_else(|| after.strip_prefix(['\r', '\n']))
            .unwrap_or_default();
        Some(line)
    })
}

#[derive(Default)]
struct Reader {
    event: SseEvent,
    has_data: bool,
    has_any: bool,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.data(value),
            "event" => self.event.event = Some(value.to_owned()),
            "id" if !value.contains('\0') => self.event.id = Some(value.to_owned()),
            "retry" if value.bytes().all(|b| b.is_ascii_digit()) => {
                self.event.retry = value.parse().ok();
            }
            // Comments (an empty field name) and unknown fields are ignored.
            _ => return,
        }
        self.has_any = true;
    }

    fn data(&mut self, value: &str) {
        if self.has_data {
            self.event.data.push('\n');
        }
        self.event.data.push_str(value);
        self.has_data = true;
    }

    fn take(&mut self, terminated: bool) -> Option<SseEvent> {
        let read = std::mem::take(self);
        read.has_any.then_some(SseEvent {
            terminated,
            ..read.event
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_event_may_have_an_id_and_empty_data() {
        let events = events("id: 1\ndata: \n\nevent: message\nid: 2\ndata: {\"a\":\ndata: 1}\n\n");
        assert_eq!(events.len(), 2);
        assert_eq!(events[0].id.as_deref(), Some("1"));
        assert_eq!(events[0].data, "");
        assert_eq!(events[1].event.as_deref(), Some("message"));
        assert_eq!(events[1].data, "{\"a\":\n1}");
        assert!(events[1].terminated);
    }

    #[test]
    fn every_line_ending_and_a_byte_order_mark() {
        for text in [
            "data:x\n\n",
            "data: x\r\n\r\n",
            "data: x\r\r",
            "\u{feff}data: x\n\n",
        ] {
            let events = events(text);
            assert_eq!(events.len(), 1, "{text:?}");
            assert_eq!(events[0].data, "x", "{text:?}");
            assert!(events[0].terminated, "{text:?}");
        }
    }

    #[test]
    fn a_missing_blank_line_is_seen() {
        let events = events(": ping\n\ndata: x");
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].data, "x");
        assert!(!events[0].terminated);
    }

    #[test]
    fn comments_and_unknown_fields_are_no_event() {
        assert!(events(": keep-alive\n\nfoo: bar\n\n\n").is_empty());
        assert!(events("").is_empty());
        let retry = events("retry: 500\n\nretry: x\n\n");
        assert_eq!(
            retry.iter().map(|e| e.retry).collect::<Vec<_>>(),
            [Some(500)]
        );
    }

    #[test]
    fn only_one_space_belongs_to_the_syntax() {
        assert_eq!(events("data:  x\n\n")[0].data, " x");
        assert_eq!(events("data\n\n")[0].data, "");
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "(data|id|event|retry|:| |\r|\n|x|⟨)*") {
            let _ = events(&text);
        }
    }
}
