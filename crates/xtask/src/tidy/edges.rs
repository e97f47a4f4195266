//! The direction of dependency between the crates (see ARCHITECTURE.md): the pure crates know no adapter, net
//! alone dials out for the debugger, and the lab shares nothing with the client it is there to test.

use serde_json::Value;

use crate::workspace::Workspace;

/// The crates that each crate may use in what it ships.
const MAY_USE: [(&str, &[&str]); 14] = [
    ("model", &[]),
    ("protocol", &["model"]),
    ("rules", &["model", "protocol"]),
    ("diagram", &["model", "protocol", "rules"]),
    ("compare", &["model", "protocol", "diagram"]),
    ("formats", &["model", "protocol", "rules", "diagram"]),
    ("net", &["model", "protocol"]),
    ("store", &["model"]),
    (
        "engine",
        &["model", "protocol", "rules", "diagram", "net", "store"],
    ),
    (
        "server",
        &[
            "model", "protocol", "rules", "diagram", "compare", "formats", "net", "store", "engine",
        ],
    ),
    ("lab", &[]),
    (
        "testkit",
        &[
            "model", "protocol", "rules", "diagram", "net", "store", "engine",
        ],
    ),
    (
        "cli",
        &[
            "model", "protocol", "rules", "diagram", "compare", "formats", "net", "store",
            "engine", "server", "lab",
        ],
    ),
    ("xtask", &[]),
];

/// Crates that hold themselves to `MAY_USE` in their tests too, with testkit as the only other one.
const STRICT_IN_TESTS: [&str; 2] = ["lab", "xtask"];

/// Libraries that open connections, and who may use them in what they ship: net for the debugger, the lab because
/// an authorization server fetches client documents.
const DIALLERS: [&str; 4] = ["reqwest", "ureq", "tokio-rustls", CLIENT_OR_SERVER];
/// Opens connections with its `client` features only; the server accepts them with the others.
const CLIENT_OR_SERVER: &str = "hyper-util";
const MAY_DIAL: [&str; 2] = ["net", "lab"];

/// Libraries that do I/O, read a clock or draw randomness: not for the pure crates.
const IMPURE: [&str; 8] = [
    "tokio",
    "axum",
    "hyper",
    "reqwest",
    "sqlx",
    "rand",
    "getrandom",
    "chrono",
];
const PURE: [&str; 6] = crate::workspace::PURE_CRATES;

/// One dependency, as a manifest names it.
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    shipped: bool,
    dials: bool,
}

/// The forbidden dependencies of the workspace.
pub(super) fn breaches(ws: &Workspace) -> Vec<String> {
    let edges = ws.packages().flat_map(|package| {
        let from = short(package["name"].as_str().unwrap_or_default());
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        dependencies.map(move |dependency| edge(from, dependency))
    });
    edges.filter_map(|edge| breach(&edge)).collect()
}

fn edge<'a>(from: &'a str, dependency: &'a Value) -> Edge<'a> {
    let to = short(dependency["name"].as_str().unwrap_or_default());
    let features = dependency["features"].as_array().into_iter().flatten();
    let mut features = features.filter_map(Value::as_str);
    let client = to != CLIENT_OR_SERVER || features.any(|feature| feature.starts_with("client"));
    Edge {
        from,
        to,
        shipped: dependency["kind"] != "dev",
        dials: client && DIALLERS.contains(&to),
    }
}

/// The folder of a crate: its name without the prefix; the binary's is `cli`.
fn short(name: &str) -> &str {
    if name == "authscope" {
        "cli"
    } else {
        name.strip_prefix("authscope-").unwrap_or(name)
    }
}

fn breach(edge: &Edge) -> Option<String> {
    let Edge {
        from,
        to,
        shipped,
        dials,
    } = *edge;
    let (_, allowed) = MAY_USE.iter().find(|(name, _)| *name == from)?;
    let ours = MAY_USE.iter().any(|(name, _)| *name == to);
    let strict = shipped || (STRICT_IN_TESTS.contains(&from) && to != "testkit");
    let why = if ours && strict && !allowed.contains(&to) {
        "the direction of dependency forbids it"
    } else if shipped && dials && !MAY_DIAL.contains(&from) {
        "only net (and the lab) may open connections"
    } else if shipped && PURE.contains(&from) && IMPURE.contains(&to) {
        "the pure crates do no I/O, read no clock and draw no randomness"
    } else {
        return None;
    };
    Some(format!("crates/{from}/Cargo.toml: depends on {to}; {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shipped(from: &'static str, to: &'static str) -> Option<String> {
        breach(&edge(from, &json!({"name": to, "kind": null})))
    }

    fn in_tests(from: &'static str, to: &'static str) -> Option<String> {
        breach(&edge(from, &json!({"name": to, "kind": "dev"})))
    }

    #[test]
    fn the_direction_is_checked() {
        assert_eq!(shipped("protocol", "model"), None);
        let words =
            "crates/model/Cargo.toml: depends on protocol; the direction of dependency forbids it";
        assert_eq!(shipped("model", "protocol").as_deref(), Some(words));
        assert!(shipped("engine", "server").is_some());
        assert!(shipped("server", "testkit").is_some());
    }

    #[test]
    fn the_lab_shares_nothing_even_in_its_tests() {
        assert!(shipped("lab", "model").is_some());
        assert!(in_tests("lab", "protocol").is_some());
        assert_eq!(in_tests("lab", "testkit"), None);
        assert_eq!(in_tests("engine", "lab"), None);
    }

    #[test]
    fn net_alone_dials_and_the_pure_crates_do_no_io() {
        assert_eq!(shipped("net", "reqwest"), None);
        assert!(shipped("engine", "reqwest").is_some());
        assert_eq!(in_tests("server", "reqwest"), None);
        assert!(shipped("rules", "tokio").is_some());
        for (features, dials) in [
            (json!(["tokio", "server-graceful"]), false),
            (json!(["client-legacy"]), true),
        ] {
            let library = json!({"name": "hyper-util", "kind": null, "features": features});
            assert_eq!(
                breach(&edge("server", &library)).is_some(),
                dials,
                "{library}"
            );
        }
    }

    #[test]
    fn a_crate_is_known_by_its_folder() {
        assert_eq!(
            (short("authscope"), short("authscope-net"), short("serde")),
            ("cli", "net", "serde")
        );
    }
}
