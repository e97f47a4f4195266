//! The healthy target, end to end.

use authscope_lab::{Lab, LabConfig, Side};
use serde_json::json;

use crate::client::{Flow, REDIRECT, challenge_param, claims, http, param, public_client, request};

/// Discovery and registration, each document as the specifications want it.
async fn find_and_register(flow: &mut Flow) {
    let probe = flow.initialize(None).await;
    assert_eq!(probe.status, 401);
    assert!(!probe.header("www-authenticate").contains("error="));
    let metadata_url = challenge_param(&probe, "resource_metadata").unwrap();
    let expected = format!(
        "{}/.well-known/oauth-protected-resource/healthy/mcp",
        flow.lab.base_url()
    );
    assert_eq!(metadata_url, expected);
    flow.scope = challenge_param(&probe, "scope");
    assert_eq!(flow.scope.as_deref(), Some("files:read"));

    let resource = flow.get(&metadata_url).await.json();
    assert_eq!(resource["resource"], flow.target.mcp_url.as_str());
    assert_eq!(
        resource["authorization_servers"],
        json!([flow.target.issuer])
    );

    flow.discover().await;
    assert_eq!(flow.metadata["issuer"], flow.target.issuer.as_str());
    assert_eq!(
        flow.metadata["code_challenge_methods_supported"],
        json!(["S256"])
    );

    let registered = flow.register(&public_client()).await;
    assert_eq!(registered.status, 201);
    assert_eq!(registered.json()["redirect_uris"], json!([REDIRECT]));
    assert!(registered.json().get("client_secret").is_none());
}

/// Authorization and token, giving the access token.
async fn sign_in(flow: &Flow) -> String {
    let redirect = flow.authorize().await;
    assert_eq!(redirect.status, 302);
    let location = redirect.header("location");
    assert!(location.starts_with(REDIRECT));
    assert_eq!(param(location, "state").as_deref(), Some("st a/te+1"));
    assert_eq!(param(location, "iss"), Some(flow.target.issuer.clone()));

    let answer = flow.redeem(&param(location, "code").unwrap()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    assert_eq!(
        (&tokens["token_type"], &tokens["scope"]),
        (&json!("Bearer"), &json!("files:read"))
    );
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims(token)["aud"], flow.target.mcp_url.as_str());
    assert_eq!(claims(token)["iss"], flow.target.issuer.as_str());
    token.to_owned()
}

#[tokio::test]
async fn the_whole_flow_works_below_a_path_and_is_logged() {
    let lab = Lab::start(LabConfig::default()).await.unwrap();
    let mut flow = Flow::on(lab, "healthy");
    find_and_register(&mut flow).await;
    let token = &sign_in(&flow).await;

    let session = flow.session(token).await;
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(
        flow.rpc(Some(token), Some(&session), &notification)
            .await
            .status,
        202
    );
    let tools = flow
        .rpc(
            Some(token),
            Some(&session),
            &request(2, "tools/list", json!({})),
        )
        .await;
    assert_eq!(tools.json()["result"]["tools"].as_array().unwrap().len(), 3);
    let sum = flow.call_tool(token, &session, "add").await.json();
    assert_eq!(sum["result"]["content"][0]["text"], "5");

    let log = flow.lab.log("healthy");
    let seen: Vec<(Side, &str, u16)> = log
        .iter()
        .map(|entry| (entry.side, entry.path.as_str(), entry.status))
        .collect();
    let expected = [
        (Side::McpServer, "/healthy/mcp", 401),
        (
            Side::McpServer,
            "/.well-known/oauth-protected-resource/healthy/mcp",
            200,
        ),
        (
            Side::AuthorizationServer,
            "/.well-known/oauth-authorization-server/healthy",
            200,
        ),
        (Side::AuthorizationServer, "/healthy/register", 201),
        (Side::AuthorizationServer, "/healthy/authorize", 302),
        (Side::AuthorizationServer, "/healthy/token", 200),
        (Side::McpServer, "/healthy/mcp", 200),
        (Side::McpServer, "/healthy/mcp", 202),
        (Side::McpServer, "/healthy/mcp", 200),
        (Side::McpServer, "/healthy/mcp", 200),
    ];
    assert_eq!(seen, expected);
    let token_request = &log[5];
    assert!(token_request.body.contains("grant_type=authorization_code"));
    assert_eq!(
        token_request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert!(
        log[4]
            .query
            .as_deref()
            .unwrap()
            .contains("code_challenge_method=S256")
    );
    flow.lab.clear_log("healthy");
    assert!(flow.lab.log("healthy").is_empty());
    flow.lab.shutdown().await;
}

#[tokio::test]
async fn a_browser_signs_in_and_decides_on_a_page() {
    let mut flow = Flow::single("healthy", &[]).await;
    flow.discover().await;
    for (decision, wanted) in [("approve", "code"), ("deny", "error")] {
        let url = url::Url::parse_with_params(
            &flow.endpoint("authorization_endpoint"),
            flow.authorization_params(),
        )
        .unwrap();
        let page = flow
            .send(flow.http.get(url).header("accept", "text/html,*/*;q=0.8"))
            .await;
        assert_eq!(page.status, 200);
        assert!(
            page.text.contains("The lab&#39;s public client"),
            "{}",
            page.text
        );
        assert!(page.text.contains("127.0.0.1:43210"));
        assert!(page.text.contains("files:read"));
        let ticket = page
            .text
            .split("name=\"ticket\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let action = page
            .text
            .split("action=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let form = [
            ("ticket", ticket),
            ("username", "bob"),
            ("password", "x"),
            ("decision", decision),
        ];
        let decided = flow.send(flow.http.post(action).form(&form)).await;
        assert_eq!(decided.status, 303);
        let location = decided.header("location").to_owned();
        assert!(param(&location, wanted).is_some(), "{location}");
        assert_eq!(param(&location, "iss"), Some(flow.target.issuer.clone()));
        if let Some(code) = param(&location, "code") {
            assert_eq!(
                claims(&flow.redeem(&code).await.member("access_token"))["sub"],
                "bob"
            );
        } else {
            assert_eq!(param(&location, "error").as_deref(), Some("access_denied"));
        }
        let again = flow.send(flow.http.post(action).form(&form)).await;
        assert_eq!(again.status, 400, "a ticket is good for one decision");
    }
}

#[tokio::test]
async fn bad_authorization_requests_are_refused_where_they_belong() {
    let mut flow = Flow::single("healthy", &[]).await;
    flow.discover().await;
    let with = |name: &'static str, value: Option<&str>| {
        let mut params = flow.authorization_params();
        params.retain(|(key, _)| *key != name);
        params.extend(value.map(|value| (name, value.to_owned())));
        params
    };
    for (name, value) in [
        ("client_id", Some("nobody")),
        ("redirect_uri", Some("https://evil.example/cb")),
        ("redirect_uri", None),
    ] {
        let answer = flow.authorize_with(&with(name, value)).await;
        assert_eq!(answer.status, 400, "{name} {value:?}");
        assert!(answer.headers.get("location").is_none());
    }
    let by_redirect = [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        (
            "resource",
            Some("https://other.example/mcp"),
            "invalid_target",
        ),
        ("scope", Some("everything"), "invalid_scope"),
    ];
    for (name, value, error) in by_redirect {
        let answer = flow.authorize_with(&with(name, value)).await;
        assert_eq!(
            param(answer.header("location"), "error").as_deref(),
            Some(error),
            "{name}"
        );
    }
}

#[tokio::test]
async fn bad_token_requests_are_refused() {
    let mut flow = Flow::single("healthy", &[]).await;
    flow.discover().await;
    let wrong = [
        ("code_verifier", "x".repeat(43), "invalid_grant"),
        (
            "redirect_uri",
            "http://127.0.0.1:43210/other".to_owned(),
            "invalid_grant",
        ),
        (
            "resource",
            "https://other.example/mcp".to_owned(),
            "invalid_target",
        ),
        ("client_id", "nobody".to_owned(), "invalid_client"),
        ("client_id", "lab-confidential".to_owned(), "invalid_client"),
        (
            "grant_type",
            "password".to_owned(),
            "unsupported_grant_type",
        ),
        ("code", "guess".to_owned(), "invalid_grant"),
    ];
    for (name, value, error) in wrong {
        let mut form = flow.code_form(&flow.code().await);
        form.retain(|(key, _)| *key != name);
        form.push((name, value));
        let answer = flow.post("token_endpoint", &form).await;
        assert_eq!(answer.json()["error"], error, "{name}");
    }
    let code = flow.code().await;
    flow.lab.advance(61);
    assert_eq!(flow.redeem(&code).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_replayed_code_ends_its_tokens() {
    let mut flow = Flow::single("healthy", &[]).await;
    flow.discover().await;
    let code = flow.code().await;
    let token = flow.redeem(&code).await.member("access_token");
    assert_eq!(flow.initialize(Some(&token)).await.status, 200);
    assert_eq!(flow.redeem(&code).await.json()["error"], "invalid_grant");
    assert_eq!(flow.initialize(Some(&token)).await.status, 401);
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_ends_the_family() {
    let mut flow = Flow::single("healthy", &[]).await;
    let first = flow.tokens().await.member("refresh_token");
    let second = flow.refresh(&first).await.member("refresh_token");
    assert_ne!(first, second);
    assert_eq!(flow.refresh(&first).await.json()["error"], "invalid_grant");
    assert_eq!(
        flow.refresh(&second).await.json()["error"],
        "invalid_grant",
        "the family is revoked"
    );
}

#[tokio::test]
async fn the_mcp_server_checks_tokens_and_scopes() {
    let mut flow = Flow::single("healthy", &[]).await;
    let token = flow.access_token().await;
    let session = flow.session(&token).await;

    let garbage = flow.initialize(Some("garbage")).await;
    assert_eq!(
        (
            garbage.status,
            challenge_param(&garbage, "error").as_deref()
        ),
        (401, Some("invalid_token"))
    );

    let refused = flow.call_tool(&token, &session, "admin_report").await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        challenge_param(&refused, "error").as_deref(),
        Some("insufficient_scope")
    );
    assert_eq!(
        challenge_param(&refused, "scope").as_deref(),
        Some("files:read files:admin")
    );

    flow.scope = challenge_param(&refused, "scope");
    let code = flow.code().await;
    let stronger = flow.redeem(&code).await.member("access_token");
    assert_eq!(
        flow.call_tool(&stronger, &session, "admin_report")
            .await
            .status,
        200
    );

    flow.lab.advance(4_000);
    let expired = flow.initialize(Some(&token)).await;
    assert!(
        challenge_param(&expired, "error_description")
            .unwrap()
            .contains("expired")
    );
}

#[tokio::test]
async fn the_transport_is_judged() {
    let mut flow = Flow::single("healthy", &[]).await;
    let token = flow.access_token().await;
    let session = flow.session(&token).await;
    let url = flow.target.mcp_url.clone();
    let list = request(2, "tools/list", json!({}));
    let post = |session: Option<&str>| {
        let request = flow
            .http
            .post(&url)
            .bearer_auth(&token)
            .header("accept", "application/json, text/event-stream");
        match session {
            Some(session) => request.header("mcp-session-id", session).json(&list),
            None => request.json(&list),
        }
    };
    assert_eq!(flow.send(post(None)).await.status, 400);
    assert_eq!(flow.send(post(Some("unknown"))).await.status, 404);
    assert_eq!(
        flow.send(post(Some(&session)).header("mcp-protocol-version", "1999-01-01"))
            .await
            .status,
        400
    );
    assert_eq!(
        flow.send(post(Some(&session)).header("origin", "https://evil.example"))
            .await
            .status,
        403
    );
    assert_eq!(
        flow.send(post(Some(&session)).header("origin", "http://localhost:3000"))
            .await
            .status,
        200
    );
    assert_eq!(flow.send(flow.http.get(&url)).await.status, 401);
    assert_eq!(
        flow.send(flow.http.get(&url).bearer_auth(&token))
            .await
            .status,
        405
    );
    let delete = || {
        flow.http
            .delete(&url)
            .bearer_auth(&token)
            .header("mcp-session-id", &session)
    };
    assert_eq!(flow.send(delete()).await.status, 204);
    assert_eq!(flow.send(delete()).await.status, 404);
    let preflight = flow
        .send(
            flow.http
                .request(reqwest::Method::OPTIONS, &url)
                .header("origin", "http://localhost:1"),
        )
        .await;
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-origin")
        ),
        (204, "*")
    );
}

#[tokio::test]
async fn tokens_can_be_introspected_and_revoked() {
    let mut flow = Flow::single("healthy", &[]).await;
    let token = flow.access_token().await;
    let form = [
        ("token", token.clone()),
        ("client_id", "lab-public".to_owned()),
    ];
    let live = flow.post("introspection_endpoint", &form).await.json();
    assert_eq!(
        (&live["active"], &live["aud"]),
        (&json!(true), &json!(flow.target.mcp_url))
    );
    assert_eq!(flow.post("revocation_endpoint", &form).await.status, 200);
    assert_eq!(
        flow.post("introspection_endpoint", &form).await.json(),
        json!({ "active": false })
    );
    assert_eq!(flow.initialize(Some(&token)).await.status, 401);
}

#[tokio::test]
async fn the_gallery_lists_its_targets_and_stops() {
    let lab = Lab::start(LabConfig::default()).await.unwrap();
    let base = lab.base_url().to_owned();
    let index = http()
        .get(&base)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for target in lab.targets() {
        assert!(index.contains(&target.mcp_url), "{}", target.id);
    }
    assert_eq!(lab.targets().first().unwrap().id, "healthy");
    assert_eq!(
        http()
            .get(format!("{base}/nothing"))
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    lab.shutdown().await;
    assert!(
        http().get(&base).send().await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn unknown_names_are_errors_that_say_so() {
    let error = Lab::start_single(LabConfig::default(), "nope", &[])
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("nope"));
    let error = Lab::start_single(LabConfig::default(), "healthy", &["broken-thing"])
        .await
        .err()
        .unwrap();
    assert!(error.to_string().contains("broken-thing"));
}
