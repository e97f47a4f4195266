//! Markup in every string that a server controls: it is text wherever we show it. That nothing of it runs in a browser
//! is tested there (`tests/browser/hostile.test.mjs`).

use crate::app::App;
use crate::target::{AS, Act, Asked, PRM, Target, json_value, mcp, response};
use authscope_tests::tools;
use serde_json::{Value, json};
use std::process::Command;

/// Ends an attribute, a text, a script, a comment, a style and a CDATA section, then begins something of its own.
const MARKUP: &str = "'\"></script></style></title></textarea>--><img src=x onerror=owned()><script>owned()</script>";
/// What must not stand anywhere as markup.
const OWNED: [&str; 2] = ["<img src=x", "<script>owned"];

fn marked(asked: &Asked, origin: &str) -> Option<Vec<Act>> {
    let m = MARKUP;
    let refuse = |status: u16| {
        json_value(
            status,
            &json!({"error": m, "error_description": m, "error_uri": m}),
        )
    };
    let quoted = m.replace('\\', "\\\\").replace('"', "\\\"");
    let authorized = asked
        .head
        .to_ascii_lowercase()
        .contains("\r\nauthorization: ");
    Some(match asked.path.as_str() {
        "/mcp" if !authorized => response(
            401,
            &format!(
                "x-{}: {m}\r\nserver: {m}\r\nwww-authenticate: Bearer resource_metadata=\"{origin}{PRM}\", scope=\"a b\", realm=\"{quoted}\", error=\"{quoted}\", error_description=\"{quoted}\"\r\ncontent-type: text/html\r\n",
                "a"
            ),
            m,
        ),
        "/mcp" => {
            let message: Value = serde_json::from_str(&asked.body).unwrap_or_default();
            if message.get("id").is_none() {
                return Some(mcp(asked));
            }
            json_value(
                200,
                &json!({"jsonrpc": "2.0", "id": message["id"], "result": {
                    "protocolVersion": "2025-11-25", "capabilities": {m: {}}, "instructions": m,
                    "serverInfo": {"name": m, "title": m, "version": m},
                    "tools": [{"name": m, "title": m, "description": m, "inputSchema": {"type": m}}],
                }}),
            )
        }
        PRM => json_value(
            200,
            &json!({
                "resource": format!("{origin}/mcp"), "authorization_servers": [origin], "scopes_supported": ["a", m],
                "resource_name": m, "resource_documentation": m, "resource_policy_uri": m, m: m,
            }),
        ),
        AS => json_value(
            200,
            &json!({
                "issuer": origin, "authorization_endpoint": format!("{origin}/authorize"),
                "token_endpoint": format!("{origin}/token"), "registration_endpoint": format!("{origin}/register"),
                "response_types_supported": ["code", m], "grant_types_supported": ["authorization_code", m],
                "code_challenge_methods_supported": ["S256", m], "scopes_supported": [m],
                "token_endpoint_auth_methods_supported": ["none", m], "service_documentation": m, "op_policy_uri": m, m: m,
            }),
        ),
        "/register" => json_value(
            201,
            &json!({
                "client_id": m, "client_name": m, "redirect_uris": [m], "scope": m, "token_endpoint_auth_method": m, m: m,
            }),
        ),
        "/token" => json_value(
            200,
            &json!({
                "access_token": "at-27182818284590452353602874713526", "token_type": "Bearer", "scope": m, "expires_in": m, m: m,
            }),
        ),
        _ if asked.path.starts_with("/authorize") => return None,
        _ => refuse(400),
    })
}

fn is_clean(place: &str, text: &str) {
    for markup in OWNED {
        assert!(!text.contains(markup), "{place} holds {markup}:\n{text}");
    }
}

#[tokio::test]
async fn markup_is_text_in_every_page_and_file() {
    let app = App::start();
    let target = Target::start(marked).await;
    let (id, transcript) = app.run(&target.mcp()).await;
    let (other, _) = app.run(&target.mcp()).await;
    let recorded = serde_json::to_string(&transcript.exchanges).unwrap();
    assert!(
        recorded.contains("<img src=x onerror=owned()>"),
        "the recording keeps what came"
    );
    for path in [
        format!("sessions/{id}"),
        format!("sessions/{id}/authorize"),
        format!("compare/{id}/{other}"),
        format!("api/sessions/{id}/export/html"),
        format!("api/sessions/{id}/export/svg"),
        format!("oauth/callback?error=access_denied&error_description={MARKUP}&state={MARKUP}"),
        format!("s/{}", MARKUP.replace('/', "%2F")),
        format!("sessions/{}", MARKUP.replace('/', "%2F")),
        format!("rules/{}", MARKUP.replace('/', "%2F")),
    ] {
        let answer = app.get(&path).await;
        let media = answer.headers().get("content-type");
        let media = media
            .map(|m| m.to_str().unwrap().to_owned())
            .unwrap_or_default();
        assert_eq!(
            answer.headers()["x-content-type-options"],
            "nosniff",
            "{path}"
        );
        let text = answer.text().await.unwrap();
        assert!(
            media.contains("html") || media.contains("svg"),
            "{path} is {media}: {text}"
        );
        is_clean(&path, &text);
    }
    app.is_well().await;
}

#[tokio::test]
async fn what_is_json_says_so() {
    let app = App::start();
    let target = Target::start(marked).await;
    let (id, _) = app.run(&target.mcp()).await;
    for path in [
        format!("api/sessions/{id}"),
        format!("api/sessions/{id}/diagnosis"),
        "api/sessions".to_owned(),
        format!("api/sessions/{MARKUP}"),
        format!("api/{MARKUP}"),
    ] {
        let answer = app.get(&path).await;
        let media = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(
            media.starts_with("application/") && media.contains("json"),
            "{path} is {media}"
        );
        assert_eq!(
            answer.headers()["x-content-type-options"],
            "nosniff",
            "{path}"
        );
    }
}

#[tokio::test]
async fn no_escape_sequence_reaches_a_terminal() {
    let escape = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}";
    let target = Target::start(move |asked, origin| match asked.path.as_str() {
        PRM => Some(json_value(200, &json!({
            "resource": format!("{origin}/mcp/{escape}"), "authorization_servers": [format!("{origin}/{escape}")],
        }))),
        "/mcp" => Some(response(
            401,
            &format!("www-authenticate: Bearer realm=\"{escape}\", error=\"{escape}\", resource_metadata=\"{origin}{PRM}\"\r\n"),
            escape,
        )),
        _ => None,
    })
    .await;
    let url = target.mcp();
    for format in ["human", "json"] {
        let url = url.clone();
        let output = tokio::task::spawn_blocking(move || {
            Command::new(tools::authscope().unwrap())
                .args(["check", &url, "--timeout", "2", "--format", format])
                .output()
                .unwrap()
        })
        .await
        .unwrap();
        assert_ne!(output.status.code(), Some(2), "{output:?}");
        for stream in [&output.stdout, &output.stderr] {
            let said = String::from_utf8_lossy(stream);
            let control = said
                .chars()
                .find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
            assert_eq!(control, None, "{format}: {said:?}");
        }
    }
}
