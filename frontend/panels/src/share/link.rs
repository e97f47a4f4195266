//! A link as our API lists it, and the addresses that this tab remembers: authscope itself keeps a hash of them only.

use super::words::Kind;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// For whom.
    pub(super) name: String,
    /// When it ends (ms since the epoch).
    pub(super) ends_at: Option<u64>,
    /// Neither over nor revoked.
    pub(super) active: bool,
    /// How many are connected by it.
    pub(super) watching: u64,
}

impl Link {
    pub(super) fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str();
        Some(Self {
            id: text("id")?.to_owned(),
            kind: Kind::parse(text("kind")?)?,
            name: text("name")?.to_owned(),
            ends_at: value.get("ends_at").and_then(Value::as_u64),
            active: text("state")? == "active",
            watching: value.get("watching")?.as_u64()?,
        })
    }
}

thread_local! {
    static ADDRESSES: RefCell<HashMap<String, String>> = RefCell::default();
}

/// Remembers the address of a link as long as the tab is there.
pub(super) fn remember(link: &str, address: &str) {
    ADDRESSES.with_borrow_mut(|known| known.insert(link.to_owned(), address.to_owned()));
}

/// The address of a link, when it was made in this tab.
pub(super) fn address(link: &str) -> Option<String> {
    ADDRESSES.with_borrow(|known| known.get(link).cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_link_is_read() {
        let row = json!({"id": "a", "kind": "watch", "name": "for Ana", "made_at": 1, "ends_at": 2,
            "state": "active", "watching": 1, "until": null});
        let link = Link::read(&row);
        assert!(
            link.as_ref()
                .is_some_and(|link| link.active && link.watching == 1)
        );
        assert_eq!(Link::read(&json!({"id": "a"})), None);
    }

    #[test]
    fn addresses_are_of_this_tab() {
        assert_eq!(address("x"), None);
        remember("x", "http://a.example/s/1");
        assert_eq!(address("x").as_deref(), Some("http://a.example/s/1"));
    }
}
