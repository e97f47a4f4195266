//! One row of the diagram as signals.

use authscope_diagram::{Row, RowKind};
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// One row of the diagram: its id is fixed, its content may change. Shared, because the lists of rows are copied with
/// every event.
#[derive(Clone)]
pub(crate) struct Slot(Arc<Place>);

/// What is known of a row.
pub(crate) struct Place {
    /// Id of the row.
    pub(crate) id: String,
    /// The row.
    pub(crate) row: ArcRwSignal<Arc<Row>>,
    /// Whether its step is selected. Each row has its own: a selection concerns two rows, not all of them.
    pub(crate) picked: ArcRwSignal<Picked>,
    /// How tall it is, as the list of rows counts it; 0 until it is known.
    pub(crate) tall: AtomicU32,
}

/// What the selection makes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picked {
    /// Nothing.
    No,
    /// Nothing is selected, and this is the first step: the Tab key stops here.
    Stop,
    /// It is the selected one.
    Yes,
}

impl Slot {
    pub(crate) fn new(row: Arc<Row>, selected: Option<u32>) -> Self {
        let picked = match selected.unwrap_or(1) == row.step {
            true if matches!(row.kind, RowKind::Step(_)) => picked(selected),
            _ => Picked::No,
        };
        Self(Arc::new(Place {
            id: row.id.clone(),
            row: ArcRwSignal::new(row),
            picked: ArcRwSignal::new(picked),
            tall: AtomicU32::new(0),
        }))
    }

    /// Takes the row of a new layout, if it is another one.
    pub(crate) fn show(&self, row: Arc<Row>) {
        let same = |old: &Arc<Row>| Arc::ptr_eq(old, &row) || **old == *row;
        if !self.row.with_untracked(same) {
            self.tall.store(0, Ordering::Relaxed);
            self.row.set(row);
        }
    }
}

/// What the step is that a selection, or none, is about.
pub(crate) const fn picked(selected: Option<u32>) -> Picked {
    match selected {
        Some(_) => Picked::Yes,
        None => Picked::Stop,
    }
}

impl std::ops::Deref for Slot {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.0
    }
}

impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
