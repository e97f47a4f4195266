//! Wire-level faults of one endpoint's answer, told as data.
//!
//! An endpoint computes its healthy [`Reply`]; a [`Shape`] then bends it: members of the JSON document set, removed or
//! renamed, status and headers changed, the body written in another form, or the whole answer replaced by a page. Faults
//! that change a decision (a check left out, say) are fields of the endpoint's own behaviour and not told here.

use serde_json::{Map, Value};

use crate::http::{Payload, Reply, Step};
use crate::pages::Page;
use crate::target::Vars;

/// What is done to an answer on its way out. The default leaves it alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    /// Sent in place of the answer.
    pub(crate) instead: Option<Page>,
    pub(crate) status: Option<u16>,
    members: Vec<MemberEdit>,
    headers: Vec<HeaderEdit>,
    /// Writes the body anew from the edited document.
    pub(crate) write: Option<fn(&Value) -> Vec<u8>>,
    /// Plays the body in steps instead of sending it whole.
    pub(crate) play: Option<fn(Vec<u8>) -> Vec<Step>>,
}

#[derive(Debug, Clone)]
enum MemberEdit {
    Set(&'static str, fn(&Vars) -> Value),
    Remove(&'static str),
    Rename(&'static str, &'static str),
    Whole(fn(Value) -> Value),
}

#[derive(Debug, Clone)]
enum HeaderEdit {
    Set(&'static str, fn(&Vars) -> String),
    Remove(&'static str),
}

impl Shape {
    pub(crate) fn set(&mut self, member: &'static str, value: fn(&Vars) -> Value) {
        self.members.push(MemberEdit::Set(member, value));
    }

    pub(crate) fn remove(&mut self, member: &'static str) {
        self.members.push(MemberEdit::Remove(member));
    }

    pub(crate) fn rename(&mut self, from: &'static str, to: &'static str) {
        self.members.push(MemberEdit::Rename(from, to));
    }

    /// Replaces the document by a function of it.
    pub(crate) fn rewrite(&mut self, whole: fn(Value) -> Value) {
        self.members.push(MemberEdit::Whole(whole));
    }

    pub(crate) fn set_header(&mut self, name: &'static str, value: fn(&Vars) -> String) {
        self.headers.push(HeaderEdit::Set(name, value));
    }

    pub(crate) fn remove_header(&mut self, name: &'static str) {
        self.headers.push(HeaderEdit::Remove(name));
    }

    /// Bends a reply. Member edits touch successful and failed JSON answers alike; callers choose which they hand over.
    pub(crate) fn apply(&self, mut reply: Reply, vars: &Vars) -> Reply {
        if let Some(page) = self.instead {
            return page.reply(vars);
        }
        if (!self.members.is_empty() || self.write.is_some())
            && let Some(document) = reply.document()
        {
            let document = self.edited(document, vars);
            let plain = || document.to_string().into_bytes();
            reply.body = Payload::Whole(self.write.map_or_else(plain, |write| write(&document)));
        }
        if let Some(status) = self.status {
            reply.status = status;
        }
        for edit in &self.headers {
            match edit {
                HeaderEdit::Set(name, value) => reply.set(name, &value(vars)),
                HeaderEdit::Remove(name) => reply.remove(name),
            }
        }
        if let (Some(play), Payload::Whole(bytes)) = (self.play, &reply.body) {
            reply.body = Payload::Steps(play(bytes.clone()));
        }
        reply
    }

    /// A JSON object with the member edits made; used for token claims, which never are a reply of their own.
    pub(crate) fn edited(&self, document: Value, vars: &Vars) -> Value {
        self.members
            .iter()
            .fold(document, |document, edit| edit.apply(document, vars))
    }
}

impl MemberEdit {
    fn apply(&self, document: Value, vars: &Vars) -> Value {
        match self {
            Self::Whole(whole) => whole(document),
            Self::Set(name, value) => on_object(document, |object| {
                object.insert((*name).to_owned(), value(vars));
            }),
            Self::Remove(name) => on_object(document, |object| {
                object.shift_remove(*name);
            }),
            Self::Rename(from, to) => on_object(document, |object| {
                if let Some(value) = object.shift_remove(*from) {
                    object.insert((*to).to_owned(), value);
                }
            }),
        }
    }
}

fn on_object(mut document: Value, edit: impl FnOnce(&mut Map<String, Value>)) -> Value {
    if let Some(object) = document.as_object_mut() {
        edit(object);
    }
    document
}
