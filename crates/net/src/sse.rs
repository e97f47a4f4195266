//! Watches an event stream for the JSON-RPC reply that was asked for.

use serde_json::Value;

/// Reads a growing body and says when the reply is in it.
#[derive(Debug)]
pub(crate) struct ReplyWatch {
    id: String,
    /// Bytes of complete lines read.
    read: usize,
    /// The last line ended in CR; a LF right after it belongs to it.
    after_cr: bool,
    data: String,
}

impl ReplyWatch {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            read: 0,
            after_cr: false,
            data: String::new(),
        }
    }

    /// Whether the reply has come, given all of the body so far.
    pub(crate) fn answered(&mut self, body: &[u8]) -> bool {
        while let Some(rest) = body.get(self.read..) {
            let first = rest.first();
            if self.after_cr && first.is_some() {
                self.after_cr = false;
                self.read += usize::from(first == Some(&b'\n'));
                continue;
            }
            let Some(end) = rest.iter().position(|b| matches!(b, b'\n' | b'\r')) else {
                return false;
            };
            let line = String::from_utf8_lossy(rest.get(..end).unwrap_or_default()).into_owned();
            self.after_cr = rest.get(end) == Some(&b'\r');
            self.read += end + 1;
            if self.line(&line) {
                return true;
            }
        }
        false
    }

    fn line(&mut self, line: &str) -> bool {
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            return self.is_reply(&data);
        }
        if let Some(data) = line.strip_prefix("data:") {
            if !self.data.is_empty() {
                self.data.push('\n');
            }
            self.data.push_str(data.strip_prefix(' ').unwrap_or(data));
        }
        false
    }

    fn is_reply(&self, data: &str) -> bool {
        match serde_json::from_str(data) {
            Ok(Value::Array(batch)) => batch.iter().any(|v| self.answers(v)),
            Ok(value) => self.answers(&value),
            Err(_) => false,
        }
    }

    fn answers(&self, value: &Value) -> bool {
        let same = match value.get("id") {
            Some(Value::String(id)) => *id == self.id,
            Some(Value::Number(id)) => id.to_string() == self.id,
            _ => false,
        };
        same && (value.get("result").is_some() || value.get("error").is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_is_found_however_it_arrives() {
        for newline in ["\n", "\r\n", "\r"] {
            let text = ": hello\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"x\",\"id\":1}\n\nid: 7\ndata: {\"id\":1,\ndata: \"result\":{}}\n\n"
                .replace('\n', newline);
            let mut watch = ReplyWatch::new("1");
            let first = (1..=text.len()).find(|n| watch.answered(&text.as_bytes()[..*n]));
            let first = first.unwrap();
            assert!(
                first >= text.len() - 1,
                "{first} of {} with {newline:?}",
                text.len()
            );
            assert!(ReplyWatch::new("1").answered(text.as_bytes()));
            assert!(!ReplyWatch::new("2").answered(text.as_bytes()));
        }
    }

    #[test]
    fn string_ids_batches_and_errors_count() {
        assert!(ReplyWatch::new("1").answered(b"data: [{\"id\":\"1\",\"error\":{}}]\n\n"));
        assert!(!ReplyWatch::new("1").answered(b"data: {\"id\":1,\"result\":{}}"));
        assert!(!ReplyWatch::new("1").answered(b"data: {broken\n\ndata: 1\n\n"));
    }
}
