//! Rows that are drawn once: the next layout of a growing session takes those that did not change from the last one.

use crate::Verdict;
use crate::diagram::{Row, RowKind};
use std::sync::Arc;

/// What a row is about; by this it is found again in the next layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// A step, by its number.
    Step(u32),
    /// The heading of a group, by the step it stands before and the place of the group.
    Group(u32, usize),
    /// A finding, by its step and its place among the findings.
    Finding(u32, usize),
    /// Something that happened, by the event that told it.
    Event(u64),
    /// What comes after the last recorded step.
    Last,
}

/// Where a row stands, and how it went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) step: u32,
    pub(crate) group: Option<&'a str>,
    pub(crate) branch: u32,
    pub(crate) superseded: bool,
    pub(crate) verdict: Verdict,
}

impl Place<'_> {
    fn is_of(&self, row: &Row) -> bool {
        row.step == self.step
            && row.branch == self.branch
            && row.superseded == self.superseded
            && row.verdict == self.verdict
            && row.group.as_deref() == self.group
    }

    fn row(&self, id: String, kind: RowKind) -> Row {
        Row {
            id,
            step: self.step,
            group: self.group.map(ToOwned::to_owned),
            branch: self.branch,
            superseded: self.superseded,
            verdict: self.verdict,
            kind,
        }
    }
}

/// The rows of a layout with their keys.
#[derive(Debug, Default)]
pub(crate) struct Drawn(Vec<(Key, Arc<Row>)>);

impl Drawn {
    /// The rows alone.
    pub(crate) fn rows(&self) -> Vec<Arc<Row>> {
        self.0.iter().map(|(_, row)| row.clone()).collect()
    }
}

/// How far ahead a row is looked for: rows come in, and go, a few at a time.
const AHEAD: usize = 16;

/// Draws the rows of a layout from the top, beside those of the layout before.
pub(crate) struct Drawing<'a> {
    before: &'a [(Key, Arc<Row>)],
    at: usize,
    rows: Vec<(Key, Arc<Row>)>,
}

impl<'a> Drawing<'a> {
    pub(crate) fn beside(before: &'a Drawn) -> Self {
        Self {
            before: &before.0,
            at: 0,
            rows: Vec::with_capacity(before.0.len() + 1),
        }
    }

    /// Adds a row: the one of the layout before where that stands in the same place and `is_same` says so of what is
    /// in it, else a new one with an id and a content.
    pub(crate) fn add(
        &mut self,
        key: Key,
        place: &Place<'_>,
        is_same: impl FnOnce(&RowKind) -> bool,
        draw: impl FnOnce() -> (String, RowKind),
    ) {
        let known = self.known(key);
        let same = known.filter(|row| place.is_of(row) && is_same(&row.kind));
        let row = same.unwrap_or_else(|| {
            let (id, kind) = draw();
            Arc::new(place.row(id, kind))
        });
        self.rows.push((key, row));
    }

    fn known(&mut self, key: Key) -> Option<Arc<Row>> {
        let ahead = self.before.iter().skip(self.at).take(AHEAD);
        let found = ahead.map(|(key, _)| *key).position(|known| known == key)?;
        let at = self.at + found;
        self.at = at + 1;
        self.before.get(at).map(|(_, row)| row.clone())
    }

    pub(crate) fn done(self) -> Drawn {
        Drawn(self.rows)
    }
}
