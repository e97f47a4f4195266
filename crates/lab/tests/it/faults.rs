//! Each fault, visible on the wire.

use crate::client::{Flow, challenge_param, claims, param, public_client};

#[tokio::test]
async fn challenge_without_resource_metadata() {
    let flow = Flow::single("healthy", &["challenge-without-resource-metadata"]).await;
    let probe = flow.initialize(None).await;
    assert_eq!(probe.status, 401);
    assert_eq!(
        probe.header("www-authenticate"),
        "Bearer scope=\"files:read\""
    );
}

#[tokio::test]
async fn resource_metadata_url_not_found() {
    let flow = Flow::single("healthy", &["resource-metadata-url-not-found"]).await;
    assert_eq!(flow.resource_metadata().await.status, 404);
}

#[tokio::test]
async fn registered_redirect_uri_slash() {
    let mut flow = Flow::single("healthy", &["registered-redirect-uri-slash"]).await;
    flow.discover().await;
    let registered = flow.register(&public_client()).await;
    assert_eq!(
        registered.json()["redirect_uris"][0],
        format!("{}/", flow.redirect_uri)
    );
    let refused = flow.authorize().await;
    assert_eq!(refused.status, 400);
    assert!(refused.header("content-type").starts_with("text/html"));
    assert!(refused.text.contains("redirect_uri mismatch"));
}

#[tokio::test]
async fn pkce_verification_failed() {
    let mut flow = Flow::single("healthy", &["pkce-verification-failed"]).await;
    let answer = flow.tokens().await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"], "invalid_grant");
    assert_eq!(
        answer.json()["error_description"],
        "PKCE verification failed"
    );
}

#[tokio::test]
async fn pkce_support_not_advertised() {
    let flow = Flow::single("healthy", &["pkce-support-not-advertised"]).await;
    assert!(
        flow.server_metadata()
            .await
            .json()
            .get("code_challenge_methods_supported")
            .is_none()
    );
}

#[tokio::test]
async fn scope_near_miss() {
    let mut flow = Flow::single("healthy", &["scope-near-miss"]).await;
    flow.scope = challenge_param(&flow.initialize(None).await, "scope");
    flow.discover().await;
    assert_eq!(flow.scope.as_deref(), Some("org:write"));
    let refused = flow.authorize().await;
    assert_eq!(
        param(refused.header("location"), "error").as_deref(),
        Some("invalid_scope")
    );
}

#[tokio::test]
async fn prm_resource_other_host() {
    let flow = Flow::single("healthy", &["prm-resource-other-host"]).await;
    assert_eq!(
        flow.resource_metadata().await.json()["resource"],
        "https://mcp.acme.example/mcp"
    );
}

#[tokio::test]
async fn issuer_extra_slash() {
    let mut flow = Flow::single("healthy", &["issuer-extra-slash"]).await;
    let token = flow.access_token().await;
    assert_eq!(flow.metadata["issuer"], format!("{}/", flow.target.issuer));
    assert_eq!(
        flow.initialize(Some(&token)).await.status,
        200,
        "the servers agree among themselves"
    );
}

#[tokio::test]
async fn token_audience_mismatch() {
    let mut flow = Flow::single("healthy", &["token-audience-mismatch"]).await;
    let token = flow.access_token().await;
    assert_eq!(claims(&token)["aud"], "https://api.acme.example");
    let refused = flow.initialize(Some(&token)).await;
    assert_eq!(
        (
            refused.status,
            challenge_param(&refused, "error").as_deref()
        ),
        (401, Some("invalid_token"))
    );
    assert!(
        challenge_param(&refused, "error_description")
            .unwrap()
            .contains("audience")
    );
}

#[tokio::test]
async fn token_response_html() {
    let mut flow = Flow::single("healthy", &["token-response-html"]).await;
    let answer = flow.tokens().await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
}
