//! Reads what the server sends, from JSON values to the types of the model crate.
//!
//! The derived readers of those types would be a third of the whole page: each is generated anew for every
//! tagged enum it stands in. These here read the same documents at a tenth of the size; the tests hold them
//! against the derived ones. What a newer server adds is ignored, as there.

mod api;
mod event;
mod exchange;
mod finding;
mod history;

pub(crate) use api::{clients, diagnosis, info, since, summaries, summary, targets};
pub(crate) use event::event;
pub(crate) use history::history;

use serde::de::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use serde_json::{Map, Value};

/// A JSON object to read members from.
#[derive(Clone, Copy)]
struct Object<'a>(&'a Map<String, Value>);

impl<'a> Object<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn object(self, name: &str) -> Option<Self> {
        self.value(name).and_then(Self::of)
    }

    fn text(self, name: &str) -> Option<String> {
        self.value(name)?.as_str().map(ToOwned::to_owned)
    }

    /// A text that may be left out when it is empty.
    fn text_or_empty(self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    fn u64(self, name: &str) -> Option<u64> {
        self.value(name)?.as_u64()
    }

    fn u32(self, name: &str) -> Option<u32> {
        u32::try_from(self.u64(name)?).ok()
    }

    fn size(self, name: &str) -> usize {
        self.u64(name)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or_default()
    }

    fn flag(self, name: &str) -> bool {
        self.value(name)
            .and_then(Value::as_bool)
            .unwrap_or_default()
    }

    /// One of the words of an enum without data.
    fn word<T: for<'de> Deserialize<'de>>(self, name: &str) -> Option<T> {
        word(self.value(name)?)
    }

    /// A list; when one item cannot be read, there is none.
    fn list<T>(self, name: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<Vec<T>> {
        self.value(name)?.as_array()?.iter().map(read).collect()
    }

    fn texts(self, name: &str) -> Option<Vec<String>> {
        self.list(name, |value| value.as_str().map(ToOwned::to_owned))
    }

    /// The tag of an enum with data.
    fn tag(self) -> Option<&'a str> {
        self.value("type")?.as_str()
    }
}

fn word<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    let text: StrDeserializer<'_, Error> = value.as_str()?.into_deserializer();
    T::deserialize(text).ok()
}

#[cfg(test)]
mod tests;
