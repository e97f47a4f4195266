//! JSON as a tree that folds.

use super::table::masked;
use leptos::prelude::*;
use serde_json::Value;

/// Nodes drawn at most; a larger document is still there as text.
const MOST: usize = 1_500;
/// Depth down to which nodes are open at first.
const OPEN: usize = 2;

/// The tree of a value.
pub(crate) fn tree(value: &Value) -> AnyView {
    let mut left = MOST;
    let tree = node(None, value, 0, &mut left);
    let cut = (left == 0)
        .then(|| view! { <p class="hint">"Too large to draw as a tree; see it as text."</p> });
    view! { <div class="json mono">{tree}</div> {cut} }.into_any()
}

fn node(name: Option<&str>, value: &Value, depth: usize, left: &mut usize) -> AnyView {
    if *left == 0 {
        return ().into_any();
    }
    *left -= 1;
    match value {
        Value::Object(members) if !members.is_empty() => {
            let children: Vec<_> = members
                .iter()
                .map(|(name, value)| node(Some(name), value, depth + 1, left))
                .collect();
            parent(name, format!("{{{}}}", members.len()), children, depth)
        }
        Value::Array(items) if !items.is_empty() => {
            let children: Vec<_> = items
                .iter()
                .map(|value| node(None, value, depth + 1, left))
                .collect();
            parent(name, format!("[{}]", items.len()), children, depth)
        }
        leaf => view! { <div class="leaf">{key(name)}{scalar(leaf)}</div> }.into_any(),
    }
}

fn parent(name: Option<&str>, size: String, children: Vec<AnyView>, depth: usize) -> AnyView {
    view! {
        <details open=depth < OPEN>
            <summary>{key(name)}<span class="size">{size}</span></summary>
            <div class="children">{children}</div>
        </details>
    }
    .into_any()
}

fn key(name: Option<&str>) -> AnyView {
    match name {
        Some(name) => {
            let title = super::glossary::parameter(name);
            view! { <span class="key" title=title>{name.to_owned()}</span> ": " }.into_any()
        }
        None => ().into_any(),
    }
}

fn scalar(value: &Value) -> AnyView {
    match value {
        Value::String(text) => {
            view! { <span class="string">"\""{masked(text)}"\""</span> }.into_any()
        }
        Value::Number(number) => {
            view! { <span class="number">{number.to_string()}</span> }.into_any()
        }
        other => view! { <span class="word">{other.to_string()}</span> }.into_any(),
    }
}
