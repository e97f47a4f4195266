//! Which steps belong together: attempts of a discovery ladder, a step-up, a dry run, the probes, a branch.

use crate::diagram::{Group, GroupKind};
use crate::{Verdict, words};
use authscope_model::{Exchange, Phase, StepKind, Transcript};
use std::collections::BTreeMap;

/// The groups, and which of them every exchange belongs to.
pub(crate) struct Grouping {
    /// The groups in order of appearance.
    pub(crate) groups: Vec<Group>,
    /// By group: the place of the one around it.
    parents: Vec<Option<usize>>,
    /// By exchange, in their order: the place of its innermost group.
    innermost: Vec<Option<usize>>,
}

impl Grouping {
    /// The groups of the exchange at a place, as places in `groups`, outermost first.
    pub(crate) fn chain(&self, exchange: usize) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut current = self.innermost.get(exchange).copied().flatten();
        // A group comes after the one around it, so this ends.
        while let Some(group) = current {
            chain.push(group);
            current = self.parents.get(group).copied().flatten();
        }
        chain.reverse();
        chain
    }

    /// The id of a group.
    pub(crate) fn id(&self, group: usize) -> Option<&str> {
        self.groups.get(group).map(|group| group.id.as_str())
    }

    /// Whether a group is a ladder of attempts.
    pub(crate) fn is_ladder(&self, group: usize) -> bool {
        let found = self.groups.get(group);
        found.is_some_and(|group| group.kind == GroupKind::Ladder)
    }
}

/// Groups the exchanges of a transcript; `verdicts` are theirs, in their order.
pub(crate) fn group(transcript: &Transcript, verdicts: &[Verdict]) -> Grouping {
    let mut builder = Builder::default();
    let runs = ladders(&transcript.exchanges);
    let each = transcript.exchanges.iter().zip(runs).zip(verdicts);
    for ((exchange, ladder), verdict) in each {
        builder.enter(transcript, exchange, &keys(exchange, ladder), *verdict);
    }
    builder.finish(!transcript.is_finished())
}

/// What makes two steps in a row belong to one group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Branch(u32),
    StepUp {
        branch: u32,
        number: u32,
    },
    DryRun {
        branch: u32,
    },
    Probes {
        branch: u32,
    },
    /// Named after its first step.
    Ladder(u32),
}

impl Key {
    fn id(self) -> String {
        match self {
            Self::Branch(branch) => format!("branch-{branch}"),
            Self::StepUp { branch, number } => format!("branch-{branch}-step-up-{number}"),
            Self::DryRun { branch } => format!("branch-{branch}-dryrun"),
            Self::Probes { branch } => format!("branch-{branch}-probes"),
            Self::Ladder(first) => format!("ladder-{first}"),
        }
    }

    const fn kind(self) -> GroupKind {
        match self {
            Self::Branch(_) => GroupKind::Branch,
            Self::StepUp { .. } => GroupKind::StepUp,
            Self::DryRun { .. } => GroupKind::DryRun,
            Self::Probes { .. } => GroupKind::Probes,
            Self::Ladder(_) => GroupKind::Ladder,
        }
    }

    fn title(self, transcript: &Transcript, exchange: &Exchange) -> String {
        match self {
            Self::Branch(number) => branch_title(transcript, number),
            Self::StepUp { number, .. } => {
                format!("Step-up {number}: more scopes for one operation")
            }
            Self::DryRun { .. } => {
                "Dry run: the authorization URL without a browser and without cookies".into()
            }
            Self::Probes { .. } => "Active probes: requests that must be refused".into(),
            Self::Ladder(_) => exchange.step.phase().title().into(),
        }
    }
}

/// For every exchange the number of the first one of its ladder, when that has at least two attempts.
fn ladders(exchanges: &[Exchange]) -> Vec<Option<u32>> {
    let mut firsts: Vec<Option<u32>> = vec![None; exchanges.len()];
    for (at, pair) in exchanges.windows(2).enumerate() {
        let [before, this] = pair else { continue };
        if same_ladder(before, this) {
            let first = firsts.get(at).copied().flatten().unwrap_or(before.id);
            for place in firsts.iter_mut().skip(at).take(2) {
                *place = Some(first);
            }
        }
    }
    firsts
}

fn same_ladder(a: &Exchange, b: &Exchange) -> bool {
    let phase = a.step.phase();
    let discovery = matches!(
        phase,
        Phase::DiscoverResource | Phase::DiscoverAuthorizationServer
    );
    discovery && phase == b.step.phase() && a.branch == b.branch && a.step_up == b.step_up
}

/// The groups that an exchange wants to be in, outermost first.
fn keys(exchange: &Exchange, ladder: Option<u32>) -> [Option<Key>; 4] {
    let branch = exchange.branch;
    [
        (branch > 0).then_some(Key::Branch(branch)),
        exchange
            .step_up
            .map(|number| Key::StepUp { branch, number }),
        // What a conforming client does not send.
        match exchange.step {
            StepKind::DryRun => Some(Key::DryRun { branch }),
            StepKind::NegativeProbe => Some(Key::Probes { branch }),
            _ => None,
        },
        ladder.map(Key::Ladder),
    ]
}

fn branch_title(transcript: &Transcript, number: u32) -> String {
    match transcript.branches.iter().find(|b| b.branch == number) {
        Some(mark) if mark.aside => format!("Resent from step {}", mark.before_exchange),
        Some(mark) => format!("Branch {number}: again from step {}", mark.before_exchange),
        None => format!("Branch {number}"),
    }
}

/// What is counted of a ladder.
#[derive(Default, Clone, Copy)]
struct Tries {
    attempts: u32,
    hits: u32,
    /// Place of its last exchange.
    last: usize,
}

#[derive(Default)]
struct Builder {
    groups: Vec<Group>,
    parents: Vec<Option<usize>>,
    innermost: Vec<Option<usize>>,
    tries: Vec<Tries>,
    /// Groups that are open, outermost first, with what they are for.
    open: Vec<(Key, usize)>,
    /// How often a group of a kind was opened.
    opened: BTreeMap<Key, u32>,
}

impl Builder {
    fn enter(
        &mut self,
        transcript: &Transcript,
        exchange: &Exchange,
        keys: &[Option<Key>; 4],
        verdict: Verdict,
    ) {
        let wanted = || keys.iter().flatten().copied();
        let same = self.open.iter().zip(wanted());
        let same = same.take_while(|((key, _), wanted)| key == wanted).count();
        self.open.truncate(same);
        for key in wanted().skip(same) {
            self.begin(key, key.title(transcript, exchange));
        }
        let at = self.innermost.len();
        for (_, place) in &self.open {
            if let (Some(group), Some(tries)) =
                (self.groups.get_mut(*place), self.tries.get_mut(*place))
            {
                group.steps += 1;
                group.verdict = group.verdict.max(verdict);
                tries.attempts += u32::from(exchange.redirected_from.is_none());
                let hit = exchange.response().is_some_and(|r| r.is_success());
                tries.hits += u32::from(hit);
                tries.last = at;
            }
        }
        self.innermost.push(self.open.last().map(|(_, at)| *at));
    }

    /// Opens a group. One that is left and entered again is drawn as a second one.
    fn begin(&mut self, key: Key, title: String) {
        let times = self.opened.entry(key).or_default();
        *times += 1;
        let id = match *times {
            1 => key.id(),
            again => format!("{}-{again}", key.id()),
        };
        let parent = self.open.last().map(|(_, at)| *at);
        self.open.push((key, self.groups.len()));
        self.groups.push(Group {
            id,
            parent: parent
                .and_then(|at| self.groups.get(at))
                .map(|group| group.id.clone()),
            kind: key.kind(),
            title,
            steps: 0,
            verdict: Verdict::Skipped,
            folded: false,
        });
        self.parents.push(parent);
        self.tries.push(Tries::default());
    }

    fn finish(mut self, running: bool) -> Grouping {
        let steps = self.innermost.len();
        for (group, tries) in self.groups.iter_mut().zip(&self.tries) {
            if group.kind != GroupKind::Ladder {
                continue;
            }
            group.title = format!(
                "{}: {}, {}",
                group.title,
                words::count(tries.attempts, "attempt", "attempts"),
                words::count(tries.hits, "hit", "hits")
            );
            // While the last attempt may not be the last, folding would hide what is going on.
            let at_the_end = running && tries.last + 1 == steps;
            group.folded = group.verdict == Verdict::Pass && !at_the_end;
        }
        Grouping {
            groups: self.groups,
            parents: self.parents,
            innermost: self.innermost,
        }
    }
}
