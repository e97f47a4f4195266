//! Messages of the API.

use super::{Object, finding};
use authscope_model::api::{
    Diagnosis, Info, LabTarget, SavedClient, SavedTarget, SessionSummary, Since,
};
use authscope_model::config::Pair;
use serde_json::Value;

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
        kept_until: o.u64("kept_until"),
        findings: o.list("findings", finding::finding)?,
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

/// What changed since a server worked.
pub(crate) fn since(value: &Value) -> Option<Since> {
    let o = Object::of(value)?;
    Some(Since {
        before: o.text("before")?,
        at: o.u64("at")?,
        sentence: o.text("sentence")?,
    })
}

/// The saved targets.
pub(crate) fn targets(value: &Value) -> Option<Vec<SavedTarget>> {
    let read = |value: &Value| {
        let o = Object::of(value)?;
        Some(SavedTarget {
            id: o.text("id")?,
            name: o.text("name")?,
            server_url: o.text("server_url")?,
            settings: o.text("settings")?,
            saved_at: o.u64("saved_at")?,
        })
    };
    value.as_array()?.iter().map(read).collect()
}

/// The saved clients.
pub(crate) fn clients(value: &Value) -> Option<Vec<SavedClient>> {
    let read = |value: &Value| {
        let o = Object::of(value)?;
        Some(SavedClient {
            id: o.text("id")?,
            issuer: o.text("issuer")?,
            client_id: o.text("client_id")?,
            has_secret: o.flag("has_secret"),
            saved_at: o.u64("saved_at")?,
        })
    };
    value.as_array()?.iter().map(read).collect()
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

fn pair(value: &Value) -> Option<Pair> {
    let o = Object::of(value)?;
    Some(Pair {
        name: o.text("name")?,
        value: o.text("value")?,
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
        settings: o.list("settings", pair).unwrap_or_default(),
    })
}
