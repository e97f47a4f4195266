//! Healthy targets that differ in what tokens look like and what they may do.

use serde_json::json;

use super::{HEALTHY, Preset};
use crate::authz::refresh::Given;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "opaque-tokens",
        title: "Opaque access tokens",
        summary: "Access tokens are random strings that only the authorization server understands.",
        configure: |b| b.access_token.opaque = true,
        ..HEALTHY
    },
    Preset {
        id: "audience-list",
        title: "Audience as a list",
        summary: "The audience claim is a list in which the resource is one of two.",
        configure: |b| {
            b.access_token
                .claims
                .set("aud", |v| json!(["https://api.acme.example", v.resource]));
        },
        ..HEALTHY
    },
    Preset {
        id: "scope-in-scp-claim-read",
        title: "Scope in the claim scp",
        summary: "The token carries its scope in the claim scp, and the MCP server reads it there.",
        configure: |b| {
            b.access_token.claims.rename("scope", "scp");
            b.access.scope_claim = "scp";
        },
        ..HEALTHY
    },
    Preset {
        id: "lower-case-bearer",
        title: "token_type in lower case",
        summary: "The token type is bearer in lower case, which means the same.",
        configure: |b| b.token.success.set("token_type", |_| json!("bearer")),
        ..HEALTHY
    },
    Preset {
        id: "no-refresh",
        title: "No refresh tokens",
        summary: "The authorization server neither advertises nor issues refresh tokens.",
        configure: |b| b.metadata.grant_types = &["authorization_code"],
        ..HEALTHY
    },
    Preset {
        id: "offline-access",
        title: "Refresh tokens by offline_access",
        summary: "A refresh token is issued when the scope offline_access, listed in the metadata, was granted.",
        configure: |b| {
            b.scopes.grantable = "files:read files:write files:admin offline_access";
            b.token.refresh.given = Given::WhenOffline;
        },
        ..HEALTHY
    },
    Preset {
        id: "scope-in-challenge-only",
        title: "Scope in the challenge only",
        summary: "Neither metadata document lists scopes; the challenge names the one that is needed.",
        configure: |b| {
            b.scopes.resource = None;
            b.scopes.listed = false;
        },
        ..HEALTHY
    },
    Preset {
        id: "scope-in-metadata-only",
        title: "Scope in the resource metadata only",
        summary: "The challenge names no scope; the resource metadata lists the ones to ask for.",
        configure: |b| {
            b.scopes.challenged = None;
            b.scopes.resource = Some("files:read");
        },
        ..HEALTHY
    },
    Preset {
        id: "no-scopes",
        title: "No scopes at all",
        summary: "Nobody mentions scopes, no request needs one, and the token says none.",
        configure: |b| {
            b.scopes.challenged = None;
            b.scopes.resource = None;
            b.scopes.listed = false;
            b.scopes.grantable = "";
            b.scopes.default = "";
            b.scopes.required = "";
            b.scopes.admin = "";
            b.token.scope_told = false;
            b.access_token.claims.remove("scope");
        },
        ..HEALTHY
    },
    Preset {
        id: "scope-reduced-and-told",
        title: "Less granted than asked, and told",
        summary: "The challenge asks for two scopes, the person gives the needed one, and the token answer says so.",
        configure: |b| {
            b.scopes.challenged = Some("files:read files:write");
            b.scopes.grant = |asked| asked.replace(" files:write", "");
        },
        ..HEALTHY
    },
];
