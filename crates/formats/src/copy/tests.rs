//! The copies of a step, read back by a real shell.

use super::*;
use authscope_model::exchange::Request;
use std::process::Command;

fn a_request(method: &str, url: &str, headers: &[(&str, &str)], body: Body) -> Request {
    Request {
        method: method.into(),
        url: url.into(),
        request_line: String::new(),
        headers: headers
            .iter()
            .map(|(name, value)| Header::new(*name, *value))
            .collect(),
        body,
    }
}

fn text(body: &str) -> Body {
    Body {
        text: body.into(),
        ..Body::default()
    }
}

/// What a shell hands over to cURL, word by word.
fn words(command: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let script = command.replacen("curl -i --globoff", "printf '%s\\0'", 1);
    let output = Command::new("sh")
        .arg("-c")
        .arg(script)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim_end_matches('\0')
        .split('\0')
        .map(ToOwned::to_owned)
        .collect()
}

const NASTY: &str = "it's $HOME `id` $(id) \"q\" \\ \\n \n ! #x ~ * 中";

#[test]
fn a_shell_reads_it_back() {
    let request = a_request(
        "POST",
        "https://a/?x='[1-2]",
        &[("Host", "a"), ("X", NASTY), ("Y", "")],
        text(NASTY),
    );
    let header = format!("X: {NASTY}");
    let expected = [
        "-X",
        "POST",
        "https://a/?x='[1-2]",
        "-H",
        &header,
        "-H",
        "Y;",
        "--data-raw",
        NASTY,
    ];
    assert_eq!(words(&curl(&request), &[]), expected);
}

#[test]
fn secrets_are_variables_of_the_shell() {
    let jwt = "eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.⟨signature · 86 chars · #5d1a7c⟩";
    let bearer = format!("Bearer {jwt}");
    let body = text("code=⟨code · 43 chars · #9c01aa⟩&state=abcd⟨state · 43 chars · #9c01aa⟩&x=1");
    let command = curl(&a_request(
        "POST",
        "https://a/",
        &[("Authorization", &bearer)],
        body,
    ));
    let given = [("ACCESS_TOKEN", "tok'en"), ("CODE", "c o"), ("STATE", "s")];
    let expected = [
        "-X",
        "POST",
        "https://a/",
        "-H",
        "Authorization: Bearer tok'en",
        "--data-raw",
        "code=c o&state=s&x=1",
    ];
    assert_eq!(words(&command, &given), expected);
}

#[test]
fn bytes_that_are_no_text_arrive() {
    let body = Body {
        base64: Some("/wD+Jwo=".into()),
        ..Body::default()
    };
    let command = curl(&a_request("PUT", "https://a/", &[], body));
    let script = command.replacen("curl -i --globoff", "cat; :", 1);
    let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
    assert_eq!(output.stdout, b"\xff\x00\xfe'\n");
}

#[test]
fn fetch_is_one_literal_per_value() {
    let request = a_request(
        "POST",
        "https://a/?q=\"</script>",
        &[
            ("Authorization", "Bearer ⟨access_token · 9 chars · #a91f22⟩"),
            ("X", "`${x}`"),
        ],
        text("a\nb\u{2028}"),
    );
    let call = fetch(&request);
    assert!(
        call.contains(r#""https://a/?q=\"\u003c/script>""#),
        "{call}"
    );
    assert!(
        call.contains(r#"["Authorization", `Bearer ${ACCESS_TOKEN}`]"#),
        "{call}"
    );
    assert!(call.contains(r#"["X", "`${x}`"]"#), "{call}");
    assert!(call.contains(r#"body: "a\nb\u2028""#), "{call}");
}

#[test]
fn the_line_says_what_came_back() {
    let fixture = authscope_testkit::fixture("//- flow 2025-11-25\n//- call token\n//- reply 400\n\n{\"error\":\"invalid_grant\"}\n//- stop\n").unwrap();
    let exchange = fixture.transcript().exchanges.last().unwrap().clone();
    let said = line(&exchange);
    assert!(
        said.contains("POST https://")
            && said.contains("→ 400")
            && said.contains("(Token request)"),
        "{said}"
    );
    assert!(markdown(&exchange).contains("```http\nPOST "));
}
