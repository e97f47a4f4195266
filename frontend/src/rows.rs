//! Which rows of a session are shown: those that no folded group hides, or those that a filter takes.

use crate::state::Slot;
use authscope_diagram::{Filter, Group, RowKind};
use authscope_model::Transcript;
use leptos::prelude::*;
use std::collections::HashMap;

/// The rows that no folded group hides.
pub(crate) fn unfolded(
    slots: &[Slot],
    groups: &[Group],
    folds: &HashMap<String, bool>,
) -> Vec<Slot> {
    let mut hidden: HashMap<&str, bool> = HashMap::new();
    // Groups come after the group around them.
    for group in groups {
        let folded = folds.get(&group.id).copied().unwrap_or(group.folded);
        let outer = group
            .parent
            .as_deref()
            .and_then(|id| hidden.get(id).copied());
        hidden.insert(&group.id, folded || outer.unwrap_or(false));
    }
    let is_shown = |slot: &&Slot| {
        slot.row.with_untracked(|row| {
            let group = row.group.as_deref();
            !group
                .and_then(|id| hidden.get(id).copied())
                .unwrap_or(false)
        })
    };
    slots.iter().filter(is_shown).cloned().collect()
}

/// The steps that a filter takes, with the headings around them and what belongs to them. Folds do not count then.
pub(crate) fn wanted(
    slots: &[Slot],
    groups: &[Group],
    filter: &Filter,
    transcript: &Transcript,
) -> Vec<Slot> {
    // Steps come in ascending order.
    let mut steps: Vec<u32> = Vec::new();
    let mut around: Vec<String> = Vec::new();
    for slot in slots {
        slot.row.with_untracked(|row| {
            if matches!(row.kind, RowKind::Step(_))
                && filter.takes(row, transcript.exchange(row.step))
            {
                steps.push(row.step);
                let mut group = row.group.clone();
                while let Some(id) = group.take().filter(|id| !around.contains(id)) {
                    let found = groups.iter().find(|group| group.id == id);
                    group = found.and_then(|group| group.parent.clone());
                    around.push(id);
                }
            }
        });
    }
    let is_kept = |slot: &&Slot| {
        slot.row.with_untracked(|row| match &row.kind {
            RowKind::Group { group } => around.contains(group),
            // What waits for a person is never out of sight.
            RowKind::Turn { ended: None, .. } | RowKind::Next { .. } | RowKind::End { .. } => true,
            _ => steps.binary_search(&row.step).is_ok(),
        })
    };
    slots.iter().filter(is_kept).cloned().collect()
}
