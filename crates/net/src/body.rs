//! Takes the transfer coding off a body. No I/O: bytes go in as they come.

use crate::head::Framing;

/// Longest line between chunks, and longest trailer section.
const LINE_CAP: usize = 16 * 1024;

/// What becomes of the body after some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// More bytes are needed.
    More,
    /// It is complete.
    Complete,
    /// It has more bytes than are kept.
    Full,
    /// The chunked coding is broken.
    Broken,
}

/// A body being received.
#[derive(Debug)]
pub(crate) struct Decoder {
    state: State,
    cap: usize,
    /// Bytes kept.
    pub(crate) body: Vec<u8>,
    /// Bytes received, kept or not.
    pub(crate) received: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Length(u64),
    UntilClose,
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers(usize),
    Complete,
}

impl Decoder {
    pub(crate) fn new(framing: Framing, cap: usize) -> Self {
        let state = match framing {
            Framing::None | Framing::Length(0) => State::Complete,
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::ChunkSize,
            Framing::UntilClose => State::UntilClose,
        };
        Self {
            state,
            cap,
            body: Vec::new(),
            received: 0,
        }
    }

    /// Takes what it can use from the front of `input`.
    pub(crate) fn feed(&mut self, input: &mut Vec<u8>) -> Progress {
        let mut used = 0;
        let progress = loop {
            let rest = input.get(used..).unwrap_or_default();
            match self.step(rest) {
                Step::Used(bytes) => used += bytes,
                Step::Stop(progress) => break progress,
            }
            if self.received > u64::try_from(self.cap).unwrap_or(u64::MAX) {
                break Progress::Full;
            }
        };
        input.drain(..used.min(input.len()));
        progress
    }

    /// Whether the end of the connection is the end of the body.
    pub(crate) fn ends_with_connection(&self) -> bool {
        matches!(self.state, State::UntilClose | State::Complete)
    }

    fn step(&mut self, input: &[u8]) -> Step {
        match self.state {
            State::Complete => Step::Stop(Progress::Complete),
            State::ChunkSize => self.chunk_size(input),
            State::Trailers(seen) => self.trailers(input, seen),
            _ if input.is_empty() => Step::Stop(Progress::More),
            State::UntilClose => Step::Used(self.take(input, u64::MAX)),
            State::Length(left) => {
                let used = self.take(input, left);
                self.state = match left - to_u64(used) {
                    0 => State::Complete,
                    left => State::Length(left),
                };
                Step::Used(used)
            }
            State::Chunk(left) => {
                let used = self.take(input, left);
                self.state = match left - to_u64(used) {
                    0 => State::ChunkEnd,
                    left => State::Chunk(left),
                };
                Step::Used(used)
            }
            State::ChunkEnd => match input {
                [b'\r', b'\n', ..] => {
                    self.state = State::ChunkSize;
                    Step::Used(2)
                }
                [b'\r'] => Step::Stop(Progress::More),
                _ => Step::Stop(Progress::Broken),
            },
        }
    }

    fn take(&mut self, input: &[u8], limit: u64) -> usize {
        let count = usize::try_from(limit)
            .unwrap_or(usize::MAX)
            .min(input.len());
        let room = self.cap.saturating_sub(self.body.len()).min(count);
        self.body
            .extend_from_slice(input.get(..room).unwrap_or_default());
        self.received = self.received.saturating_add(to_u64(count));
        count
    }

    fn chunk_size(&mut self, input: &[u8]) -> Step {
        // An empty size line would count as 0; it is none.
        let starts_right = input.first().is_none_or(u8::is_ascii_hexdigit);
        match httparse::parse_chunk_size(input) {
            _ if !starts_right => Step::Stop(Progress::Broken),
            Ok(httparse::Status::Complete((used, size))) => {
                self.state = match size {
                    0 => State::Trailers(0),
                    size => State::Chunk(size),
                };
                Step::Used(used)
            }
            Ok(httparse::Status::Partial) if input.len() < LINE_CAP => Step::Stop(Progress::More),
            Ok(httparse::Status::Partial) | Err(_) => Step::Stop(Progress::Broken),
        }
    }

    /// Trailer lines up to an empty one; they are not part of the record.
    fn trailers(&mut self, input: &[u8], seen: usize) -> Step {
        let Some(end) = input.iter().position(|b| *b == b'\n') else {
            let more = seen + input.len() < LINE_CAP;
            return Step::Stop(if more {
                Progress::More
            } else {
                Progress::Broken
            });
        };
        let line = input.get(..end).unwrap_or_default();
        self.state = match line.strip_suffix(b"\r").unwrap_or(line).is_empty() {
            true => State::Complete,
            false if seen + end > LINE_CAP => return Step::Stop(Progress::Broken),
            false => State::Trailers(seen + end),
        };
        Step::Used(end + 1)
    }
}

enum Step {
    Used(usize),
    Stop(Progress),
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds the input in pieces of every size; all must agree.
    fn decode(framing: Framing, cap: usize, input: &[u8]) -> (Progress, Vec<u8>, Vec<u8>) {
        let mut results = (1..=input.len().max(1)).map(|size| {
            let mut decoder = Decoder::new(framing, cap);
            let mut buffer = Vec::new();
            let mut progress = decoder.feed(&mut buffer);
            for piece in input.chunks(size) {
                buffer.extend_from_slice(piece);
                if progress == Progress::More {
                    progress = decoder.feed(&mut buffer);
                }
            }
            (progress, decoder.body, buffer)
        });
        let first = results.next().unwrap();
        assert!(results.all(|r| r == first));
        first
    }

    #[test]
    fn chunks_are_joined_and_trailers_dropped() {
        let input = b"4\r\nRust\r\nA;ext=\"x\"\r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\nnext";
        let (progress, body, rest) = decode(Framing::Chunked, 100, input);
        assert_eq!(progress, Progress::Complete);
        assert_eq!(body, b"Rust0123456789");
        assert_eq!(rest, b"next");
    }

    #[test]
    fn broken_chunks_are_told_apart_from_short_ones() {
        for broken in [
            &b"zz\r\n"[..],
            b"\r\n\r\n",
            b"4\r\nRustX\r\n",
            b"-1\r\n",
            b"4\nRust\n",
        ] {
            assert_eq!(
                decode(Framing::Chunked, 100, broken).0,
                Progress::Broken,
                "{broken:?}"
            );
        }
        for short in [
            &b"4\r\nRu"[..],
            b"4",
            b"4\r\nRust\r",
            b"0\r\n",
            b"0\r\nX: 1\r\n",
            b"",
        ] {
            assert_eq!(
                decode(Framing::Chunked, 100, short).0,
                Progress::More,
                "{short:?}"
            );
        }
        let endless = vec![b'1'; 40_000];
        assert_eq!(
            Decoder::new(Framing::Chunked, 9).feed(&mut endless.clone()),
            Progress::Broken
        );
        let mut comment = b"4;".to_vec();
        comment.extend(vec![b'x'; 40_000]);
        assert_eq!(
            Decoder::new(Framing::Chunked, 9).feed(&mut comment),
            Progress::Broken
        );
        let mut trailers = b"0\r\n".to_vec();
        trailers.extend(b"x: 1\r\n".repeat(10_000));
        assert_eq!(
            Decoder::new(Framing::Chunked, 9).feed(&mut trailers),
            Progress::Broken
        );
    }

    #[test]
    fn length_and_cap() {
        assert_eq!(
            decode(Framing::Length(3), 9, b"abcdef"),
            (Progress::Complete, b"abc".to_vec(), b"def".to_vec())
        );
        assert_eq!(decode(Framing::Length(3), 3, b"abc").0, Progress::Complete);
        assert_eq!(decode(Framing::Length(0), 3, b"").0, Progress::Complete);
        let mut decoder = Decoder::new(Framing::UntilClose, 3);
        assert_eq!(decoder.feed(&mut b"abc".to_vec()), Progress::More);
        assert_eq!(decoder.feed(&mut b"d".to_vec()), Progress::Full);
        assert_eq!(
            (decoder.body.as_slice(), decoder.received),
            (&b"abc"[..], 4)
        );
    }
}
