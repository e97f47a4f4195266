//! Reads what is JSON by hand, from values to the types of the model crate: the derived readers of those types would be
//! a third of the whole page.

mod exchange;
mod given;

pub use exchange::exchange;
pub use given::given;

use serde::de::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use serde_json::{Map, Value};

/// A JSON object to read members from.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a>(pub &'a Map<String, Value>);

impl<'a> Object<'a> {
    /// An object, if the value is one.
    pub fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// A member that is there and not null.
    pub fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A member that is an object.
    pub fn object(self, name: &str) -> Option<Self> {
        self.value(name).and_then(Self::of)
    }

    /// A member that is a text.
    pub fn text(self, name: &str) -> Option<String> {
        self.value(name)?.as_str().map(ToOwned::to_owned)
    }

    /// A text that may be left out when it is empty.
    pub fn text_or_empty(self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// A number.
    pub fn u64(self, name: &str) -> Option<u64> {
        self.value(name)?.as_u64()
    }

    /// A small number.
    pub fn u32(self, name: &str) -> Option<u32> {
        u32::try_from(self.u64(name)?).ok()
    }

    /// A number of bytes or things; 0 when it is left out.
    pub fn size(self, name: &str) -> usize {
        self.u64(name)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or_default()
    }

    /// Whether a member is there and true.
    pub fn flag(self, name: &str) -> bool {
        self.value(name)
            .and_then(Value::as_bool)
            .unwrap_or_default()
    }

    /// One of the words of an enum without data.
    pub fn word<T: for<'de> Deserialize<'de>>(self, name: &str) -> Option<T> {
        word(self.value(name)?)
    }

    /// A list; when one item cannot be read, there is none.
    pub fn list<T>(self, name: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<Vec<T>> {
        self.value(name)?.as_array()?.iter().map(read).collect()
    }

    /// A list of texts.
    pub fn texts(self, name: &str) -> Option<Vec<String>> {
        self.list(name, |value| value.as_str().map(ToOwned::to_owned))
    }

    /// The tag of an enum with data.
    pub fn tag(self) -> Option<&'a str> {
        self.value("type")?.as_str()
    }
}

/// One of the words of an enum without data.
fn word<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    let text: StrDeserializer<'_, Error> = value.as_str()?.into_deserializer();
    T::deserialize(text).ok()
}
