//! Findings.

use super::Object;
use authscope_model::finding::{Reference, Snippet, Table, TableRow};
use authscope_model::{Evidence, Finding, Part};
use serde_json::Value;

pub(super) fn finding(value: &Value) -> Option<Finding> {
    let o = Object::of(value)?;
    Some(Finding {
        rule: o.text("rule")?,
        level: o.word("level")?,
        confidence: o.word("confidence")?,
        party: o.word("party")?,
        step: o.word("step")?,
        message: o.text("message")?,
        expected: o.text("expected"),
        received: o.text("received"),
        evidence: evidence(o.value("evidence")?)?,
        related: o.list("related", evidence).unwrap_or_default(),
        fix: o.text("fix")?,
        snippets: o.list("snippets", snippet).unwrap_or_default(),
        table: o.value("table").and_then(table),
        references: o.list("references", reference)?,
        explained_by: o.text("explained_by"),
        clients: o.text("clients"),
    })
}

fn evidence(value: &Value) -> Option<Evidence> {
    let o = Object::of(value)?;
    Some(Evidence {
        exchange: o.u32("exchange")?,
        part: o.object("part").map_or(Part::Whole, part),
        start: o.size("start"),
        end: o.size("end"),
        excerpt: o.text_or_empty("excerpt"),
    })
}

fn part(o: Object<'_>) -> Part {
    let index = o.size("index");
    match o.tag().unwrap_or_default() {
        "request_url" => Part::RequestUrl,
        "request_header" => Part::RequestHeader { index },
        "request_body" => Part::RequestBody,
        "status_line" => Part::StatusLine,
        "response_header" => Part::ResponseHeader { index },
        "response_headers" => Part::ResponseHeaders,
        "response_body" => Part::ResponseBody,
        _ => Part::Whole,
    }
}

fn snippet(value: &Value) -> Option<Snippet> {
    let o = Object::of(value)?;
    Some(Snippet {
        kind: o.text("kind")?,
        text: o.text("text")?,
    })
}

fn table(value: &Value) -> Option<Table> {
    let o = Object::of(value)?;
    Some(Table {
        title: o.text("title")?,
        columns: o.list("columns", text)?,
        rows: o.list("rows", row)?,
    })
}

fn row(value: &Value) -> Option<TableRow> {
    let o = Object::of(value)?;
    Some(TableRow {
        name: o.text("name")?,
        cells: o.list("cells", text)?,
        note: o.text_or_empty("note"),
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn reference(value: &Value) -> Option<Reference> {
    let o = Object::of(value)?;
    Some(Reference {
        id: o.text("id")?,
        title: o.text("title")?,
        url: o.text("url")?,
    })
}
