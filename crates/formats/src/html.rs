//! One page that says everything and opens offline: no script, no external resource, links that jump.

use crate::escape::html;
use crate::export::Told;
use crate::markdown::answer;
use authscope_diagram::words;
use authscope_model::finding::Table;
use authscope_model::{Exchange, Finding, Level};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// Even if something got through the escaping, the page may load and run nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--fail:#b3400a;--warn:#8a5a00;--hint:#35618e}\
@media(prefers-color-scheme:dark){:root{--fail:#ff9a6b;--warn:#e8b04a;--hint:#8fbce8}}\
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:0 auto;padding:1.5rem}\
h1,h3{overflow-wrap:anywhere}h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.2rem;margin-top:2.5rem}h3{font-size:1rem;margin:0}\
code,pre{font:13px/1.45 ui-monospace,monospace}pre{overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);padding:.7rem;border-radius:6px}\
code{overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}\
section.card{border:1px solid var(--line);border-left:4px solid var(--line);border-radius:6px;padding:.8rem 1rem;margin:1rem 0}\
.failure{border-left-color:var(--fail)!important}.warning{border-left-color:var(--warn)!important}.hint{border-left-color:var(--hint)!important}\
:target{outline:3px solid var(--hint);outline-offset:3px}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem}dt{opacity:.75}dd{margin:0;overflow-wrap:anywhere}\
.picture{overflow:auto;background:#fff;border:1px solid var(--line);border-radius:6px}.meta{opacity:.75}\
summary{cursor:pointer}@media(max-width:600px){dl{grid-template-columns:1fr}dt{margin-top:.4rem}}";

/// Writes the page.
pub(crate) fn page(told: &Told<'_>) -> String {
    let mut out = String::new();
    // Writing into a String cannot fail, here and below.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{0} · authscope</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1 id=\"top\">{1}</h1>\n",
        html(&told.verdict.sentence),
        prose(&told.verdict.sentence)
    );
    out.push_str(&facts(told));
    out.push_str(&findings(told));
    out.push_str(&flow(told));
    out.push_str("<h2 id=\"steps\">Every step</h2>\n");
    for exchange in &told.transcript.exchanges {
        out.push_str(&step(told, exchange));
    }
    out.push_str(
        "<p class=\"meta\">Secrets were masked before they were recorded: ⟨kind · length chars · #hash⟩ stands for each, \
         equal hashes for equal values. This page loads nothing and runs no script.</p>\n</main>\n</body>\n</html>\n",
    );
    out
}

/// Running text of ours: what stands between backticks is code.
fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd one out opens nothing.
    if parts.len().is_multiple_of(2) {
        return html(text);
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => html(part),
        _ => format!("<code>{}</code>", html(part)),
    };
    parts.iter().enumerate().map(part).collect()
}

fn facts(told: &Told<'_>) -> String {
    let mut out = String::from("<dl>\n");
    for (name, value) in told.facts() {
        let _ = writeln!(out, "<dt>{name}</dt><dd><code>{}</code></dd>", html(&value));
    }
    out.push_str("</dl>\n");
    out
}

fn findings(told: &Told<'_>) -> String {
    let mut out = String::from("<h2 id=\"findings\">Findings</h2>\n");
    if told.findings.is_empty() {
        out.push_str("<p>None.</p>\n");
    }
    for finding in told.causes() {
        out.push_str(&card(finding));
    }
    let consequences: Vec<&Finding> = told.consequences().collect();
    if !consequences.is_empty() {
        let _ = writeln!(
            out,
            "<details><summary>{} that follow from the above</summary>",
            consequences.len()
        );
        for finding in consequences {
            out.push_str(&card(finding));
        }
        out.push_str("</details>\n");
    }
    out
}

const fn class(level: Level) -> &'static str {
    level.as_str()
}

fn card(finding: &Finding) -> String {
    let mut out = String::new();
    let step = finding.evidence.exchange;
    let _ = writeln!(
        out,
        "<section class=\"card {}\"><h3>{}</h3>\n<dl>\n<dt>Level</dt><dd>{} · <code>{}</code></dd>\n\
         <dt>Where</dt><dd><a href=\"#step-{step}\">step {step}</a>, {}</dd>\n<dt>Who must change it</dt><dd>{}</dd>",
        class(finding.level),
        prose(&finding.message),
        finding.level.as_str(),
        html(&finding.rule),
        finding.step.title(),
        finding.party.title(),
    );
    let mut line = |name: &str, value: &Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(out, "<dt>{name}</dt><dd><code>{}</code></dd>", html(value));
        }
    };
    line("Expected", &finding.expected);
    line("Received", &finding.received);
    let _ = writeln!(out, "<dt>Fix</dt><dd>{}</dd>", prose(&finding.fix));
    // The addresses of clauses are ours; escaped all the same.
    let why = finding.references.iter().map(|reference| {
        format!(
            "<a href=\"{}\">{}</a>",
            html(&reference.url),
            html(&reference.title)
        )
    });
    let why: Vec<String> = why.collect();
    if !why.is_empty() {
        let _ = writeln!(out, "<dt>Why</dt><dd>{}</dd>", why.join(", "));
    }
    out.push_str("</dl>\n");
    if let Some(table) = &finding.table {
        out.push_str(&side_by_side(table));
    }
    for snippet in &finding.snippets {
        let _ = writeln!(out, "<pre>{}</pre>", html(&snippet.text));
    }
    out.push_str("</section>\n");
    out
}

fn side_by_side(table: &Table) -> String {
    let mut out = format!(
        "<table>\n<caption>{}</caption>\n<thead><tr><th></th>",
        html(&table.title)
    );
    for column in &table.columns {
        let _ = write!(out, "<th>{}</th>", html(column));
    }
    out.push_str("<th></th></tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let _ = write!(out, "<tr><th><code>{}</code></th>", html(&row.name));
        for cell in &row.cells {
            let _ = write!(out, "<td>{}</td>", html(cell));
        }
        let _ = writeln!(out, "<td>{}</td></tr>", html(&row.note));
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn flow(told: &Told<'_>) -> String {
    let mut out = String::from("<h2 id=\"flow\">The flow</h2>\n");
    // As a picture its styles stay its own, and what is in it can do nothing to the page.
    let picture = STANDARD.encode(authscope_diagram::svg(&told.diagram));
    let _ = writeln!(
        out,
        "<div class=\"picture\"><img alt=\"Sequence diagram; the table below says the same in words\" src=\"data:image/svg+xml;base64,{picture}\"></div>\n\
         <table>\n<thead><tr><th>#</th><th>Step</th><th>Request</th><th>Answer</th><th>Time</th></tr></thead>\n<tbody>"
    );
    for exchange in &told.transcript.exchanges {
        let id = exchange.id;
        let _ = writeln!(
            out,
            "<tr><td><a href=\"#step-{id}\">{id}</a></td><td>{}</td><td><code>{} {}</code></td><td>{}</td><td>{}</td></tr>",
            exchange.step.title(),
            html(&exchange.request.method),
            html(&words::middle(&exchange.request.url, 90)),
            html(&answer(exchange)),
            words::duration(exchange.timing.total_us),
        );
    }
    out.push_str("</tbody>\n</table>\n");
    out
}

fn step(told: &Told<'_>, exchange: &Exchange) -> String {
    let mut out = String::new();
    let id = exchange.id;
    let worst = told
        .findings
        .iter()
        .filter(|f| f.evidence.exchange == id)
        .map(|f| f.level)
        .max();
    let purpose = if exchange.purpose.is_empty() {
        String::new()
    } else {
        format!(" · {}", html(&exchange.purpose))
    };
    let _ = write!(
        out,
        "<section class=\"card {}\" id=\"step-{id}\"><h3>{id} · {}</h3>\n<p class=\"meta\">{} → {}{purpose} · {} · <a href=\"#flow\">flow</a> · <a href=\"#findings\">findings</a></p>\n\
         <h4>Request</h4>\n<pre>{}</pre>\n<h4>Response</h4>\n<pre>{}</pre>\n</section>\n",
        worst.map_or("", class),
        exchange.step.title(),
        exchange.from.title(),
        exchange.to.title(),
        words::duration(exchange.timing.total_us),
        html(&crate::copy::request(exchange)),
        html(&crate::copy::response(exchange)),
    );
    out
}
