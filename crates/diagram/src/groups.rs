//! Which steps belong together: attempts of a discovery ladder, a step-up, a branch.

use crate::diagram::{Group, GroupKind};
use crate::{Verdict, words};
use authscope_model::transcript::Branch;
use authscope_model::{Exchange, Phase, Transcript};
use std::collections::BTreeMap;

/// The groups, and for every exchange its chain of groups from the outermost in.
pub(crate) struct Grouping {
    /// The groups in order of appearance.
    pub(crate) groups: Vec<Group>,
    /// By exchange number: ids of groups, outermost first.
    pub(crate) chains: BTreeMap<u32, Vec<String>>,
}

/// Groups the exchanges of a transcript.
pub(crate) fn group(transcript: &Transcript, verdicts: &BTreeMap<u32, Verdict>) -> Grouping {
    let mut builder = Builder {
        verdicts,
        groups: Vec::new(),
        chains: BTreeMap::new(),
        open: Vec::new(),
    };
    let runs = ladders(&transcript.exchanges);
    for (at, exchange) in transcript.exchanges.iter().enumerate() {
        let chain = chain_of(transcript, exchange, runs.get(at).and_then(Option::as_ref));
        builder.enter(exchange, chain);
    }
    let last_ladder_open = !transcript.is_finished();
    builder.finish(&transcript.exchanges, last_ladder_open)
}

/// One wanted group, before it has an id.
struct Wanted {
    key: String,
    kind: GroupKind,
    title: String,
}

/// For every exchange the number of the first one of its ladder, when that has at least two attempts.
fn ladders(exchanges: &[Exchange]) -> Vec<Option<u32>> {
    let mut firsts: Vec<u32> = Vec::with_capacity(exchanges.len());
    let mut sizes: BTreeMap<u32, u32> = BTreeMap::new();
    let mut previous: Option<(&Exchange, u32)> = None;
    for exchange in exchanges {
        let first = match previous {
            Some((before, first)) if same_ladder(before, exchange) => first,
            _ => exchange.id,
        };
        firsts.push(first);
        *sizes.entry(first).or_default() += 1;
        previous = Some((exchange, first));
    }
    firsts
        .into_iter()
        .map(|first| Some(first).filter(|first| sizes.get(first).is_some_and(|n| *n >= 2)))
        .collect()
}

fn same_ladder(a: &Exchange, b: &Exchange) -> bool {
    let phase = a.step.phase();
    let discovery = matches!(
        phase,
        Phase::DiscoverResource | Phase::DiscoverAuthorizationServer
    );
    discovery && phase == b.step.phase() && a.branch == b.branch && a.step_up == b.step_up
}

fn chain_of(transcript: &Transcript, exchange: &Exchange, ladder: Option<&u32>) -> Vec<Wanted> {
    let mut chain = Vec::new();
    if exchange.branch > 0 {
        let mark = transcript
            .branches
            .iter()
            .find(|b| b.branch == exchange.branch);
        chain.push(Wanted {
            key: format!("branch-{}", exchange.branch),
            kind: GroupKind::Branch,
            title: branch_title(exchange.branch, mark),
        });
    }
    if let Some(number) = exchange.step_up {
        chain.push(Wanted {
            key: format!("branch-{}-step-up-{number}", exchange.branch),
            kind: GroupKind::StepUp,
            title: format!("Step-up {number}: more scopes for one operation"),
        });
    }
    if let Some(first) = ladder {
        chain.push(Wanted {
            key: format!("ladder-{first}"),
            kind: GroupKind::Ladder,
            title: exchange.step.phase().title().into(),
        });
    }
    chain
}

fn branch_title(number: u32, mark: Option<&Branch>) -> String {
    match mark {
        Some(mark) => format!("Branch {number}: again from step {}", mark.before_exchange),
        None => format!("Branch {number}"),
    }
}

struct Builder<'a> {
    verdicts: &'a BTreeMap<u32, Verdict>,
    groups: Vec<Group>,
    chains: BTreeMap<u32, Vec<String>>,
    /// Key and id of the groups that are open, outermost first.
    open: Vec<(String, String)>,
}

impl Builder<'_> {
    fn enter(&mut self, exchange: &Exchange, chain: Vec<Wanted>) {
        let same = self
            .open
            .iter()
            .zip(&chain)
            .take_while(|((key, _), wanted)| *key == wanted.key)
            .count();
        self.open.truncate(same);
        for wanted in chain.into_iter().skip(same) {
            let id = self.unused_id(&wanted.key);
            self.groups.push(Group {
                id: id.clone(),
                parent: self.open.last().map(|(_, id)| id.clone()),
                kind: wanted.kind,
                title: wanted.title,
                steps: 0,
                verdict: Verdict::Skipped,
                folded: false,
            });
            self.open.push((wanted.key, id));
        }
        let verdict = self.verdicts.get(&exchange.id).copied();
        let ids: Vec<String> = self.open.iter().map(|(_, id)| id.clone()).collect();
        for group in self.groups.iter_mut().filter(|g| ids.contains(&g.id)) {
            group.steps += 1;
            group.verdict = group.verdict.max(verdict.unwrap_or(Verdict::Skipped));
        }
        self.chains.insert(exchange.id, ids);
    }

    /// A group that is left and entered again is drawn as a second one.
    fn unused_id(&self, key: &str) -> String {
        let taken = |id: &str| self.groups.iter().any(|group| group.id == id);
        let mut id = key.to_owned();
        let mut again = 2_u32;
        while taken(&id) {
            id = format!("{key}-{again}");
            again += 1;
        }
        id
    }

    fn finish(mut self, exchanges: &[Exchange], running: bool) -> Grouping {
        let last = exchanges.last().map(|e| e.id);
        for group in &mut self.groups {
            if group.kind != GroupKind::Ladder {
                continue;
            }
            let members: Vec<&Exchange> = exchanges
                .iter()
                .filter(|e| {
                    self.chains
                        .get(&e.id)
                        .is_some_and(|c| c.contains(&group.id))
                })
                .collect();
            let attempts = members
                .iter()
                .filter(|e| e.redirected_from.is_none())
                .count();
            let hits = members
                .iter()
                .filter(|e| e.response().is_some_and(|r| r.is_success()))
                .count();
            let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
            let hits = u32::try_from(hits).unwrap_or(u32::MAX);
            group.title = format!(
                "{}: {}, {}",
                group.title,
                words::count(attempts, "attempt", "attempts"),
                words::count(hits, "hit", "hits")
            );
            // While the last attempt may not be the last, folding would hide what is going on.
            let at_the_end = running && members.last().map(|e| e.id) == last;
            group.folded = group.verdict == Verdict::Pass && !at_the_end;
        }
        Grouping {
            groups: self.groups,
            chains: self.chains,
        }
    }
}
