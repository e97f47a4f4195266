//! HAR 1.2: what the specification asks for, and the way there and back.

use crate::{found, har_of, healthy, opened, recording};
use authscope_model::Recording;
use authscope_rules::catalogue;
use authscope_testkit::{examples, fixture};
use serde_json::Value;

/// Members of HAR 1.2 objects that must be there, with their types.
fn check(at: &str, value: &Value, members: &[(&str, &str)]) {
    for (name, kind) in members {
        let member = value
            .get(name)
            .unwrap_or_else(|| panic!("{at} has no {name}: {value}"));
        let fits = match *kind {
            "text" => member.is_string(),
            "number" => member.is_number(),
            "integer" => member.is_i64() || member.is_u64(),
            "list" => member.is_array(),
            "pairs" => member.as_array().is_some_and(|all| {
                all.iter()
                    .all(|p| p["name"].is_string() && p["value"].is_string())
            }),
            _ => member.is_object(),
        };
        assert!(fits, "{at}.{name} is not {kind}: {member}");
    }
}

fn is_valid(document: &Value) {
    let log = &document["log"];
    check(
        "log",
        log,
        &[
            ("version", "text"),
            ("creator", "object"),
            ("entries", "list"),
        ],
    );
    assert_eq!(log["version"], "1.2");
    check(
        "creator",
        &log["creator"],
        &[("name", "text"), ("version", "text")],
    );
    for entry in log["entries"].as_array().unwrap() {
        check(
            "entry",
            entry,
            &[
                ("startedDateTime", "text"),
                ("time", "number"),
                ("request", "object"),
                ("response", "object"),
                ("cache", "object"),
                ("timings", "object"),
            ],
        );
        let request = &entry["request"];
        check(
            "request",
            request,
            &[
                ("method", "text"),
                ("url", "text"),
                ("httpVersion", "text"),
                ("cookies", "pairs"),
                ("headers", "pairs"),
                ("queryString", "pairs"),
                ("headersSize", "integer"),
                ("bodySize", "integer"),
            ],
        );
        let url = request["url"].as_str().unwrap();
        assert!(
            url::Url::parse(url).is_ok() && url.is_ascii() && !url.contains(' '),
            "{url}"
        );
        if let Some(data) = request.get("postData") {
            check("postData", data, &[("mimeType", "text"), ("text", "text")]);
        }
        let response = &entry["response"];
        check(
            "response",
            response,
            &[
                ("status", "integer"),
                ("statusText", "text"),
                ("httpVersion", "text"),
                ("cookies", "pairs"),
                ("headers", "pairs"),
                ("content", "object"),
                ("redirectURL", "text"),
                ("headersSize", "integer"),
                ("bodySize", "integer"),
            ],
        );
        check(
            "content",
            &response["content"],
            &[("size", "integer"), ("mimeType", "text")],
        );
        check(
            "timings",
            &entry["timings"],
            &[
                ("send", "number"),
                ("wait", "number"),
                ("receive", "number"),
                ("dns", "number"),
                ("connect", "number"),
                ("ssl", "number"),
                ("blocked", "number"),
            ],
        );
        let names = [
            document,
            log,
            entry,
            request,
            response,
            &response["content"],
            &entry["timings"],
        ];
        let custom = |name: &String| name.starts_with('_');
        for object in names.iter().filter_map(|o| o.as_object()) {
            assert!(
                object
                    .keys()
                    .all(|name| custom(name) || KNOWN.contains(&name.as_str())),
                "{:?}",
                object.keys()
            );
        }
    }
}

/// Every member name of HAR 1.2; others must begin with an underscore.
const KNOWN: [&str; 44] = [
    "log",
    "version",
    "creator",
    "browser",
    "pages",
    "entries",
    "comment",
    "pageref",
    "startedDateTime",
    "time",
    "request",
    "response",
    "cache",
    "timings",
    "serverIPAddress",
    "connection",
    "method",
    "url",
    "httpVersion",
    "cookies",
    "headers",
    "queryString",
    "postData",
    "headersSize",
    "bodySize",
    "status",
    "statusText",
    "content",
    "redirectURL",
    "size",
    "compression",
    "mimeType",
    "text",
    "encoding",
    "params",
    "name",
    "value",
    "blocked",
    "dns",
    "connect",
    "ssl",
    "send",
    "wait",
    "receive",
];

/// Every example of every rule's page.
fn corpus() -> Vec<(String, Recording)> {
    let pages = catalogue()
        .iter()
        .filter_map(|info| Some((info.id, authscope_rules::page(info.id)?)));
    pages
        .flat_map(|(id, page)| examples(page).into_iter().map(move |e| (id, e)))
        .filter_map(|(id, e)| Some((id.to_owned(), as_recorded(fixture(&e.text).ok()?.events))))
        .collect()
}

/// With masks as a masker writes them; the fixtures have them percent-encoded in places.
fn as_recorded(events: Vec<authscope_model::Event>) -> Recording {
    let text = serde_json::to_string(&Recording::new(events)).unwrap();
    authscope_formats::import::read(&text).unwrap().recording
}

#[test]
fn every_export_is_valid() {
    for (_, recording) in corpus() {
        is_valid(&har_of(&recording));
    }
}

#[test]
fn a_file_of_our_own_comes_back_as_it_was() {
    for (rule, recording) in corpus() {
        let before = recording.transcript();
        let after = opened(&har_of(&recording));
        assert_eq!(before.exchanges.len(), after.exchanges.len(), "{rule}");
        for (old, new) in before.exchanges.iter().zip(&after.exchanges) {
            assert_eq!(
                (old.step, old.from, old.to, old.extra),
                (new.step, new.from, new.to, new.extra),
                "{rule}"
            );
            // A mask in a URL may be written percent-encoded or not.
            let decoded = authscope_protocol::form::percent_decode;
            assert_eq!(
                decoded(&old.request.url),
                decoded(&new.request.url),
                "{rule}"
            );
            assert_eq!(old.request.headers, new.request.headers, "{rule}");
            assert_eq!(old.request.body.text, new.request.body.text, "{rule}");
            match (old.response(), new.response()) {
                (Some(old), Some(new)) => {
                    assert_eq!(
                        (old.status, &old.headers, &old.body.text),
                        (new.status, &new.headers, &new.body.text),
                        "{rule}"
                    );
                }
                _ => assert_eq!(old.outcome, new.outcome, "{rule}"),
            }
        }
    }
}

#[test]
fn failures_and_what_only_the_browser_saw_come_back() {
    let text = "//- flow 2025-11-25\n//- call prm_path_inserted\n//- failed dns mcp.example.com does not resolve\n//- stop\n";
    let after = opened(&har_of(&recording(text)));
    let failure = after.exchanges.last().unwrap().failure().unwrap();
    assert_eq!(failure.message, "mcp.example.com does not resolve");
    assert_eq!(failure.kind, authscope_model::exchange::FailureKind::Dns);
    let after = opened(&har_of(&healthy("2025-11-25")));
    let authorize = after
        .first_of(authscope_model::StepKind::Authorize)
        .unwrap();
    assert_eq!(authorize.outcome, authscope_model::Outcome::Unseen);
}

#[test]
fn a_healthy_flow_stays_silent() {
    for settings in [
        "2025-06-18 registration=dcr",
        "2025-11-25 registration=cimd",
        "2025-11-25 registration=preregistered",
        "2025-11-25 token=opaque",
    ] {
        let after = opened(&har_of(&healthy(settings)));
        assert_eq!(found(&after), [""; 0], "{settings}");
    }
}
