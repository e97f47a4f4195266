//! Faults in how the token endpoint says no: every code is refused, in a form of its own.

use serde_json::{Value, json};

use super::{AUTHORIZATION_SERVER, Fault};
use crate::http::Reply;

fn refused(status: u16, body: &Value) -> Reply {
    Reply::json(status, body).with("Cache-Control", "no-store")
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "token-error-text",
        title: "Token error in plain text",
        summary: "The token endpoint refuses the code in plain text instead of an OAuth error.",
        rules: &["token-error-not-oauth"],
        apply: |b| {
            b.token.refuses =
                Some(|| Reply::text(400, "Bad Request: the authorization code is invalid"))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-nested",
        title: "Token error in an object",
        summary: "The member error is an object with a message instead of a code.",
        rules: &["token-error-not-oauth"],
        apply: |b| {
            b.token.refuses = Some(|| {
                refused(
                    400,
                    &json!({ "error": { "code": 400, "message": "The authorization code is invalid" } }),
                )
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-detail",
        title: "Token error as a framework writes it",
        summary: "The token endpoint answers the web framework's validation error.",
        rules: &["client-authentication-refused"],
        apply: |b| {
            b.token.refuses = Some(|| {
                let detail = json!([{ "loc": ["body", "client_secret"], "msg": "Field required", "type": "missing" }]);
                refused(422, &json!({ "detail": detail }))
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-list",
        title: "Token error as a list",
        summary: "The token endpoint answers a list of errors.",
        rules: &["token-error-not-oauth"],
        apply: |b| b.token.refuses = Some(|| refused(400, &json!(["invalid_grant"]))),
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-problem",
        title: "Token error as a problem document",
        summary: "The token endpoint answers application/problem+json, which OAuth clients do not read.",
        rules: &["token-error-not-oauth"],
        apply: |b| {
            b.token.refuses = Some(|| {
                let problem = json!({ "type": "about:blank", "title": "Bad Request", "status": 400,
                    "detail": "The authorization code is invalid" });
                Reply::new(400, "application/problem+json", problem.to_string())
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-html",
        title: "Token error as a web page",
        summary: "The token endpoint answers the code with a web server's error page.",
        rules: &["token-endpoint-server-error"],
        apply: |b| {
            b.token.refuses = Some(|| {
                Reply::html(
                    500,
                    "<html><body><h1>Internal Server Error</h1></body></html>".to_owned(),
                )
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-200",
        title: "Token error with status 200",
        summary: "The token endpoint refuses the code with an OAuth error under status 200.",
        rules: &["token-error-in-success"],
        apply: |b| {
            b.token.refuses = Some(|| {
                refused(
                    200,
                    &json!({ "error": "bad_verification_code", "error_description": "The code passed is incorrect or expired." }),
                )
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-ok-false",
        title: "ok: false with status 200",
        summary: "The token endpoint refuses the code with ok: false under status 200.",
        rules: &["token-error-in-success"],
        apply: |b| {
            b.token.refuses =
                Some(|| refused(200, &json!({ "ok": false, "error": "invalid_code" })))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-401",
        title: "invalid_grant with 401",
        summary: "The token endpoint answers invalid_grant with 401 in place of 400.",
        rules: &["code-refused", "token-error-status"],
        apply: |b| {
            b.token.refuses = Some(|| {
                Reply::oauth_error(401, "invalid_grant", "the authorization code is not valid")
            });
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-misleading",
        title: "PKCE failure under another name",
        summary: "A failed PKCE check is reported as access_denied, which hides what went wrong.",
        rules: &["pkce-verification-failed"],
        apply: |b| {
            b.token.refuses =
                Some(|| Reply::oauth_error(400, "access_denied", "PKCE verification failed"))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-500",
        title: "Token endpoint fails over a code",
        summary: "The token endpoint answers 500 server_error to a valid code.",
        rules: &["token-endpoint-server-error"],
        apply: |b| {
            b.token.refuses =
                Some(|| Reply::oauth_error(500, "server_error", "Internal Server Error"))
        },
        ..AUTHORIZATION_SERVER
    },
    Fault {
        id: "token-error-empty",
        title: "Token error without a body",
        summary: "The token endpoint refuses the code with a bare 400.",
        rules: &["token-error-not-oauth"],
        apply: |b| b.token.refuses = Some(|| Reply::empty(400)),
        ..AUTHORIZATION_SERVER
    },
];
