//! Messages of the API.

use super::{Object, event, finding};
use authscope_model::Event;
use authscope_model::api::{Diagnosis, Info, LabTarget, Problem, SessionSummary};
use serde_json::Value;

/// The events of a snapshot. One that cannot be read is left out rather than all of them.
pub(crate) fn history(value: &Value) -> Option<Vec<Event>> {
    let events = Object::of(value)?.value("events")?.as_array()?;
    Some(events.iter().filter_map(event).collect())
}

/// A diagnosis.
pub(crate) fn diagnosis(value: &Value) -> Option<Diagnosis> {
    let o = Object::of(value)?;
    Some(Diagnosis {
        seq: o.u64("seq")?,
        level: o.text("level")?,
        sentence: o.text("sentence")?,
        failures: o.u32("failures")?,
        warnings: o.u32("warnings")?,
        hints: o.u32("hints")?,
        passed_steps: o.u32("passed_steps")?,
        findings: o.list("findings", finding::finding)?,
    })
}

/// A problem in words.
pub(crate) fn problem(value: &Value) -> Option<Problem> {
    let o = Object::of(value)?;
    Some(Problem {
        kind: o.text("type")?,
        title: o.text("title")?,
        status: u16::try_from(o.u64("status")?).ok()?,
        detail: o.text("detail")?,
    })
}

/// A list of sessions.
pub(crate) fn summaries(value: &Value) -> Option<Vec<SessionSummary>> {
    value.as_array()?.iter().map(summary).collect()
}

/// One line of the list of sessions.
pub(crate) fn summary(value: &Value) -> Option<SessionSummary> {
    let o = Object::of(value)?;
    Some(SessionSummary {
        id: o.text("id")?,
        title: o.text("title")?,
        server_url: o.text("server_url")?,
        created_at: o.u64("created_at")?,
        updated_at: o.u64("updated_at")?,
        status: o.text("status")?,
        verdict: o.text("verdict")?,
        failures: o.u32("failures")?,
        warnings: o.u32("warnings")?,
        exchanges: o.u32("exchanges")?,
    })
}

/// What this instance says about itself.
pub(crate) fn info(value: &Value) -> Option<Info> {
    let o = Object::of(value)?;
    Some(Info {
        version: o.text("version")?,
        public_url: o.text("public_url")?,
        redirect_uri: o.text("redirect_uri")?,
        guard: o.text("guard")?,
        lab: o.list("lab", target).unwrap_or_default(),
        reachability_note: o.text("reachability_note"),
    })
}

fn target(value: &Value) -> Option<LabTarget> {
    let o = Object::of(value)?;
    Some(LabTarget {
        id: o.text("id")?,
        title: o.text("title")?,
        summary: o.text("summary")?,
        healthy: o.flag("healthy"),
        url: o.text("url")?,
        party: o.text("party"),
        rules: o.texts("rules").unwrap_or_default(),
    })
}
