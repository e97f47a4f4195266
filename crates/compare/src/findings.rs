//! Findings of two sessions: which are new, which are gone, which stayed.

use crate::comparison::{FindingRow, FindingSide, Mark};
use authscope_model::Finding;

/// Pairs findings by rule and kind of step, then by rule alone; what is left is new or gone.
pub(crate) fn findings(a: &[Finding], b: &[Finding]) -> Vec<FindingRow> {
    let mut right: Vec<Option<&Finding>> = b.iter().map(Some).collect();
    let mut partner: Vec<Option<usize>> = vec![None; a.len()];
    for same_step in [true, false] {
        for (left, place) in a.iter().zip(&mut partner) {
            if place.is_some() {
                continue;
            }
            *place = right.iter().position(|other| {
                other.is_some_and(|other| {
                    other.rule == left.rule && (!same_step || other.step == left.step)
                })
            });
            if let Some(taken) = place.and_then(|at| right.get_mut(at)) {
                *taken = None;
            }
        }
    }
    let mut rows: Vec<FindingRow> = Vec::new();
    // In the order of the second session: what is found now comes first.
    for (at, finding) in b.iter().enumerate() {
        let left = partner.iter().position(|place| *place == Some(at));
        rows.push(row(left.and_then(|at| a.get(at)), finding, true));
    }
    let gone = a.iter().zip(&partner).filter(|(_, place)| place.is_none());
    rows.extend(gone.map(|(finding, _)| row(None, finding, false)));
    rows.sort_by_key(|row| match row.mark {
        Mark::Added => 0,
        Mark::Changed => 1,
        Mark::Removed => 2,
        Mark::Same => 3,
    });
    rows
}

/// A row of a finding of the second session and its partner, or of one of the first that is gone.
fn row(partner: Option<&Finding>, finding: &Finding, is_second: bool) -> FindingRow {
    let mark = match partner {
        Some(other) if other.level == finding.level => Mark::Same,
        Some(_) => Mark::Changed,
        None if is_second => Mark::Added,
        None => Mark::Removed,
    };
    let clause = finding.references.first();
    let here = Some(side(finding));
    let (a, b) = if is_second {
        (partner.map(side), here)
    } else {
        (here, None)
    };
    FindingRow {
        mark,
        rule: finding.rule.clone(),
        party: finding.party,
        a,
        b,
        explained_by: finding.explained_by.clone(),
        fix: finding.fix.clone(),
        clause: clause.map(|clause| clause.title.clone()),
        clause_url: clause.map(|clause| clause.url.clone()),
    }
}

fn side(finding: &Finding) -> FindingSide {
    FindingSide {
        step: finding.evidence.exchange,
        level: finding.level,
        message: finding.message.clone(),
    }
}
