//! How tall the rows of a long session are, and which of them are near the eye: numbers only.

use authscope_diagram::RowKind;

/// Heights are counted in the smallest unit in which browsers lay out: a pixel has so many.
pub(super) const PIXEL: u32 = 64;
/// How far above and below the eye rows are in the page.
const AHEAD: u32 = 800 * PIXEL;
/// The eye may move so far before others are.
const STRIDE: u32 = 400 * PIXEL;

/// Rows of one shape are mostly as tall as each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Step,
    Single,
    /// A step that came to nothing, with the reason.
    Lone,
    Group,
    Quiet,
    Note,
    /// What a person types into: it grows and shrinks.
    Turn,
}

impl Shape {
    pub(super) fn of(kind: &RowKind) -> Self {
        match kind {
            RowKind::Step(step) if step.response.is_some() => Self::Step,
            RowKind::Step(step) if step.status.is_empty() => Self::Single,
            RowKind::Step(_) => Self::Lone,
            RowKind::Group { .. } => Self::Group,
            RowKind::Decision { .. } => Self::Quiet,
            RowKind::Turn { ended: None, .. } => Self::Turn,
            _ => Self::Note,
        }
    }
}

/// How tall rows of a shape are in the middle, and of how many that is known; at first it is a guess.
#[derive(Debug)]
pub(super) struct Talls([(u32, u32); 7]);

impl Default for Talls {
    fn default() -> Self {
        Self([64, 40, 60, 31, 21, 40, 200].map(|pixels| (pixels * PIXEL, 0)))
    }
}

impl Talls {
    /// How tall a row is, as far as is known; `own` is what was measured of it, or 0.
    pub(super) fn tall(&self, shape: Shape, own: u32) -> u32 {
        match own {
            0 => self.0.get(shape as usize).map_or(0, |(tall, _)| *tall),
            own => own,
        }
    }

    /// Whether a row need not be measured any more. All steps of a shape are of one height.
    pub(super) fn is_known(&self, shape: Shape, own: u32) -> bool {
        let step = matches!(shape, Shape::Step | Shape::Single | Shape::Lone);
        let seen = self
            .0
            .get(shape as usize)
            .is_some_and(|(_, seen)| *seen > 0);
        shape != Shape::Turn && (own > 0 || step && seen)
    }

    pub(super) fn learn(&mut self, shape: Shape, tall: u32) {
        if let Some((middle, seen)) = self.0.get_mut(shape as usize) {
            let others = u64::from(*middle) * u64::from(*seen);
            *seen = seen.saturating_add(1);
            let middling = (others + u64::from(tall)) / u64::from(*seen);
            *middle = u32::try_from(middling).unwrap_or(tall);
        }
    }
}

/// The rows to be in the page, in order: those within reach of what is seen, and the pins. `tops` are the upper edges of
/// all rows, and the lower edge of the last.
pub(super) fn near(tops: &[u32], pins: &[usize], from: u32, to: u32) -> Vec<usize> {
    let from = from.saturating_sub(AHEAD) / STRIDE * STRIDE;
    let to = to.saturating_add(AHEAD).div_ceil(STRIDE) * STRIDE;
    let rows = tops.len().saturating_sub(1);
    let first = tops.partition_point(|top| *top <= from).saturating_sub(1);
    let end = tops.partition_point(|top| *top < to).min(rows);
    let mut near: Vec<usize> = pins
        .iter()
        .copied()
        .filter(|pin| *pin < first && *pin < rows)
        .collect();
    near.extend(first.min(end)..end);
    near.extend(
        pins.iter()
            .copied()
            .filter(|pin| *pin >= end && *pin < rows),
    );
    near
}

/// What is left out above the row at a place, when the one before it in the page is at another.
pub(super) fn gap(tops: &[u32], before: Option<usize>, at: usize) -> u32 {
    let edge = |at: usize| tops.get(at).copied().unwrap_or_default();
    let above = before.map_or(0, |before| edge(before + 1));
    edge(at).saturating_sub(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tops(talls: &[u32]) -> Vec<u32> {
        let mut tops = vec![0];
        for tall in talls {
            tops.push(tops.last().unwrap() + tall * PIXEL);
        }
        tops
    }

    #[test]
    fn what_is_left_out_is_kept_free() {
        let tops = tops(&[64, 40, 21].repeat(400));
        let pins = [0, 700, 1199];
        for eye in [0, 3_000, 25_000, 49_000] {
            let near = near(&tops, &pins, eye * PIXEL, (eye + 900) * PIXEL);
            assert!(near.is_sorted() && near.len() < 120, "{}", near.len());
            assert!(pins.iter().all(|pin| near.contains(pin)), "{near:?}");
            let mut tall = 0;
            let mut before = None;
            for at in &near {
                tall += gap(&tops, before, *at) + tops[at + 1] - tops[*at];
                before = Some(*at);
                let seen = tops[*at] < (eye + 900) * PIXEL && tops[at + 1] > eye * PIXEL;
                assert!(!seen || near.contains(at));
            }
            assert_eq!(tall, *tops.last().unwrap());
            let missed = (0..1_200).find(|at| {
                let seen = tops[*at] < (eye + 900) * PIXEL && tops[at + 1] > eye * PIXEL;
                seen && !near.contains(at)
            });
            assert_eq!(missed, None, "seen at {eye}, and not there");
        }
    }

    #[test]
    fn no_rows_are_no_trouble() {
        assert!(near(&[0], &[], 0, 900).is_empty());
        assert!(near(&[], &[3], 0, 900).is_empty());
    }

    #[test]
    fn a_step_tells_of_all_steps_and_a_note_only_of_itself() {
        let mut talls = Talls::default();
        assert!(!talls.is_known(Shape::Step, 0));
        talls.learn(Shape::Step, 76 * PIXEL);
        talls.learn(Shape::Note, 58 * PIXEL);
        talls.learn(Shape::Note, 98 * PIXEL);
        assert!(talls.is_known(Shape::Step, 0) && !talls.is_known(Shape::Note, 0));
        assert_eq!(talls.tall(Shape::Step, 0), 76 * PIXEL);
        assert_eq!(talls.tall(Shape::Note, 0), 78 * PIXEL);
        assert_eq!(talls.tall(Shape::Note, 33 * PIXEL), 33 * PIXEL);
        assert!(!talls.is_known(Shape::Turn, 99));
    }
}
