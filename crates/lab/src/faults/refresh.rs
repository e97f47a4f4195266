//! Faults of refresh tokens.

use serde_json::json;

use super::{AUTHORIZATION_SERVER, Fault, Shows};
use crate::authz::refresh::Given;
use crate::http::Reply;

const REFRESH: Fault = Fault {
    shows: Shows::Refresh,
    ..AUTHORIZATION_SERVER
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "refresh-advertised-never-issued",
        title: "Refresh advertised and never issued",
        summary: "The metadata lists the grant refresh_token, and no token response has one.",
        rules: &["refresh-token-not-issued"],
        shows: Shows::Flow,
        apply: |b| b.token.refresh.given = Given::Never,
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "refresh-not-rotated",
        title: "Refresh token not rotated",
        summary: "A public client's refresh token stays the same after use.",
        rules: &["refresh-token-not-rotated"],
        apply: |b| b.token.refresh.rotates = false,
        ..REFRESH
    },
    Fault {
        id: "refresh-old-token-lives",
        title: "Old refresh token goes on working",
        summary: "A new refresh token is given, and the old one still works.",
        rules: &["refresh-token-reuse-accepted"],
        apply: |b| b.token.refresh.old_lives_on = true,
        ..REFRESH
    },
    Fault {
        id: "refresh-refused-at-once",
        title: "The first refresh is refused",
        summary: "A fresh refresh token is answered invalid_grant.",
        rules: &["refresh-refused"],
        apply: |b| {
            b.token.refresh.refuses =
                Some(|| Reply::oauth_error(400, "invalid_grant", "the refresh token is invalid"));
        },
        ..REFRESH
    },
    Fault {
        id: "refresh-not-implemented",
        title: "Refresh advertised and not implemented",
        summary: "The metadata lists the grant refresh_token, and the token endpoint does not support it.",
        rules: &["refresh-not-supported"],
        apply: |b| {
            b.token.refresh.refuses = Some(|| {
                Reply::oauth_error(
                    400,
                    "unsupported_grant_type",
                    "refresh_token is not implemented",
                )
            });
        },
        ..REFRESH
    },
    Fault {
        id: "refresh-error-401",
        title: "Refresh refused with 401",
        summary: "A refresh token that is no good is answered 401 invalid_token in place of 400 invalid_grant.",
        rules: &["refresh-error-wrong"],
        apply: |b| {
            b.token.refresh.refuses =
                Some(|| Reply::oauth_error(401, "invalid_token", "the refresh token is invalid"));
        },
        ..REFRESH
    },
    Fault {
        id: "refresh-error-invalid-request",
        title: "Refresh refused as invalid_request",
        summary: "A refresh token that is no good is called a malformed request.",
        rules: &["refresh-error-wrong"],
        apply: |b| {
            b.token.refresh.refuses =
                Some(|| Reply::oauth_error(400, "invalid_request", "refresh token not found"));
        },
        ..REFRESH
    },
    Fault {
        id: "refresh-fails",
        title: "Refresh makes the server fail",
        summary: "The token endpoint answers 500 to every refresh.",
        rules: &["refresh-error-wrong"],
        apply: |b| {
            b.token.refresh.refuses =
                Some(|| Reply::html(500, "<html><body><h1>500</h1></body></html>".to_owned()));
        },
        ..REFRESH
    },
    Fault {
        id: "refresh-needs-secret",
        title: "Refresh demands a secret",
        summary: "A public client that got its tokens without a secret is asked for one when it refreshes.",
        rules: &["refresh-client-refused"],
        apply: |b| {
            b.token.refresh.refuses =
                Some(|| Reply::oauth_error(401, "invalid_client", "client_secret is required"));
        },
        ..REFRESH
    },
    Fault {
        id: "refresh-loses-scope",
        title: "Refresh loses scope",
        summary: "The refreshed token has no scope any more.",
        rules: &["refresh-scope-changed"],
        apply: |b| b.token.refresh.scope = |_| String::new(),
        ..REFRESH
    },
    Fault {
        id: "refresh-loses-audience",
        title: "Refresh loses the audience",
        summary: "The refreshed token is for the authorization server itself, and the MCP server turns it away.",
        rules: &["refresh-audience-changed"],
        apply: |b| b.token.refresh.loses_audience = true,
        ..REFRESH
    },
    Fault {
        id: "refresh-changes-subject",
        title: "Refresh changes the person",
        summary: "The refreshed token names another subject: the accounts were mixed up.",
        rules: &["refresh-identity-changed"],
        apply: |b| b.token.refresh.changes_subject = true,
        ..REFRESH
    },
    Fault {
        id: "refresh-repeats-token",
        title: "Refresh gives the old token",
        summary: "The refresh is answered with the access token that there was, as from a cache.",
        rules: &["refresh-token-answer-repeated"],
        apply: |b| b.token.refresh.repeats = true,
        ..REFRESH
    },
    Fault {
        id: "refresh-refuses-resource",
        title: "Refresh refuses the resource parameter",
        summary: "The token endpoint refuses a refresh that names the resource, which MCP requires.",
        rules: &["refresh-resource-refused"],
        apply: |b| b.token.refresh.refuses_resource = true,
        ..REFRESH
    },
    Fault {
        id: "refresh-without-access-token",
        title: "Refresh without an access token",
        summary: "The refresh is answered with a new refresh token and no access token.",
        rules: &["refresh-response-unfit"],
        apply: |b| b.token.refresh.shape.remove("access_token"),
        ..REFRESH
    },
    Fault {
        id: "refresh-null-token",
        title: "Refresh with a null refresh token",
        summary: "The refresh is answered with refresh_token: null, which makes clients forget the one they have.",
        rules: &["refresh-response-unfit"],
        apply: |b| {
            b.token.refresh.rotates = false;
            b.token.refresh.shape.set("refresh_token", |_| json!(null));
        },
        ..REFRESH
    },
];
