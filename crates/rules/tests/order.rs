//! Which finding leads: what is true of this server, before what is true of most.

use authscope_model::Level;
use authscope_rules::diagnose;
use authscope_testkit::fixture;

/// A server that takes any `Origin`, which is a warning beside the flow.
const ANY_ORIGIN: &str = r#"//- then negative_probe POST
origin: https://attacker.invalid
//- reply 200

{"jsonrpc": "2.0", "id": 9, "result": {"tools": []}}
//- fact {"type": "probe", "probe": "foreign-origin", "refused": false, "detail": "accepted with HTTP 200"}
"#;

/// The rules that fire, in their order, each with its level.
fn order(text: &str) -> Vec<(String, Level)> {
    let found = diagnose(&fixture(text).expect("the fixture is right").transcript());
    found.into_iter().map(|f| (f.rule, f.level)).collect()
}

#[test]
fn hardening_beside_the_flow_hides_nothing_of_a_lower_level() {
    // A hint about the flow, found before the warning and after it.
    let hint = "//- call token\n//- reply 200\n\n{ …, \"token_type\": \"Bearer\" }\n//- without expires_in\n";
    let found = order(&format!("//- flow 2025-11-25\n{hint}{ANY_ORIGIN}"));
    let levels: Vec<(&str, Level)> = found.iter().map(|(r, l)| (r.as_str(), *l)).collect();
    let beside = ("origin-not-validated", Level::Warning);
    assert_eq!(levels.last(), Some(&beside), "{levels:?}");
    assert!(levels.len() > 1, "{levels:?}");
    assert_eq!(levels[0].1, Level::Hint, "{levels:?}");
}

#[test]
fn hardening_beside_the_flow_leads_where_nothing_else_is_found() {
    let found = order(&format!("//- flow 2025-11-25\n{ANY_ORIGIN}"));
    assert_eq!(found, [("origin-not-validated".to_owned(), Level::Warning)]);
}
