//! Clients: registration and its management, metadata documents, and the ways to authenticate.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use p256::pkcs8::EncodePrivateKey as _;
use serde_json::{Value, json};

use crate::client::{Flow, REDIRECT, claims, public_client};

#[tokio::test]
async fn registration_is_managed_with_its_own_token() {
    let mut flow = Flow::single("healthy", &[]).await;
    flow.discover().await;
    let registered = flow
        .register(&json!({ "redirect_uris": [REDIRECT], "client_name": "Secret keeper" }))
        .await
        .json();
    assert!(
        registered["client_secret"].is_string(),
        "the default method is client_secret_basic"
    );
    let uri = registered["registration_client_uri"].as_str().unwrap();
    let token = registered["registration_access_token"].as_str().unwrap();
    assert_eq!(flow.get(uri).await.status, 401);
    assert_eq!(
        flow.send(flow.http.get(uri).bearer_auth(token))
            .await
            .json()["client_name"],
        "Secret keeper"
    );
    assert_eq!(
        flow.send(flow.http.delete(uri).bearer_auth(token))
            .await
            .status,
        204
    );
    assert_eq!(
        flow.authorize().await.status,
        400,
        "a deleted client is unknown"
    );
    for metadata in [
        json!({}),
        json!({ "redirect_uris": ["http://evil.example/cb"] }),
        json!([]),
    ] {
        let refused = flow
            .send(
                flow.http
                    .post(flow.endpoint("registration_endpoint"))
                    .json(&metadata),
            )
            .await;
        assert_eq!(refused.status, 400, "{metadata}");
    }
}

#[tokio::test]
async fn a_confidential_client_authenticates_in_two_ways() {
    let mut flow = Flow::single("healthy", &[]).await;
    "lab-confidential".clone_into(&mut flow.client_id);
    flow.discover().await;
    let token_endpoint = flow.endpoint("token_endpoint");

    let mut form = flow.code_form(&flow.code().await);
    form.push(("client_secret", "lab-secret".to_owned()));
    assert_eq!(flow.post("token_endpoint", &form).await.status, 200);

    let mut form = flow.code_form(&flow.code().await);
    form.retain(|(name, _)| *name != "client_id");
    let basic = |secret: &str| {
        flow.http
            .post(&token_endpoint)
            .basic_auth("lab-confidential", Some(secret))
            .form(&form)
    };
    assert_eq!(flow.send(basic("wrong")).await.status, 401);
    assert_eq!(flow.send(basic("lab-secret")).await.status, 200);
}

#[tokio::test]
async fn a_client_is_known_by_its_document() {
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", server.local_addr().unwrap());
    let good = json!({ "client_id": format!("{origin}/app.json"), "client_name": "By document", "redirect_uris": ["http://127.0.0.1/callback"] });
    let liar = json!({ "client_id": format!("{origin}/app.json"), "client_name": "Liar", "redirect_uris": ["http://127.0.0.1/callback"] });
    let document =
        |document: Value| axum::routing::get(move || async move { axum::Json(document) });
    let router = axum::Router::new()
        .route("/app.json", document(good))
        .route("/liar.json", document(liar));
    tokio::spawn(async move { axum::serve(server, router).await });

    let mut flow = Flow::single("healthy", &[]).await;
    flow.discover().await;
    flow.client_id = format!("{origin}/app.json");
    let code = flow.code().await;
    assert_eq!(
        claims(&flow.redeem(&code).await.member("access_token"))["client_id"],
        flow.client_id.as_str()
    );

    flow.client_id = format!("{origin}/liar.json");
    let refused = flow.authorize().await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("says client_id"), "{}", refused.text);
    flow.client_id = format!("{origin}/missing.json");
    assert!(flow.authorize().await.text.contains("answered 404"));
}

/// A client key and its public half, the same each time.
fn client_key() -> (EncodingKey, Value) {
    let secret = SecretKey::from_slice(&[7; 32]).unwrap();
    let der = secret.to_pkcs8_der().unwrap();
    let point = secret.public_key().to_encoded_point(false);
    let coordinate = |bytes: Option<&p256::FieldBytes>| URL_SAFE_NO_PAD.encode(bytes.unwrap());
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": coordinate(point.x()), "y": coordinate(point.y()), "kid": "k1" });
    (EncodingKey::from_ec_der(der.as_bytes()), jwk)
}

fn assertion(key: &EncodingKey, client: &str, audience: &str, jti: &str) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some("k1".to_owned());
    let expiry = jsonwebtoken::get_current_timestamp() + 60;
    let claims =
        json!({ "iss": client, "sub": client, "aud": audience, "exp": expiry, "jti": jti });
    jsonwebtoken::encode(&header, &claims, key).unwrap()
}

#[tokio::test]
async fn a_client_authenticates_with_its_key() {
    let mut flow = Flow::single("client-credentials", &[]).await;
    flow.discover().await;
    let (key, jwk) = client_key();
    let metadata = json!({ "client_name": "With a key", "redirect_uris": [REDIRECT], "jwks": { "keys": [jwk] },
        "token_endpoint_auth_method": "private_key_jwt", "grant_types": ["client_credentials", "authorization_code"] });
    assert_eq!(flow.register(&metadata).await.status, 201);
    let form = |assertion: String| {
        [
            ("grant_type", "client_credentials".to_owned()),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
            ),
            ("client_assertion", assertion),
            ("resource", flow.target.mcp_url.clone()),
            ("scope", "files:read".to_owned()),
        ]
    };
    let good = assertion(&key, &flow.client_id, &flow.target.issuer, "first");
    let token = flow
        .post("token_endpoint", &form(good.clone()))
        .await
        .member("access_token");
    assert_eq!(claims(&token)["sub"], flow.client_id.as_str());
    assert_eq!(flow.initialize(Some(&token)).await.status, 200);

    let refused = [
        good,
        assertion(&key, &flow.client_id, "https://other.example", "second"),
        assertion(&key, "lab-public", &flow.target.issuer, "third"),
        "rubbish".to_owned(),
    ];
    for assertion in refused {
        let answer = flow.post("token_endpoint", &form(assertion)).await;
        assert_eq!(answer.status / 100, 4, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_registration_can_be_replaced() {
    let mut flow = Flow::single("healthy", &[]).await;
    flow.discover().await;
    let registered = flow.register(&public_client()).await.json();
    let uri = registered["registration_client_uri"].as_str().unwrap();
    let token = registered["registration_access_token"].as_str().unwrap();
    let mut metadata = public_client();
    metadata["client_name"] = json!("Renamed");
    metadata["redirect_uris"] = json!(["http://127.0.0.1/elsewhere"]);
    let replaced = flow
        .send(flow.http.put(uri).bearer_auth(token).json(&metadata))
        .await;
    assert_eq!(
        (replaced.status, &replaced.json()["client_name"]),
        (200, &json!("Renamed"))
    );
    assert_eq!(
        flow.authorize().await.status,
        400,
        "the old redirect URI is gone"
    );
}

#[tokio::test]
async fn a_client_credentials_client_needs_its_secret() {
    let flow_of = |secret: &'static str| {
        [
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", "lab-confidential".to_owned()),
            ("client_secret", secret.to_owned()),
        ]
    };
    let mut flow = Flow::single("client-credentials", &[]).await;
    flow.discover().await;
    assert_eq!(
        flow.post("token_endpoint", &flow_of("wrong")).await.status,
        401
    );
    let granted = flow
        .post("token_endpoint", &flow_of("lab-secret"))
        .await
        .json();
    assert!(granted["access_token"].is_string() && granted.get("refresh_token").is_none());
    let public = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", "lab-public".to_owned()),
    ];
    assert_eq!(
        flow.post("token_endpoint", &public).await.json()["error"],
        "unauthorized_client"
    );
}
