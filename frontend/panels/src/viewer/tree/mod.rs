//! JSON as a tree that folds and can be searched. Only a stretch of its rows is in the page, so the size of a document
//! does not matter; by keyboard it is one stop, as trees are.

mod model;
mod read;

pub(super) use model::Tree;
pub(super) use read::Node;

use super::known::Complaint;
use super::pieces;
use super::text::styled;
use super::window::Window;
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::{live, part, press, typed};
use authscope_ui_kit::{dom, glossary};
use leptos::prelude::*;
use model::{Go, go};
use read::Kind;
use std::cell::Cell;
use web_sys::KeyboardEvent;

/// Rows that come at a time.
const PAGE: usize = 300;
/// Characters of a text that are shown before somebody asks for more of it, and at most.
const SHORT: usize = 400;
const LONG: usize = 20_000;

thread_local! {
    /// Trees so far: each has rows with ids of its own.
    static TREES: Cell<u32> = const { Cell::new(0) };
}

#[derive(Clone, Copy)]
struct View {
    id: u32,
    tree: StoredValue<Tree>,
    open: RwSignal<Vec<bool>>,
    /// Every row there is.
    rows: Memo<Vec<usize>>,
    window: RwSignal<Window>,
    /// The row that Tab leads to.
    stop: RwSignal<usize>,
    needle: RwSignal<String>,
    hits: RwSignal<Vec<usize>>,
    /// Which of the hits is looked at.
    hit: RwSignal<Option<usize>>,
    complained: Memo<Vec<(usize, Complaint)>>,
}

/// A tree, with a field to search it or without.
pub(super) fn view(tree: Tree, searched: bool) -> AnyView {
    with_findings(tree, searched, Signal::derive(Vec::new))
}

/// A tree in which what rules complain of is marked, and unfolded at first.
pub(super) fn with_findings(
    tree: Tree,
    searched: bool,
    findings: Signal<Vec<Complaint>>,
) -> AnyView {
    let id = TREES.get();
    TREES.set(id.wrapping_add(1));
    let mut opened = tree.opened();
    let tree = StoredValue::new(tree);
    let complained = Memo::new(move |_| findings.with(|all| placed(tree, all)));
    for (node, _) in complained.read_untracked().iter() {
        tree.with_value(|tree| tree.unfold_to(*node, &mut opened));
    }
    let open = RwSignal::new(opened);
    let rows = Memo::new(move |_| tree.with_value(|tree| open.with(|open| tree.rows(open))));
    let view = View {
        id,
        tree,
        open,
        rows,
        window: RwSignal::new(Window::new(usize::MAX, PAGE)),
        stop: RwSignal::new(0),
        needle: RwSignal::default(),
        hits: RwSignal::default(),
        hit: RwSignal::new(None),
        complained,
    };
    view! { {searched.then(|| search(view))} {table(view)} }.into_any()
}

/// Each finding with the node that it is about.
fn placed(tree: StoredValue<Tree>, findings: &[Complaint]) -> Vec<(usize, Complaint)> {
    let place = |found: &Complaint| {
        let node = tree.with_value(|tree| tree.holding(&found.range))?;
        Some((node, found.clone()))
    };
    findings.iter().filter_map(place).collect()
}

impl View {
    /// The stretch of rows that is in the page.
    fn shown(self) -> Window {
        let count = self.rows.with(Vec::len);
        self.window.get().of(count)
    }

    fn stretch(self) -> Vec<usize> {
        let window = self.shown();
        self.rows
            .with(|rows| rows.get(window.from..window.to).map(<[usize]>::to_vec))
            .unwrap_or_default()
    }

    /// Brings a node into the page.
    fn bring(self, node: usize) {
        let at = self.rows.with_untracked(|rows| rows.binary_search(&node));
        let count = self.rows.with_untracked(Vec::len);
        if let Ok(at) = at {
            self.window
                .update(|window| *window = window.of(count).around(at));
        }
    }

    fn is_open(self, node: usize) -> bool {
        self.open
            .with(|open| open.get(node).copied().unwrap_or_default())
    }

    /// Whether the hit that is looked at is in a node.
    fn is_hit(self, node: usize) -> bool {
        let hit = self.hit.get();
        self.hits
            .with(|hits| hit.and_then(|hit| hits.get(hit).copied()))
            == Some(node)
    }

    fn row_id(self, node: usize) -> String {
        format!("tree-{}-{node}", self.id)
    }

    fn look_for(self, needle: String) {
        let hits = match needle.as_str() {
            "" => Vec::new(),
            needle => self.tree.with_value(|tree| tree.search(needle)),
        };
        let any = !hits.is_empty();
        self.needle.set(needle);
        self.hits.set(hits);
        self.hit.set(None);
        if any {
            self.look_at(0);
        }
    }

    /// Unfolds what a hit is in, and shows it.
    fn look_at(self, hit: usize) {
        let Some(node) = self.hits.with_untracked(|hits| hits.get(hit).copied()) else {
            return;
        };
        self.hit.set(Some(hit));
        self.tree
            .with_value(|tree| self.open.update(|open| tree.unfold_to(node, open)));
        self.stop.set(node);
        self.bring(node);
        let id = self.row_id(node);
        dom::later(0, move || {
            if let Some(row) = dom::by_id(&id) {
                dom::reveal(&row, false);
            }
        });
    }

    /// The next hit, or the one before, round the ends.
    fn go_on(self, back: bool) {
        let count = self.hits.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        let at = match (self.hit.get_untracked(), back) {
            (None, false) => 0,
            (None, true) => count - 1,
            (Some(at), false) => (at + 1) % count,
            (Some(at), true) => (at + count - 1) % count,
        };
        self.look_at(at);
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let stop = self.stop.get_untracked();
        let gone = self.tree.with_value(|tree| {
            let open = self.open.read_untracked();
            self.rows
                .with_untracked(|rows| go(tree, rows, &open, stop, &event.key()))
        });
        match gone {
            Go::To(node) => self.focus(node),
            Go::Fold(node, open) => self.fold(node, open),
            Go::Nowhere => return,
        }
        event.prevent_default();
    }

    fn focus(self, node: usize) {
        self.stop.set(node);
        self.bring(node);
        let id = self.row_id(node);
        // It may come into the page only now.
        match dom::by_id(&id) {
            Some(row) => _ = row.focus(),
            None => dom::later(0, move || dom::focus(&format!("#{id}"))),
        }
    }

    fn fold(self, node: usize, open: bool) {
        self.open.update(|all| {
            if let Some(is_open) = all.get_mut(node) {
                *is_open = open;
            }
        });
    }
}

fn search(view: View) -> AnyView {
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            view.go_on(event.shift_key());
        }
        // The first one clears the field; the next one is the page's.
        "Escape" if !view.needle.read_untracked().is_empty() => {
            event.prevent_default();
            event.stop_propagation();
            view.look_for(String::new());
        }
        _ => {}
    };
    let none = live(move || view.hits.with(Vec::is_empty).then_some(""));
    let none_either = none.clone();
    view! {
        <div class="tree-search" role="search" aria-label="Search this JSON">
            <input
                type="search"
                placeholder="Search names and values"
                aria-label="Search names and values"
                autocomplete="off"
                spellcheck="false"
                data-testid="json-search"
                prop:value=view.needle
                on:input=typed(move |event| view.look_for(event_target_value(&event)))
                on:keydown=keys
            />
            <span class="count" role="status" data-testid="json-hits">{part(move || counted(view))}</span>
            <button type="button" class="quiet" aria-label="Hit before" title="Hit before (Shift+Enter)" disabled=none on:click=press(move |_| view.go_on(true))><span class="up">{icon("down")}</span></button>
            <button type="button" class="quiet" aria-label="Next hit" title="Next hit (Enter)" disabled=none_either on:click=press(move |_| view.go_on(false))>{icon("down")}</button>
        </div>
    }
    .into_any()
}

/// Which of how many hits, and for those who do not see it, where it is.
fn counted(view: View) -> AnyView {
    if view.needle.read().is_empty() {
        return ().into_any();
    }
    let count = view.hits.with(Vec::len);
    let Some(hit) = view.hit.get() else {
        return "none".into_any();
    };
    let node = view
        .hits
        .with(|hits| hits.get(hit).copied())
        .unwrap_or_default();
    let place = view.tree.with_value(|tree| tree.pointer(node));
    view! { {hit + 1} " of " {count} <span class="offscreen">" at " {place}</span> }.into_any()
}

fn table(view: View) -> AnyView {
    let before = move || {
        let from = view.shown().from;
        let earlier = move |_| view.window.set(view.shown().earlier());
        (from > 0).then(|| view! { <button type="button" class="more" on:click=press(earlier)>{from} " rows before"</button> })
    };
    let after = move || {
        let window = view.shown();
        let more = move |_| view.window.set(untrack(|| view.shown()).more());
        (window.left() > 0).then(|| {
            view! {
                <button type="button" class="more" data-testid="json-more" on:click=press(more)>
                    "Show " {window.next()} " more of " {window.left()} " rows"
                </button>
            }
        })
    };
    view! {
        {part(before)}
        <div class="json mono" role="tree" aria-label="JSON" data-testid="json" on:keydown=move |event| view.pressed(&event)>
            <For each=move || view.stretch() key=|node| *node children=move |node| row(view, node)/>
        </div>
        {part(after)}
    }
    .into_any()
}

fn row(view: View, at: usize) -> AnyView {
    let Some((node, name, siblings)) = view.tree.with_value(|tree| tree.place(at)) else {
        return ().into_any();
    };
    let is_open = move || view.is_open(at);
    let expanded = node
        .is_parent()
        .then(|| live(move || if is_open() { "true" } else { "false" }));
    let pressed = press(move |_| {
        view.stop.set(at);
        view.fold(at, !untrack(is_open));
    });
    let (unfolds, depth, place) = (node.is_parent(), node.depth, node.place);
    view! {
        <div
            role="treeitem"
            id=view.row_id(at)
            class="leaf"
            class:branch=unfolds
            class:at=live(move || view.is_hit(at))
            style:--depth=depth.min(12).to_string()
            attr:aria-level=depth + 1
            aria-posinset=place
            aria-setsize=siblings
            aria-expanded=expanded
            tabindex=live(move || if view.stop.get() == at { "0" } else { "-1" })
            on:click=pressed
        >
            {name.map(|name| key(view, name))}
            {part(move || value(view, &node, is_open()))}
            {part(move || complaint(view, at))}
        </div>
    }
    .into_any()
}

/// That a rule complains of a node.
fn complaint(view: View, at: usize) -> Option<AnyView> {
    let worst = view.complained.with(|all| {
        let here = all
            .iter()
            .filter(|(node, _)| *node == at)
            .map(|(_, found)| found);
        here.min_by_key(|found| found.level).cloned()
    })?;
    let (class, message) = (format!("mark {}", worst.level.id()), worst.message);
    Some(view! {
        <span class=class title=message>{icon(worst.level.icon())} <span class="offscreen">" complained of: " {worst.rule}</span></span>
    }
    .into_any())
}

fn key(view: View, name: String) -> AnyView {
    let title = glossary::parameter(&name);
    let (beginning, left) = authscope_ui_kit::table::beginning(&name, SHORT);
    let name = match left {
        0 => name,
        _ => format!("{beginning}…"),
    };
    let shown = part(move || found(view, &name));
    view! { <span class="key" title=title>{shown}</span> ": " }.into_any()
}

/// A text with what is searched for marked.
fn found(view: View, text: &str) -> AnyView {
    let spans = view.needle.with(|needle| pieces::hits(text, needle));
    styled(text, spans)
}

fn value(view: View, node: &Node, is_open: bool) -> AnyView {
    let count = node.children;
    match node.kind {
        Kind::Object if node.is_parent() => {
            view! { <span class="size">"{" {count} "}"</span> }.into_any()
        }
        Kind::Array if node.is_parent() => {
            view! { <span class="size">"[" {count} "]"</span> }.into_any()
        }
        Kind::Text => {
            view! { <span class="string">"\"" {long(view, node, is_open)} "\""</span> }.into_any()
        }
        Kind::Number => view! { <span class="number">{plain(view, node)}</span> }.into_any(),
        _ => view! { <span class="word">{plain(view, node)}</span> }.into_any(),
    }
}

fn plain(view: View, node: &Node) -> AnyView {
    view.tree.with_value(|tree| found(view, &tree.value(node)))
}

/// A text that may be as long as the document: its beginning, until it is unfolded or something is found in it.
fn long(view: View, node: &Node, is_open: bool) -> AnyView {
    view.tree.with_value(|tree| {
        let text = tree.value(node);
        let beyond = text.get(SHORT..).is_some();
        let hit = beyond
            && view
                .needle
                .with(|needle| !pieces::hits(&text, needle).is_empty());
        let most = if is_open || hit { LONG } else { SHORT };
        let (shown, left) = authscope_ui_kit::table::beginning(&text, most);
        let more = (left > 0).then(|| {
            let act = if most == SHORT {
                "press to show more"
            } else {
                "see it as received"
            };
            view! { <i class="more-of-it">" … and " {left} " more characters; " {act}</i> }
        });
        view! { {found(view, shown)} {more} }.into_any()
    })
}
