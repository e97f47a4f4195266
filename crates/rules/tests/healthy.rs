//! Correct servers of every kind: no finding at all.

use authscope_rules::{VerdictLevel, diagnose, verdict};
use authscope_testkit::fixture;

fn silent(name: &str, text: &str) {
    let transcript = fixture(text)
        .unwrap_or_else(|e| panic!("{name}: {e}"))
        .transcript();
    let found = diagnose(&transcript);
    let seen: Vec<String> = found
        .iter()
        .map(|f| format!("{} {}: {}", f.level.as_str(), f.rule, f.message))
        .collect();
    assert!(seen.is_empty(), "{name}: {}", seen.join("\n"));
    assert_eq!(
        verdict(&transcript, &found).level,
        VerdictLevel::Pass,
        "{name}"
    );
}

#[test]
fn every_revision_and_registration_is_silent() {
    for revision in ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"] {
        for registration in ["dcr", "cimd", "preregistered"] {
            if registration == "cimd" && revision < "2025-11-25" {
                continue;
            }
            for token in ["jwt", "opaque"] {
                let text =
                    format!("//- flow {revision} registration={registration} token={token}\n");
                silent(&text, &text);
            }
        }
    }
}

#[test]
fn path_scoped_issuers_are_silent() {
    silent(
        "path issuer",
        "//- flow 2025-11-25 issuer=https://idp.example.com/realms/acme\n",
    );
    silent(
        "slash issuer",
        "//- flow 2025-11-25 issuer=https://idp.example.com/\n",
    );
}

#[test]
fn loopback_http_is_silent() {
    silent(
        "loopback",
        "//- flow 2025-11-25 server=http://localhost:7101/mcp issuer=http://localhost:7102\n",
    );
}
