//! Assertions: the identity provider's token exchange (RFC 8693) that gives an ID-JAG, and the JWT bearer grant
//! (RFC 7523) that takes one, or a workload's own.

use axum::http::Method;
use jsonwebtoken::{Algorithm, Validation};
use serde_json::{Value, json};

use crate::authz::client::Client;
use crate::authz::state::Grant;
use crate::authz::token::{self, refuse};
use crate::authz::{AuthServer, authorize};
use crate::how::{IDP_CLIENT, signed};
use crate::http::{Params, Reply, Req};
use crate::keys::random;
use crate::scopes;
use crate::shape::Shape;
use crate::target::Target;

/// Grant type that takes an assertion.
pub(crate) const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

/// How assertions are made and judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct AssertionBehaviour {
    /// Edits the claims of the ID-JAG.
    pub(crate) claims: Shape,
    /// Bends the identity provider's answer.
    pub(crate) exchange: Shape,
    /// Refuses every exchange.
    pub(crate) exchange_refuses: Option<fn() -> Reply>,
    /// Refuses every assertion, with this reason.
    pub(crate) refuses: Option<&'static str>,
}

/// The token endpoint of the identity provider.
pub(crate) fn exchange(target: &Target, server: &AuthServer, req: &Req) -> Reply {
    let behaviour = &target.behaviour.assertion;
    match exchanged(target, server, req) {
        Ok(reply) => behaviour.exchange.apply(reply, &server.vars),
        Err(reply) => reply,
    }
}

fn exchanged(target: &Target, server: &AuthServer, req: &Req) -> Result<Reply, Reply> {
    if req.method != Method::POST {
        return Err(Reply::text(405, "use POST").with("Allow", "POST"));
    }
    let form = req
        .form()
        .ok_or_else(|| refuse("invalid_request", "send application/x-www-form-urlencoded"))?;
    for (name, wanted) in [
        ("grant_type", EXCHANGE),
        ("requested_token_type", ID_JAG),
        ("subject_token_type", ID_TOKEN),
    ] {
        if form.get(name) != Some(wanted) {
            return Err(refuse(
                "invalid_request",
                &format!("{name} is not {wanted}"),
            ));
        }
    }
    if form.get("client_id") != Some(IDP_CLIENT) {
        return Err(Reply::oauth_error(
            401,
            "invalid_client",
            "unknown client_id",
        ));
    }
    let subject = form.get("subject_token").unwrap_or_default();
    let claims = verified(target, subject, &[&server.endpoint("idp")], IDP_CLIENT)
        .map_err(|why| refuse("invalid_request", &format!("subject_token: {why}")))?;
    if form.get("audience") != Some(&server.issuer) {
        return Err(refuse(
            "invalid_target",
            "audience is not an authorization server known here",
        ));
    }
    if let Some(refuses) = target.behaviour.assertion.exchange_refuses {
        return Err(refuses());
    }
    Ok(jag(target, server, &form, &claims))
}

/// The identity assertion authorization grant: who, for which client, at which authorization server, for which resource.
fn jag(target: &Target, server: &AuthServer, form: &Params, subject: &Value) -> Reply {
    let now = target.now();
    let scope = form.get("scope").unwrap_or(target.behaviour.scopes.default);
    let claims = json!({
        "iss": server.endpoint("idp"), "sub": subject.get("sub"), "aud": server.issuer,
        "client_id": "lab-confidential", "resource": form.get("resource").unwrap_or(&target.vars.resource),
        "scope": scope, "jti": random(12), "iat": now, "exp": now + 300,
    });
    let claims = target
        .behaviour
        .assertion
        .claims
        .edited(claims, &server.vars);
    let reply = json!({
        "issued_token_type": ID_JAG, "access_token": signed(target, "oauth-id-jag+jwt", &claims),
        "token_type": "N_A", "scope": scope, "expires_in": 300,
    });
    Reply::json(200, &reply)
        .with("Cache-Control", "no-store")
        .with("Pragma", "no-cache")
}

/// Takes an assertion for a token. No refresh token: a new assertion is as good (RFC 7521 §4.1).
pub(crate) fn redeem(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    form: &Params,
    key: Option<String>,
) -> Result<Reply, Reply> {
    let invalid = |why: &str| refuse("invalid_grant", why);
    if !client.may_use(GRANT) {
        return Err(refuse(
            "unauthorized_client",
            "this client may not use assertions",
        ));
    }
    let assertion = form
        .get("assertion")
        .ok_or_else(|| refuse("invalid_request", "assertion is missing"))?;
    let issuers = [server.endpoint("idp"), server.endpoint("platform")];
    let issuers: Vec<&str> = issuers.iter().map(String::as_str).collect();
    let claims =
        verified(target, assertion, &issuers, &server.issuer).map_err(|why| invalid(&why))?;
    if let Some(why) = target.behaviour.assertion.refuses {
        return Err(invalid(why));
    }
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("client_id").is_some_and(|id| id != client.id) {
        return Err(invalid("the assertion is for another client"));
    }
    let own = &target.vars.resource;
    if text("resource").is_some_and(|resource| resource != own) {
        return Err(invalid("the assertion is for another resource"));
    }
    let resource = authorize::resource(target, form).map_err(|(error, why)| refuse(error, &why))?;
    let scope = form.get("scope").unwrap_or(target.behaviour.scopes.default);
    let most = text("scope").unwrap_or(target.behaviour.scopes.grantable);
    if !scopes::covers(most, scope) {
        return Err(refuse(
            "invalid_scope",
            &format!("{scope} is more than the assertion allows"),
        ));
    }
    let grant = Grant {
        client_id: client.id.clone(),
        subject: text("sub").unwrap_or_default().to_owned(),
        scope: scope.to_owned(),
        resource,
        nonce: None,
        family: random(12),
        key,
    };
    token::tokens(target, server, &grant, None)
}

/// The claims of a JWT of one of these issuers for this audience (RFC 7523 §3).
fn verified(
    target: &Target,
    token: &str,
    issuers: &[&str],
    audience: &str,
) -> Result<Value, String> {
    let key = target
        .shared
        .key
        .verifying()
        .map_err(|error| error.to_string())?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_audience(&[audience]);
    validation.set_issuer(issuers);
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    let data = jsonwebtoken::decode::<Value>(token, &key, &validation)
        .map_err(|error| format!("the assertion is not good: {error}"))?;
    // By the lab's own clock, which tests move.
    let expiry = data
        .claims
        .get("exp")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    if expiry <= target.now() {
        return Err("the assertion has expired".to_owned());
    }
    Ok(data.claims)
}
