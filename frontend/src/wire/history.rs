//! The history of a session, event by event: the tree of a long one as a whole would be many times its text.

use super::event;
use authscope_model::Event;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The events of a snapshot. One that cannot be read is left out rather than all of them.
pub(crate) fn history(text: &str) -> Option<Vec<Event>> {
    let mut events = None;
    let mut json = serde_json::Deserializer::from_str(text);
    json.deserialize_map(Snapshot(&mut events)).ok()?;
    events
}

struct Snapshot<'a>(&'a mut Option<Vec<Event>>);

impl<'de> Visitor<'de> for Snapshot<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snapshot")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "events" {
                map.next_value_seed(Events(self.0.insert(Vec::new())))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Events<'a>(&'a mut Vec<Event>);

impl<'de> DeserializeSeed<'de> for Events<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Events<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            self.0.extend(event(&value));
        }
        Ok(())
    }
}
