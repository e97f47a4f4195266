//! Faults of the other ways to a token: bound tokens, clients that sign, devices, assertions, pushed requests.

use serde_json::json;

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER};
use crate::how::How;
use crate::http::Reply;
use crate::presets::grants;

const DPOP: Fault = Fault {
    how: How::Dpop,
    ..AUTHORIZATION_SERVER
};
const DEVICE: Fault = Fault {
    how: How::Device,
    ..AUTHORIZATION_SERVER
};
const EXCHANGE: Fault = Fault {
    how: How::IdentityAssertion,
    client: Some(("lab-confidential", "lab-secret")),
    ..AUTHORIZATION_SERVER
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "dpop-token-not-bound",
        title: "A proof, and a bearer token",
        summary: "DPoP is offered and the proof is accepted, and the token that comes is of the type Bearer.",
        rules: &["dpop-token-not-bound"],
        apply: |b| {
            grants::dpop(b);
            b.dpop.token_type = "Bearer";
            b.dpop.confirmed = false;
        },
        ..DPOP
    },
    Fault {
        id: "dpop-binding-missing",
        title: "A bound token that names no key",
        summary: "The token is of the type DPoP, and its claims do not say to which key it is bound.",
        rules: &["dpop-binding-missing"],
        apply: |b| {
            grants::dpop(b);
            b.dpop.confirmed = false;
        },
        ..DPOP
    },
    Fault {
        id: "dpop-proof-refused",
        title: "Good proofs refused",
        summary: "The token endpoint compares the proof with its internal address, as behind a proxy, and refuses it.",
        rules: &["dpop-proof-refused"],
        apply: |b| {
            grants::dpop(b);
            b.dpop.token_url = |_| "http://internal:8080/token".to_owned();
        },
        ..DPOP
    },
    Fault {
        id: "dpop-proof-refused-by-resource",
        title: "Good proofs refused by the MCP server",
        summary: "The MCP server compares the proof with its internal address, as behind a proxy, and refuses it.",
        rules: &["dpop-proof-refused"],
        apply: |b| {
            grants::dpop(b);
            b.dpop.resource_url = |_| "http://internal:8080/mcp".to_owned();
        },
        how: How::Dpop,
        ..MCP_SERVER
    },
    Fault {
        id: "dpop-nonce-not-given",
        title: "A nonce demanded and not given",
        summary: "The token endpoint answers use_dpop_nonce without the header DPoP-Nonce.",
        rules: &["dpop-nonce-not-given"],
        apply: |b| {
            grants::dpop_nonces(b);
            b.dpop.nonce_given = false;
        },
        ..DPOP
    },
    Fault {
        id: "dpop-nonce-never-taken",
        title: "No nonce is good enough",
        summary: "Each proof with the nonce just given is answered use_dpop_nonce again.",
        rules: &["dpop-nonce-refused"],
        apply: |b| {
            grants::dpop_nonces(b);
            b.dpop.nonce_taken = false;
        },
        ..DPOP
    },
    Fault {
        id: "dpop-scheme-unknown",
        title: "The MCP server does not know DPoP",
        summary: "The MCP server treats a request with the scheme DPoP as one without a token.",
        rules: &["token-refused-as-if-missing"],
        apply: |b| {
            grants::dpop(b);
            b.dpop.scheme_known = false;
        },
        how: How::Dpop,
        ..MCP_SERVER
    },
    Fault {
        id: "device-endpoint-missing",
        title: "Device grant without its endpoint",
        summary: "The metadata lists the device grant and names no device_authorization_endpoint.",
        rules: &["device-endpoint-missing"],
        apply: |b| {
            grants::device(b);
            b.device.named = false;
        },
        ..DEVICE
    },
    Fault {
        id: "device-authorization-refused",
        title: "Device authorization refused",
        summary: "The device authorization endpoint tells a client that registered for the grant that it may not use it.",
        rules: &["device-authorization-refused"],
        apply: |b| {
            grants::device(b);
            b.device.refuses = Some(|| {
                Reply::oauth_error(400, "unauthorized_client", "device codes are switched off")
            });
        },
        ..DEVICE
    },
    Fault {
        id: "device-verification-uri-renamed",
        title: "verification_url in place of verification_uri",
        summary: "The device authorization response names the page verification_url, as drafts did.",
        rules: &["device-response-incomplete"],
        apply: |b| {
            grants::device(b);
            b.device
                .shape
                .rename("verification_uri", "verification_url");
            b.device.shape.remove("verification_uri_complete");
        },
        ..DEVICE
    },
    Fault {
        id: "device-pending-unknown",
        title: "Not yet, in words of its own",
        summary: "A poll before the code is entered is answered invalid_grant in place of authorization_pending.",
        rules: &["device-poll-refused"],
        apply: |b| {
            grants::device(b);
            b.device.pending =
                || Reply::oauth_error(400, "invalid_grant", "the user has not authorized yet");
        },
        ..DEVICE
    },
    Fault {
        id: "token-exchange-refused",
        title: "The identity provider refuses the exchange",
        summary: "The identity provider does not give assertions for this authorization server.",
        rules: &["token-exchange-refused"],
        apply: |b| {
            grants::assertions(b);
            b.assertion.exchange_refuses = Some(|| {
                Reply::oauth_error(400, "invalid_target", "no policy allows this audience")
            });
        },
        ..EXCHANGE
    },
    Fault {
        id: "token-exchange-other-type",
        title: "An exchange for something else",
        summary: "The identity provider answers the exchange with an access token in place of an ID-JAG.",
        rules: &["token-exchange-type-wrong"],
        apply: |b| {
            grants::assertions(b);
            b.assertion.exchange.set("issued_token_type", |_| {
                json!("urn:ietf:params:oauth:token-type:access_token")
            });
            b.assertion.exchange.set("token_type", |_| json!("Bearer"));
        },
        ..EXCHANGE
    },
    Fault {
        id: "id-jag-audience-wrong",
        title: "An assertion for the wrong audience",
        summary: "The ID-JAG names the MCP server as its audience in place of the authorization server.",
        rules: &["id-jag-claims-wrong"],
        apply: |b| {
            grants::assertions(b);
            b.assertion.claims.set("aud", |v| json!(v.resource));
        },
        ..EXCHANGE
    },
    Fault {
        id: "id-jag-refused",
        title: "A good assertion refused",
        summary: "The authorization server does not trust the identity provider whose assertion it offers to take.",
        rules: &["assertion-refused"],
        apply: |b| {
            grants::assertions(b);
            b.assertion.refuses = Some("the issuer of the assertion is not trusted");
        },
        ..EXCHANGE
    },
    Fault {
        id: "workload-assertion-refused",
        title: "A workload's assertion refused",
        summary: "The authorization server knows the platform and not the workload.",
        rules: &["assertion-refused"],
        apply: |b| {
            grants::assertions(b);
            b.assertion.refuses = Some("no rule maps the subject workload-1 to a client");
        },
        how: How::Workload,
        ..EXCHANGE
    },
    Fault {
        id: "client-credentials-not-allowed",
        title: "Client credentials advertised and refused",
        summary: "The metadata lists client_credentials, and the token endpoint allows it to no client.",
        rules: &["grant-refused"],
        apply: |b| {
            b.metadata.grant_types = &["authorization_code", "refresh_token", "client_credentials"];
            b.token.refuses_grant = Some("client_credentials");
        },
        how: How::ClientCredentials,
        ..EXCHANGE
    },
    Fault {
        id: "client-assertion-audience-refused",
        title: "Client assertion for the issuer refused",
        summary: "A client assertion whose audience is the issuer is refused; only the token endpoint's URL would do.",
        rules: &["client-authentication-refused"],
        apply: |b| {
            grants::keys(b);
            b.clients.assertion_audience_is_endpoint = true;
        },
        how: How::KeyJwt,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "pushed-request-answer-without-uri",
        title: "Pushed request answered without request_uri",
        summary: "The pushed authorization request is answered 201 without a request_uri.",
        rules: &["pushed-response-incomplete"],
        apply: |b| {
            b.metadata.pushed = true;
            b.metadata.pushed_required = true;
            b.authorize.pushed.remove("request_uri");
        },
        ..AUTHORIZATION_SERVER
    },
];
