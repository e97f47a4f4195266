//! Challenges as servers send them, right and wrong.

use super::*;
use proptest::prelude::*;

fn kinds(value: &str) -> Vec<ProblemKind> {
    parse_value(value)
        .problems
        .into_iter()
        .map(|p| p.kind)
        .collect()
}

fn params(challenge: &Challenge) -> Vec<(&str, &str)> {
    let params = challenge.params.iter();
    params
        .map(|p| (p.name.as_str(), p.value.as_str()))
        .collect()
}

#[test]
fn a_correct_challenge_has_no_problem() {
    let value =
        r#"Bearer realm="a, b=\"c\"", error=invalid_token, resource_metadata="https://h/x""#;
    let found = parse_value(value);
    assert_eq!(found.problems, []);
    let bearer = found.bearer().unwrap();
    let expected = [
        ("realm", "a, b=\"c\""),
        ("error", "invalid_token"),
        ("resource_metadata", "https://h/x"),
    ];
    assert_eq!(params(bearer), expected);
    assert_eq!(&value[bearer.range.clone()], value);
    let metadata = bearer.find("Resource_Metadata").unwrap();
    assert_eq!(&value[metadata.value_range.clone()], "https://h/x");
    assert_eq!(&value[metadata.name_range.clone()], "resource_metadata");
    assert!(metadata.quoted);
    assert!(!bearer.find("error").unwrap().quoted);
}

#[test]
fn several_challenges_in_one_line_and_in_several() {
    let found = parse(&[
        Header::new("Content-Type", "text/plain"),
        Header::new(
            "WWW-Authenticate",
            r#"Basic realm="x", bearer scope="a b", Negotiate"#,
        ),
        Header::new("www-authenticate", "Negotiate YIIB6wYGKwYBBQUC=="),
        Header::new("WWW-AUTHENTICATE", "DPoP algs=\"ES256\""),
    ]);
    assert_eq!(found.problems, []);
    let schemes: Vec<_> = found
        .list
        .iter()
        .map(|c| (c.scheme.as_str(), c.header))
        .collect();
    let expected = [
        ("Basic", 1),
        ("bearer", 1),
        ("Negotiate", 1),
        ("Negotiate", 2),
        ("DPoP", 3),
    ];
    assert_eq!(schemes, expected);
    assert_eq!(found.bearer().unwrap().param("scope"), Some("a b"));
    assert_eq!(found.list[3].token68.as_deref(), Some("YIIB6wYGKwYBBQUC=="));
    assert_eq!(found.dpop().unwrap().param("algs"), Some("ES256"));
    assert_eq!(found.param("algs"), Some("ES256"));
}

#[test]
fn a_bare_scheme_is_allowed() {
    assert_eq!(kinds("Bearer"), []);
    assert_eq!(kinds("Basic, Bearer"), []);
    assert_eq!(parse_value("Basic, Bearer").list.len(), 2);
}

#[test]
fn an_unquoted_url_is_read_and_reported() {
    let value = "Bearer resource_metadata=https://h/x?a=b, error=e";
    let found = parse_value(value);
    assert_eq!(kinds(value), [ProblemKind::UnquotedValue]);
    assert_eq!(&value[found.problems[0].range.clone()], "https://h/x?a=b");
    assert_eq!(found.param("resource_metadata"), Some("https://h/x?a=b"));
    assert_eq!(found.param("error"), Some("e"));
}

#[test]
fn unquoted_words_stay_together() {
    let found = parse_value("Bearer scope=read write, error=x");
    assert_eq!(found.param("scope"), Some("read write"));
    assert_eq!(found.problems[0].kind, ProblemKind::UnquotedValue);
    assert_eq!(found.list.len(), 1);
    let value = "Bearer scope=files:read files:write x, error=e";
    assert_eq!(kinds(value), [ProblemKind::UnquotedValue]);
    let range = parse_value(value).problems[0].range.clone();
    assert_eq!(&value[range], "files:read files:write x");
}

#[test]
fn missing_commas() {
    let value = r#"Bearer realm="x" resource_metadata="y" Basic realm="z""#;
    let found = parse_value(value);
    assert_eq!(kinds(value), [ProblemKind::MissingComma; 2]);
    assert_eq!(found.list.len(), 2);
    assert_eq!(found.param("resource_metadata"), Some("y"));
    assert_eq!(kinds(r#"Bearer a="x"b="y""#), [ProblemKind::MissingComma]);
    assert_eq!(
        kinds(r#"Bearer a="x"; b="y""#),
        [ProblemKind::WrongSeparator]
    );
    assert_eq!(kinds("Bearer a=x; b=y"), [ProblemKind::WrongSeparator]);
    assert_eq!(kinds(r#"Bearer, a="x""#), [ProblemKind::CommaAfterScheme]);
    assert_eq!(
        kinds(r#", Bearer a="x",, b="y","#),
        [ProblemKind::EmptyElement; 3]
    );
}

#[test]
fn duplicated_parameters_are_kept() {
    let value = r#"Bearer resource_metadata="a", Resource_Metadata="b""#;
    let found = parse_value(value);
    assert_eq!(kinds(value), [ProblemKind::DuplicateParam]);
    let bearer = found.bearer().unwrap();
    assert_eq!(bearer.param("resource_metadata"), Some("a"));
    assert_eq!(bearer.all("resource_metadata").count(), 2);
}

#[test]
fn quotation_marks_that_are_not_closed() {
    let value = r#"Bearer error="e", resource_metadata="https://h/x"#;
    let found = parse_value(value);
    assert_eq!(kinds(value), [ProblemKind::MissingClosingQuote]);
    assert_eq!(found.param("resource_metadata"), Some("https://h/x"));
    let value = r#"Bearer realm="x, resource_metadata="https://h/x", error="e""#;
    let found = parse_value(value);
    assert_eq!(kinds(value), [ProblemKind::MissingClosingQuote]);
    let expected = [
        ("realm", "x"),
        ("resource_metadata", "https://h/x"),
        ("error", "e"),
    ];
    assert_eq!(params(found.bearer().unwrap()), expected);
    // A string may well end in something like a parameter.
    assert_eq!(kinds(r#"Bearer realm="x, a=", error="e""#), []);
}

#[test]
fn other_quotation_marks() {
    for (value, kind) in [
        (
            "Bearer realm=“x y”, resource_metadata=“https://h/x”",
            ProblemKind::SmartQuotes,
        ),
        (
            "Bearer realm='x y', resource_metadata='https://h/x'",
            ProblemKind::SingleQuotes,
        ),
        (
            "Bearer realm=”x y\", resource_metadata=«https://h/x»",
            ProblemKind::SmartQuotes,
        ),
    ] {
        let found = parse_value(value);
        assert_eq!(kinds(value), [kind; 2], "{value}");
        assert_eq!(found.param("realm"), Some("x y"), "{value}");
        assert_eq!(
            found.param("resource_metadata"),
            Some("https://h/x"),
            "{value}"
        );
    }
    for value in [
        "Bearer realm=\\\"x y\\\", resource_metadata=\\\"https://h/x\\\"",
        "Bearer realm=&quot;x y&quot;, resource_metadata=&quot;https://h/x&quot;",
    ] {
        let found = parse_value(value);
        assert_eq!(kinds(value), [ProblemKind::EscapedQuotes; 2], "{value}");
        assert_eq!(found.param("realm"), Some("x y"), "{value}");
        assert_eq!(
            found.param("resource_metadata"),
            Some("https://h/x"),
            "{value}"
        );
    }
    let value = "Bearer realm=\\\"x, error=e";
    assert_eq!(kinds(value), [ProblemKind::EscapedQuotes]);
    assert_eq!(parse_value(value).param("realm"), Some("x"));
    let value = "Bearer resource_metadata=https://h/x\", error=e";
    assert_eq!(kinds(value), [ProblemKind::MissingOpeningQuote]);
    assert_eq!(
        parse_value(value).param("resource_metadata"),
        Some("https://h/x")
    );
    let open = parse_value("Bearer realm=“x, error=e");
    assert_eq!(
        (open.param("realm"), open.param("error")),
        (Some("x"), Some("e"))
    );
}

#[test]
fn misspelt_schemes() {
    for value in [
        r#"Bear er resource_metadata="x""#,
        r#"Bearer: resource_metadata="x""#,
        r#"Baerer resource_metadata="x""#,
        r#"Bearer-Token resource_metadata="x""#,
        r#"Berer resource_metadata="x""#,
    ] {
        let found = parse_value(value);
        let misspelt = found
            .problems
            .iter()
            .any(|p| p.kind == ProblemKind::MisspeltScheme);
        assert_eq!(misspelt, !value.contains("Token"), "{value}");
        assert_eq!(found.bearer(), None, "{value}");
        assert_eq!(
            found.list[0].param("resource_metadata"),
            Some("x"),
            "{value}"
        );
    }
    let found = parse_value(r#"Bear er realm="x""#);
    assert_eq!(found.list[0].scheme, "Bear er");
    assert_eq!(found.list[0].scheme_range, 0..7);
    assert!(found.meant_as_bearer().is_some());
    assert_eq!(kinds("OAuth realm=\"x\""), []);
}

#[test]
fn parameters_without_a_scheme() {
    let value = r#"resource_metadata="https://h/x""#;
    let found = parse_value(value);
    assert_eq!(kinds(value), [ProblemKind::MissingScheme]);
    assert_eq!(found.list[0].scheme, "");
    assert_eq!(found.bearer(), None);
    assert_eq!(
        found.meant_as_bearer().unwrap().param("resource_metadata"),
        Some("https://h/x")
    );
}

#[test]
fn white_space_and_missing_values() {
    let value = "Bearer realm = \"x\"";
    assert_eq!(kinds(value), [ProblemKind::SpaceAroundEquals]);
    assert_eq!(parse_value(value).param("realm"), Some("x"));
    assert_eq!(
        kinds("Bearer realm=, error=\"e\""),
        [ProblemKind::MissingValue]
    );
    assert_eq!(kinds("Bearer realm="), [ProblemKind::MissingValue]);
    assert_eq!(kinds("Bearer realm=\"\""), []);
    assert_eq!(kinds(""), [ProblemKind::Empty]);
    assert_eq!(kinds("  "), [ProblemKind::Empty]);
}

#[test]
fn text_that_fits_nowhere() {
    let found = parse_value("\"Bearer realm=\\\"x\\\"\"");
    assert!(
        found
            .problems
            .iter()
            .any(|p| p.kind == ProblemKind::StrayText)
    );
    assert_eq!(kinds("Bear{er realm=\"x\""), [ProblemKind::MisspeltScheme]);
    assert_eq!(kinds("Sch{eme realm=\"x\""), [ProblemKind::InvalidName]);
    assert_eq!(kinds("Bearer re(alm=\"x\""), [ProblemKind::InvalidName]);
}

fn check(value: &str) -> Result<(), TestCaseError> {
    let found = parse_value(value);
    for problem in &found.problems {
        prop_assert!(value.get(problem.range.clone()).is_some());
        prop_assert!(!problem.message.is_empty());
    }
    for challenge in &found.list {
        prop_assert!(value.get(challenge.range.clone()).is_some());
        prop_assert!(value.get(challenge.scheme_range.clone()).is_some());
        for param in &challenge.params {
            let inside =
                |r: &Range<usize>| challenge.range.start <= r.start && r.end <= challenge.range.end;
            prop_assert!(value.get(param.name_range.clone()).is_some());
            prop_assert!(value.get(param.value_range.clone()).is_some());
            prop_assert!(inside(&param.name_range) && inside(&param.value_range));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn ranges_are_valid_for_any_text(value in ".*") {
        check(&value)?;
    }

    #[test]
    fn ranges_are_valid_for_likely_texts(
        value in "(Bearer|Bear|er|realm|scope|=|,|;|\"|“|’|'| |\t|\\\\|&quot;|https://h/x|é|\\{|:){0,14}"
    ) {
        check(&value)?;
    }

    #[test]
    fn what_is_written_correctly_is_read_back(
        pairs in prop::collection::vec(("[a-z_]{1,8}[0-9]", "[ -~]{0,12}"), 1..5)
    ) {
        let quote = |v: &str| v.replace('\\', "\\\\").replace('"', "\\\"");
        let mut names: Vec<_> = pairs.iter().map(|(n, _)| n).collect();
        names.sort();
        names.dedup();
        prop_assume!(names.len() == pairs.len());
        let written: Vec<_> = pairs.iter().map(|(n, v)| format!("{n}=\"{}\"", quote(v))).collect();
        let found = parse_value(&format!("Bearer {}", written.join(", ")));
        prop_assert_eq!(&found.problems, &[]);
        let read = params(&found.list[0]);
        let expected: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        prop_assert_eq!(read, expected);
    }
}
