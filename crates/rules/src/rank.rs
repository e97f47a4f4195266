//! Root causes first: order of findings, and which finding explains which.
//!
//! Failures lead; among equals the earliest exchange, then schema before semantics, then certainty. What a rule
//! calls a habit, or hardening beside the flow, comes after everything else that is no failure, whatever its level:
//! it is true of most servers, so it must not hide what is true of this one. A finding that another one explains is
//! folded under it. A catch-all ("the token request was refused")
//! folds under any failure at its step or before.

use crate::catalogue;
use crate::context::Context;
use crate::rule::{Area, Order, RuleInfo};
use authscope_model::{Finding, Level};
use std::cmp::Reverse;

/// A finding with what decides its place.
struct Ranked {
    finding: Finding,
    info: &'static RuleInfo,
    position: usize,
}

/// Puts findings in order and folds consequences under their causes.
pub(crate) fn rank(context: &Context<'_>, found: Vec<Finding>) -> Vec<Finding> {
    let mut ranked: Vec<Ranked> = Vec::new();
    for finding in found {
        let Some(info) = catalogue::info(&finding.rule) else {
            continue;
        };
        let position = context.position(finding.evidence.exchange);
        let twice = ranked
            .iter()
            .any(|r| r.finding.rule == finding.rule && r.finding.message == finding.message);
        if !twice {
            ranked.push(Ranked {
                finding,
                info,
                position,
            });
        }
    }
    drop_last_resort(&mut ranked);
    sort(&mut ranked);
    fold(&mut ranked);
    // A warning that explains a failure has been raised to one, so the order may have changed.
    sort(&mut ranked);
    ranked.sort_by_key(|r| r.finding.explained_by.is_some());
    ranked.into_iter().map(|r| r.finding).collect()
}

/// The last resort speaks only when nothing else failed and nothing else was found where the flow ended.
fn drop_last_resort(ranked: &mut Vec<Ranked>) {
    let of = |r: &Ranked| r.info.order == Order::LastResort;
    let place = ranked.iter().find(|r| of(r)).map(|r| r.position);
    let known = |r: &Ranked| r.finding.level == Level::Failure || Some(r.position) == place;
    if ranked.iter().any(|r| !of(r) && known(r)) {
        ranked.retain(|r| !of(r));
    }
}

fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by_key(|r| {
        let level = r.finding.level;
        let aside = level != Level::Failure && r.info.order.is_aside();
        let last = r.info.order == Order::CatchAll || r.info.order.is_aside();
        let order = (last, r.position, r.info.order);
        (aside, Reverse(level), order, Reverse(r.finding.confidence))
    });
}

fn fold(ranked: &mut [Ranked]) {
    let causes: Vec<Option<usize>> = (0..ranked.len())
        .map(|index| cause_of(ranked, index))
        .collect();
    for (index, cause) in causes.iter().enumerate() {
        let Some(root) = cause.and_then(|c| root_of(&causes, c, index)) else {
            continue;
        };
        let level = ranked.get(index).map(|r| r.finding.level);
        let Some(top) = ranked.get_mut(root) else {
            continue;
        };
        let id = top.finding.rule.clone();
        // What stops the flow is a failure, whatever its clause's keyword.
        top.finding.level = level.map_or(top.finding.level, |l| l.max(top.finding.level));
        if let Some(consequence) = ranked.get_mut(index) {
            consequence.finding.explained_by = Some(id);
        }
    }
}

/// Follows causes upwards; `None` when they lead back to `start`.
fn root_of(causes: &[Option<usize>], first: usize, start: usize) -> Option<usize> {
    let mut current = first;
    for _ in 0..causes.len() {
        if current == start {
            return None;
        }
        match causes.get(current).copied().flatten() {
            Some(next) => current = next,
            None => return Some(current),
        }
    }
    None
}

/// The first finding, in order, that explains the one at `index`.
fn cause_of(ranked: &[Ranked], index: usize) -> Option<usize> {
    let consequence = ranked.get(index)?;
    ranked.iter().enumerate().position(|(other, cause)| {
        other != index && cause.info.id != consequence.info.id && explains(cause, consequence)
    })
}

fn explains(cause: &Ranked, consequence: &Ranked) -> bool {
    let named = cause.info.explains.contains(&consequence.info.id);
    let folds = consequence.info.order == Order::CatchAll
        && cause.info.order != Order::CatchAll
        && cause.finding.level == Level::Failure
        && cause.position <= consequence.position;
    // A provider's words explain what nothing else does; beside a closer rule they are a detail of it.
    let detail = consequence.info.area == Area::Provider
        && cause.info.area != Area::Provider
        && cause.info.order != Order::CatchAll
        && cause.finding.level == Level::Failure
        && is_at(&cause.finding, consequence.finding.evidence.exchange)
        && !consequence.info.explains.contains(&cause.info.id);
    named && (cause.finding.level > Level::Hint || consequence.finding.level == Level::Hint)
        || folds
        || detail
}

/// Whether a finding is about an exchange, in the first place or besides.
fn is_at(finding: &Finding, exchange: u32) -> bool {
    finding.evidence.exchange == exchange || finding.related.iter().any(|e| e.exchange == exchange)
}
