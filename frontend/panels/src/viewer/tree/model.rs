//! What of a tree is unfolded, which rows that makes, and what a search finds in it.

use super::read::{Kind, Node, read, unquoted};
use crate::viewer::pieces;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Depth down to which everything is unfolded at first.
const OPEN: usize = 2;

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    text: Arc<str>,
    pub(crate) nodes: Arc<[Node]>,
}

impl Tree {
    /// The tree of a text.
    ///
    /// # Errors
    /// The byte at which it stops being JSON.
    pub(crate) fn new(text: &str) -> Result<Self, usize> {
        let nodes = read(text)?;
        Ok(Self {
            text: text.into(),
            nodes: nodes.into(),
        })
    }

    /// A node with its name, and how many siblings there are with it.
    pub(crate) fn place(&self, at: usize) -> Option<(Node, Option<String>, usize)> {
        let node = self.nodes.get(at)?;
        let parent = node.parent.and_then(|parent| self.nodes.get(parent));
        let name = self.name(node).map(String::from);
        Some((
            node.clone(),
            name,
            parent.map_or(1, |parent| parent.children),
        ))
    }

    /// Whether the document is an object.
    pub(crate) fn is_object(&self) -> bool {
        self.nodes
            .first()
            .is_some_and(|node| node.kind == Kind::Object)
    }

    /// The name of a member.
    pub(crate) fn name(&self, node: &Node) -> Option<Cow<'_, str>> {
        Some(unquoted(&self.text, node.name.as_ref()?))
    }

    /// The value as it was written.
    pub(crate) fn source(&self, node: &Node) -> &str {
        self.text.get(node.value.clone()).unwrap_or_default()
    }

    /// The value of what has no children, without quotes.
    pub(crate) fn value(&self, node: &Node) -> Cow<'_, str> {
        match node.kind {
            Kind::Text => unquoted(&self.text, &node.value),
            Kind::Object | Kind::Array if node.is_parent() => Cow::Borrowed(""),
            _ => Cow::Borrowed(self.source(node)),
        }
    }

    /// What is unfolded at first. A text without children is unfolded when all of it is to be seen.
    pub(crate) fn opened(&self) -> Vec<bool> {
        let is_open = |node: &Node| node.is_parent() && node.depth < OPEN;
        self.nodes.iter().map(is_open).collect()
    }

    /// The nodes that are to be seen, in order.
    pub(crate) fn rows(&self, open: &[bool]) -> Vec<usize> {
        let mut rows = Vec::new();
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            rows.push(at);
            let unfolded = open.get(at).copied().unwrap_or_default();
            at = if unfolded { at + 1 } else { node.end };
        }
        rows
    }

    /// The nodes with a text in their name or value, in order.
    pub(crate) fn search(&self, needle: &str) -> Vec<usize> {
        let has = |text: &str| !pieces::hits(text, needle).is_empty();
        let is_hit =
            |node: &Node| self.name(node).is_some_and(|name| has(&name)) || has(&self.value(node));
        let nodes = self.nodes.iter().enumerate();
        nodes
            .filter(|(_, node)| is_hit(node))
            .map(|(at, _)| at)
            .collect()
    }

    /// The smallest node with a range of the text in it; not the document itself, which says nothing.
    pub(crate) fn holding(&self, range: &Range<usize>) -> Option<usize> {
        let holds = |node: &Node| {
            let whole = node.range();
            range.start < range.end && whole.start <= range.start && range.end <= whole.end
        };
        let nodes = self.nodes.iter().enumerate().skip(1);
        nodes
            .filter(|(_, node)| holds(node))
            .map(|(at, _)| at)
            .next_back()
    }

    /// Unfolds everything around a node.
    pub(crate) fn unfold_to(&self, node: usize, open: &mut [bool]) {
        let mut at = self.nodes.get(node).and_then(|node| node.parent);
        while let Some(parent) = at {
            if let Some(is_open) = open.get_mut(parent) {
                *is_open = true;
            }
            at = self.nodes.get(parent).and_then(|node| node.parent);
        }
    }

    /// Where a node is, as a JSON pointer.
    pub(crate) fn pointer(&self, node: usize) -> String {
        let mut steps = Vec::new();
        let mut at = self.nodes.get(node);
        while let Some(node) = at {
            if node.parent.is_some() {
                let place = || (node.place.saturating_sub(1)).to_string().into();
                let name = self.name(node).unwrap_or_else(place);
                steps.push(name.replace('~', "~0").replace('/', "~1"));
            }
            at = node.parent.and_then(|parent| self.nodes.get(parent));
        }
        steps.iter().rev().map(|step| format!("/{step}")).collect()
    }
}

/// Which of the rows a key leads to, from another.
pub(crate) enum Go {
    To(usize),
    Fold(usize, bool),
    Nowhere,
}

/// What an arrow, Home, End, Enter or blank does in a row. Up, down and the ends are those of `rows`.
pub(crate) fn go(tree: &Tree, rows: &[usize], open: &[bool], node: usize, key: &str) -> Go {
    let at = rows.binary_search(&node).unwrap_or_default();
    let to = |row: Option<&usize>| row.map_or(Go::Nowhere, |row| Go::To(*row));
    let Some(here) = tree.nodes.get(node) else {
        return Go::Nowhere;
    };
    let unfolded = open.get(node).copied().unwrap_or_default();
    match key {
        "ArrowDown" => to(rows.get(at + 1)),
        "ArrowUp" => to(at.checked_sub(1).and_then(|at| rows.get(at))),
        "Home" => to(rows.first()),
        "End" => to(rows.last()),
        "ArrowRight" if here.is_parent() && unfolded => Go::To(node + 1),
        "ArrowRight" if here.is_parent() => Go::Fold(node, true),
        "ArrowLeft" if here.is_parent() && unfolded => Go::Fold(node, false),
        "ArrowLeft" => to(here.parent.as_ref()),
        "Enter" | " " => Go::Fold(node, !unfolded),
        _ => Go::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"issuer": "https://As", "deep": {"a": {"b/c": ["x", {"scope": "Files"}]}}, "n": 12.50}"#;

    fn went(go: Go) -> (usize, Option<bool>) {
        match go {
            Go::To(node) => (node, None),
            Go::Fold(node, open) => (node, Some(open)),
            Go::Nowhere => (usize::MAX, None),
        }
    }

    #[test]
    fn folded_rows_are_not_seen() {
        let tree = Tree::new(TEXT).unwrap();
        assert_eq!(tree.rows(&tree.opened()), [0, 1, 2, 3, 8]);
        assert_eq!(tree.rows(&[]), [0]);
        assert_eq!(tree.rows(&[true; 9]).len(), 9);
    }

    #[test]
    fn a_search_looks_at_names_and_values_and_unfolds() {
        let tree = Tree::new(TEXT).unwrap();
        assert_eq!(tree.search("FILES"), [7]);
        assert_eq!(tree.search("s"), [1, 7]);
        assert_eq!(tree.search("12.5"), [8]);
        assert!(tree.search("nothing like it").is_empty());
        let mut open = tree.opened();
        tree.unfold_to(7, &mut open);
        assert!(tree.rows(&open).contains(&7));
        assert_eq!(tree.pointer(7), "/deep/a/b~1c/1/scope");
        assert_eq!(tree.pointer(0), "");
    }

    #[test]
    fn what_a_range_points_at_is_the_smallest_node() {
        let tree = Tree::new(TEXT).unwrap();
        let of = |part: &str| {
            let start = TEXT.find(part).unwrap();
            tree.holding(&(start..start + part.len()))
        };
        assert_eq!(of("https://As"), Some(1));
        assert_eq!(of("\"scope\": \"Files\""), Some(7));
        assert_eq!(of("\"x\", {"), Some(4));
        assert_eq!(of(TEXT), None);
        assert_eq!(tree.holding(&(5..5)), None);
    }

    #[test]
    fn keys_move_as_in_every_tree() {
        let tree = Tree::new(TEXT).unwrap();
        let open = tree.opened();
        let rows = tree.rows(&open);
        let key = |node, key| went(go(&tree, &rows, &open, node, key));
        assert_eq!(key(0, "ArrowDown"), (1, None));
        assert_eq!(key(8, "ArrowUp"), (3, None));
        assert_eq!(key(0, "End"), (8, None));
        assert_eq!(key(2, "ArrowRight"), (3, None));
        assert_eq!(key(3, "ArrowRight"), (3, Some(true)));
        assert_eq!(key(3, "ArrowLeft"), (2, None));
        assert_eq!(key(2, "ArrowLeft"), (2, Some(false)));
        assert_eq!(key(3, "Enter"), (3, Some(true)));
        assert_eq!(key(0, "ArrowUp").0, usize::MAX);
        assert_eq!(key(8, "ArrowDown").0, usize::MAX);
        assert_eq!(key(0, "j").0, usize::MAX);
    }
}
