//! Lines two lists of steps up: the longest common order of step kinds, the more alike pairs first.

use authscope_model::{Exchange, StepKind};

/// Above this many cells the table is not worth its memory; the lists are then walked with a short look ahead.
const MOST_CELLS: usize = 6_000_000;
/// How far the walk looks ahead for a step of the same kind.
const LOOK_AHEAD: usize = 64;

/// What makes two steps alike, most important first.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Key<'a> {
    kind: StepKind,
    purpose: &'a str,
    method: &'a str,
    path: String,
    status: Option<u16>,
    step_up: bool,
}

impl<'a> Key<'a> {
    fn of(exchange: &'a Exchange) -> Self {
        let url = &exchange.request.url;
        Self {
            kind: exchange.step,
            purpose: &exchange.purpose,
            method: &exchange.request.method,
            path: authscope_diagram::words::path(url),
            status: exchange.status(),
            step_up: exchange.step_up.is_some(),
        }
    }

    /// How alike two steps are; 0 when they are not the same kind of step.
    fn likeness(&self, other: &Self) -> u32 {
        if self.kind != other.kind {
            return 0;
        }
        // A pair more outweighs every likeness of other pairs only together with its own.
        16 + 8 * u32::from(self.purpose == other.purpose)
            + 4 * u32::from(self.step_up == other.step_up)
            + 2 * u32::from(self.method == other.method && self.path == other.path)
            + u32::from(self.status == other.status)
    }
}

/// A place in the one list beside a place in the other.
pub(crate) type Pair = (Option<usize>, Option<usize>);

/// Every step of both lists once, in order; steps of one side only stand before those of the other.
pub(crate) fn align(a: &[&Exchange], b: &[&Exchange]) -> Vec<Pair> {
    let a: Vec<Key<'_>> = a.iter().map(|step| Key::of(step)).collect();
    let b: Vec<Key<'_>> = b.iter().map(|step| Key::of(step)).collect();
    // Among equally good pairings one is taken by the order of the lists; so that it is the same one the
    // other way round, the lists are brought into an order of their own first.
    let pairs = if a <= b {
        matched(&a, &b)
    } else {
        let swapped = matched(&b, &a).into_iter();
        swapped.map(|(right, left)| (left, right)).collect()
    };
    with_gaps(&pairs, a.len(), b.len())
}

/// The pairs, equal beginnings and ends first: most sessions have little else.
fn matched(a: &[Key<'_>], b: &[Key<'_>]) -> Vec<(usize, usize)> {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (tail(a, start), tail(b, start));
    let end = rest_a
        .iter()
        .rev()
        .zip(rest_b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let middle_a = rest_a.get(..rest_a.len() - end).unwrap_or_default();
    let middle_b = rest_b.get(..rest_b.len() - end).unwrap_or_default();
    let middle = if middle_a.len().saturating_mul(middle_b.len()) > MOST_CELLS {
        walked(middle_a, middle_b)
    } else {
        tabled(middle_a, middle_b)
    };
    let mut pairs: Vec<(usize, usize)> = (0..start).map(|at| (at, at)).collect();
    pairs.extend(middle.into_iter().map(|(x, y)| (x + start, y + start)));
    pairs.extend((0..end).map(|at| (a.len() - end + at, b.len() - end + at)));
    pairs
}

fn tail<T>(list: &[T], from: usize) -> &[T] {
    list.get(from..).unwrap_or_default()
}

/// The best pairing by a table of every beginning with every other.
fn tabled(a: &[Key<'_>], b: &[Key<'_>]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    // best[i * width + j]: of what is left from i and j on.
    let mut best = vec![0_u32; (a.len() + 1) * width];
    let at = |best: &[u32], i: usize, j: usize| best.get(i * width + j).copied().unwrap_or(0);
    for (i, left) in a.iter().enumerate().rev() {
        for (j, right) in b.iter().enumerate().rev() {
            let skip = at(&best, i + 1, j).max(at(&best, i, j + 1));
            let value = match left.likeness(right) {
                0 => skip,
                likeness => skip.max(at(&best, i + 1, j + 1) + likeness),
            };
            if let Some(cell) = best.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        let likeness = left.likeness(right);
        let here = at(&best, i, j);
        if likeness > 0 && here == at(&best, i + 1, j + 1) + likeness {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if here == at(&best, i + 1, j) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// A good pairing of very long lists: each step with the next one of its kind that is near.
fn walked(a: &[Key<'_>], b: &[Key<'_>]) -> Vec<(usize, usize)> {
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        if left.kind == right.kind {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let near = |list: &[Key<'_>], from: usize, kind: StepKind| {
            let ahead = tail(list, from).iter().take(LOOK_AHEAD);
            ahead.map(|key| key.kind).position(|other| other == kind)
        };
        match (near(a, i, right.kind), near(b, j, left.kind)) {
            (Some(in_a), Some(in_b)) if in_a <= in_b => i += in_a,
            (_, Some(in_b)) => j += in_b,
            (Some(in_a), None) => i += in_a,
            (None, None) => (i, j) = (i + 1, j + 1),
        }
    }
    pairs
}

fn with_gaps(pairs: &[(usize, usize)], a: usize, b: usize) -> Vec<Pair> {
    let mut out: Vec<Pair> = Vec::new();
    let (mut i, mut j) = (0, 0);
    for &(x, y) in pairs.iter().chain([&(a, b)]) {
        out.extend((i..x).map(|at| (Some(at), None)));
        out.extend((j..y).map(|at| (None, Some(at))));
        if x < a && y < b {
            out.push((Some(x), Some(y)));
        }
        (i, j) = (x + 1, y + 1);
    }
    out
}
