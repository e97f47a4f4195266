//! What every rule file uses.

pub(crate) use crate::context::Context;
pub(crate) use crate::evidence as at;
pub(crate) use crate::hit::Hit;
pub(crate) use crate::rule::{Area, Keywords, Need, Order, RuleInfo};
pub(crate) use crate::snippets;
pub(crate) use crate::words::{self, code, codes};
pub(crate) use authscope_model::finding::Confidence;
pub(crate) use authscope_model::revision::Keyword::{Must, Practice, Should};
pub(crate) use authscope_model::{Exchange, Level, Party, StepKind};
pub(crate) use authscope_protocol::url_text;
