//! Faults of asking for more scope in the middle of a session.

use super::{AUTHORIZATION_SERVER, Fault, MCP_SERVER, Shows};
use crate::pages::Page;
use crate::scopes;

const STEP_UP: Fault = Fault {
    shows: Shows::StepUp,
    ..MCP_SERVER
};

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "step-up-without-challenge",
        title: "403 without a challenge",
        summary: "A tool that needs more scope is answered 403 without WWW-Authenticate.",
        rules: &["step-up-without-challenge"],
        apply: |b| b.step_up.edits.push(|c, _| c.omitted = true),
        ..STEP_UP
    },
    Fault {
        id: "step-up-without-scope",
        title: "403 that names no scope",
        summary: "The challenge says insufficient_scope and not which scope is needed.",
        rules: &["step-up-scope-missing"],
        apply: |b| b.step_up.edits.push(|c, _| c.remove("scope")),
        ..STEP_UP
    },
    Fault {
        id: "step-up-without-error",
        title: "403 without an error code",
        summary: "The challenge names the scope and lacks error=\"insufficient_scope\".",
        rules: &["step-up-error-wrong"],
        apply: |b| {
            b.step_up.edits.push(|c, _| {
                c.remove("error");
                c.remove("error_description");
            });
        },
        ..STEP_UP
    },
    Fault {
        id: "step-up-error-invalid-token",
        title: "403 that says invalid_token",
        summary: "A missing scope is reported as an invalid token, so that clients throw a good token away.",
        rules: &["step-up-error-wrong"],
        apply: |b| b.step_up.error = Some("invalid_token"),
        ..STEP_UP
    },
    Fault {
        id: "step-up-as-401",
        title: "401 for a missing scope",
        summary: "A missing scope is answered 401 with insufficient_scope in place of 403.",
        rules: &["step-up-status"],
        apply: |b| b.step_up.status = 401,
        ..STEP_UP
    },
    Fault {
        id: "step-up-as-401-invalid-token",
        title: "401 invalid_token for a missing scope",
        summary: "A missing scope is answered like a bad token, so that clients sign in again for the same scope.",
        rules: &["step-up-status"],
        apply: |b| {
            b.step_up.status = 401;
            b.step_up.error = Some("invalid_token");
            b.step_up.edits.push(|c, _| c.remove("scope"));
        },
        ..STEP_UP
    },
    Fault {
        id: "step-up-wrong-scope",
        title: "403 that names the wrong scope",
        summary: "The challenge asks for file:admin, while the authorization server only grants files:admin.",
        rules: &["scope-near-miss"],
        apply: |b| b.step_up.scope = |_, _| "files:read file:admin".to_owned(),
        ..STEP_UP
    },
    Fault {
        id: "step-up-same-scope",
        title: "403 that asks for what there is",
        summary: "The challenge asks for the scope the token already has.",
        rules: &["step-up-scope-already-granted"],
        apply: |b| b.step_up.scope = |_, held| held.to_owned(),
        ..STEP_UP
    },
    Fault {
        id: "step-up-endless",
        title: "Endless step-up",
        summary: "The tool asks for more scope even when the token has it.",
        rules: &["step-up-scope-already-granted"],
        apply: |b| b.step_up.endless = true,
        ..STEP_UP
    },
    Fault {
        id: "step-up-one-by-one",
        title: "Scopes asked for one by one",
        summary: "The tool needs two further scopes and asks for them in two rounds.",
        rules: &["step-up-piecemeal"],
        apply: |b| {
            b.scopes.admin = "files:write files:admin";
            b.step_up.scope = |needed, held| {
                let missing = scopes::words(needed).find(|scope| !scopes::covers(held, scope));
                format!("{held} {}", missing.unwrap_or_default())
            };
        },
        ..STEP_UP
    },
    Fault {
        id: "step-up-drops-held-scopes",
        title: "403 that names only the new scope",
        summary: "The challenge leaves out the scopes the operation needs besides, so that a client which follows it loses them.",
        rules: &["step-up-drops-scopes"],
        apply: |b| {
            b.step_up.scope = |needed, held| {
                let missing: Vec<&str> = scopes::words(needed)
                    .filter(|scope| !scopes::covers(held, scope))
                    .collect();
                missing.join(" ")
            };
        },
        ..STEP_UP
    },
    Fault {
        id: "step-up-as-tool-result",
        title: "Missing scope as a tool result",
        summary: "A missing scope is told as the text of a tool result under status 200.",
        rules: &["step-up-as-tool-result"],
        apply: |b| b.step_up.as_result = true,
        ..STEP_UP
    },
    Fault {
        id: "step-up-page",
        title: "403 with a web page",
        summary: "A missing scope is answered with a web page for people.",
        rules: &["step-up-without-challenge"],
        apply: |b| b.step_up.page = Some(Page::ServerError(403)),
        ..STEP_UP
    },
    Fault {
        id: "step-up-fails",
        title: "500 for a missing scope",
        summary: "A missing scope makes the MCP server fail.",
        rules: &["mcp-server-error-with-token"],
        apply: |b| b.step_up.page = Some(Page::ServerError(500)),
        ..STEP_UP
    },
    Fault {
        id: "step-up-scope-never-granted",
        title: "The further scope is never granted",
        summary: "The authorization server takes the request for the further scope and leaves it out of the token.",
        rules: &["scope-not-granted"],
        party: super::Party::AuthorizationServer,
        apply: |b| {
            b.scopes.grant = |asked| {
                asked
                    .replace(" files:admin", "")
                    .replace("files:admin ", "")
            }
        },
        ..STEP_UP
    },
    Fault {
        id: "step-up-scope-unknown",
        title: "The further scope does not exist",
        summary: "The tool needs a scope that the authorization server does not know.",
        rules: &["scope-refused"],
        apply: |b| b.scopes.grantable = "files:read files:write",
        ..STEP_UP
    },
    Fault {
        id: "step-up-client-scope-fixed",
        title: "Registration fixes the scope",
        summary: "Clients are bound to the scopes they got at registration, so that asking for more ends in invalid_scope.",
        rules: &["scope-refused"],
        apply: |b| {
            b.metadata.client_documents = false;
            b.registration.binds_scope = true;
            b.registration.default_scope = Some("files:read");
        },
        shows: Shows::StepUp,
        ..AUTHORIZATION_SERVER
    },
];
