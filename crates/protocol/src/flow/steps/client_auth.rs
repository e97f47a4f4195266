//! Authentication of the client at the token endpoint (RFC 6749 §2.3, RFC 7523 §2.2).

use crate::flow::{Flow, Fresh, Output, Prepared};
use crate::form;
use authscope_model::Header;
use authscope_model::event::Decision;
use serde_json::{Value, json};

/// `client_assertion_type` of RFC 7523.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The method the client asks for when it registers: forced, else the first that suits of those advertised.
#[must_use]
pub(in crate::flow) fn wanted(flow: &Flow) -> String {
    if let Some(forced) = &flow.context.config.token_endpoint_auth_method {
        return forced.clone();
    }
    let listed = advertised(flow);
    let Some(listed) = listed else {
        return "none".into();
    };
    // Both secret methods listed: in the body, because some servers read `client_id` only there.
    let preference = [
        "none",
        "client_secret_post",
        "client_secret_basic",
        "private_key_jwt",
        "client_secret_jwt",
    ];
    preference
        .into_iter()
        .find(|m| listed.iter().any(|l| l == m))
        .unwrap_or("none")
        .to_owned()
}

fn advertised(flow: &Flow) -> Option<Vec<String>> {
    flow.context
        .metadata()
        .and_then(|m| m.token_endpoint_auth_methods_supported)
}

/// The method in use and why: forced, else granted by the registration, else by metadata and secret.
#[must_use]
pub(in crate::flow) fn choose(
    flow: &Flow,
    has_secret: bool,
    granted: Option<&str>,
) -> (String, String) {
    if let Some(forced) = &flow.context.config.token_endpoint_auth_method {
        return (forced.clone(), "set in the configuration".into());
    }
    if let Some(granted) = granted {
        return (
            granted.to_owned(),
            "`token_endpoint_auth_method` of the registration reply".into(),
        );
    }
    if flow.context.config.private_key.is_some() {
        return ("private_key_jwt".into(), "a private key is given".into());
    }
    if !has_secret {
        return ("none".into(), "the client has no secret".into());
    }
    let listed = advertised(flow);
    let Some(listed) = listed else {
        return (
            "client_secret_basic".into(),
            "the metadata lists no methods; the default is client_secret_basic (RFC 8414 §2)"
                .into(),
        );
    };
    let known = [
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
    ];
    let method = known
        .into_iter()
        .find(|m| listed.iter().any(|l| l == m))
        .unwrap_or("client_secret_basic");
    (
        method.to_owned(),
        "the first method for a client with a secret that the metadata lists".into(),
    )
}

pub(in crate::flow) fn decision(method: &(String, String)) -> Output {
    Output::Decision(
        Decision::TokenEndpointAuth {
            method: method.0.clone(),
        },
        method.1.clone(),
    )
}

/// Makes the key for `private_key_jwt` once, or reads the public half of the one that was given.
pub(in crate::flow) fn ensure_key(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<(), String> {
    if flow.context.client_key.is_some() {
        return Ok(());
    }
    flow.context.client_key = match &flow.context.config.private_key {
        // A kind of key without a JWK here still signs; only its public half cannot be hosted.
        Some(given) => fresh.signer.public_jwk(given).ok(),
        None => Some(fresh.signer.generate_es256()?),
    };
    Ok(())
}

/// Has the key ready where the client in use authenticates with one.
pub(in crate::flow) fn ready(flow: &mut Flow, fresh: &Fresh<'_>) -> Result<(), String> {
    let client = flow.context.client.as_ref();
    if client.is_some_and(|c| c.auth_method == "private_key_jwt") {
        ensure_key(flow, fresh)?;
    }
    Ok(())
}

/// The public half of our key, as a JWK set.
#[must_use]
pub(in crate::flow) fn public_jwks(flow: &Flow) -> Value {
    let keys: Vec<Value> = flow.context.client_key.iter().map(public_half).collect();
    json!({ "keys": keys })
}

/// A JWK without its private members.
#[must_use]
pub(in crate::flow) fn public_half(key: &Value) -> Value {
    let mut public = key.clone();
    if let Some(members) = public.as_object_mut() {
        members.retain(|name, _| {
            !matches!(
                name.as_str(),
                "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "k"
            )
        });
    }
    public
}

/// Adds the client's authentication to a request for `endpoint` with these form parameters.
pub(in crate::flow) fn authenticate(
    flow: &mut Flow,
    prepared: &mut Prepared,
    mut params: Vec<(String, String)>,
    fresh: &Fresh<'_>,
) -> Result<(), String> {
    let Some(client) = flow.context.client.clone() else {
        prepared.body = encode(&params);
        return Ok(());
    };
    let secret = client.secret.clone().unwrap_or_default();
    match client.auth_method.as_str() {
        "client_secret_basic" => {
            let credentials = form::basic_credentials(&client.id, &secret);
            prepared
                .headers
                .push(Header::new("Authorization", format!("Basic {credentials}")));
        }
        "client_secret_post" => {
            params.push(("client_id".into(), client.id));
            params.push(("client_secret".into(), secret));
        }
        "private_key_jwt" | "client_secret_jwt" => {
            let assertion = assertion(
                flow,
                &client.id,
                &secret,
                client.auth_method == "client_secret_jwt",
                fresh,
            )?;
            params.push(("client_id".into(), client.id));
            params.push(("client_assertion_type".into(), JWT_BEARER.into()));
            params.push(("client_assertion".into(), assertion));
        }
        _ => params.push(("client_id".into(), client.id)),
    }
    prepared.body = encode(&params);
    Ok(())
}

fn encode(params: &[(String, String)]) -> Vec<u8> {
    let pairs: Vec<(&str, &str)> = params
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    form::encode(&pairs).into_bytes()
}

/// RFC 7523 §3: `iss` = `sub` = client id, `aud` = the issuer.
fn assertion(
    flow: &mut Flow,
    client_id: &str,
    secret: &str,
    hmac: bool,
    fresh: &Fresh<'_>,
) -> Result<String, String> {
    let audience = flow.context.issuer.clone().unwrap_or_default();
    let audience = flow
        .context
        .metadata()
        .and_then(|m| m.issuer)
        .unwrap_or(audience);
    let now = fresh.seconds();
    let jti = fresh.text(64..80);
    let claims = json!({
        "iss": client_id, "sub": client_id, "aud": audience,
        "jti": jti, "iat": now, "exp": now.saturating_add(300),
    });
    if hmac {
        return fresh
            .signer
            .sign_hmac(secret, &json!({ "alg": "HS256", "typ": "JWT" }), &claims);
    }
    ensure_key(flow, fresh)?;
    let context = &flow.context;
    let (key, header) = match (&context.config.private_key, &context.client_key) {
        (Some(given), _) => {
            let public = context.client_key.as_ref();
            let member = |name: &str| public.and_then(|key| key.get(name)).cloned();
            let alg = match &context.config.signing_alg {
                Some(alg) => json!(alg),
                None => member("alg").unwrap_or_else(|| json!("ES256")),
            };
            let mut header = json!({ "typ": "JWT", "alg": alg });
            if let (Some(kid), Some(members)) = (member("kid"), header.as_object_mut()) {
                members.insert("kid".into(), kid);
            }
            (given.clone(), header)
        }
        (None, Some(own)) => {
            let header = json!({ "typ": "JWT", "alg": "ES256", "kid": own.get("kid") });
            (own.to_string(), header)
        }
        (None, None) => return Err("sign the client assertion: there is no key".into()),
    };
    fresh.signer.sign(&key, &header, &claims)
}
