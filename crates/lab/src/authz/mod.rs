//! The authorization server: which endpoint a path belongs to, and its state.

pub(crate) mod assertion;
pub(crate) mod authorize;
pub(crate) mod cimd;
pub(crate) mod client;
pub(crate) mod consent;
pub(crate) mod device;
pub(crate) mod dpop;
pub(crate) mod issue;
pub(crate) mod lifecycle;
pub(crate) mod metadata;
pub(crate) mod pkce;
pub(crate) mod redirect_uri;
pub(crate) mod refresh;
pub(crate) mod register;
pub(crate) mod state;
pub(crate) mod token;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::behaviour::Behaviour;
use crate::how;
use crate::http::{Reply, Req};
use crate::target::{Mount, Place, Target, Vars};
use metadata::{Document, ServerPaths};
use state::AuthState;

/// One authorization server of a target.
pub(crate) struct AuthServer {
    paths: ServerPaths,
    /// The URLs as the MCP server names them.
    pub(crate) vars: Vars,
    /// The issuer as this server names itself.
    pub(crate) issuer: String,
    state: Mutex<AuthState>,
}

/// What a path asks of an authorization server.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Endpoint {
    Metadata(Document),
    Authorize,
    Decision,
    Token,
    Register,
    Registration(String),
    PushedAuthorization,
    Jwks,
    Revoke,
    Introspect,
    Userinfo,
    DeviceAuthorization,
    Device,
    TokenExchange,
    IdToken,
    WorkloadToken,
}

impl AuthServer {
    pub(crate) fn new(paths: &ServerPaths, mount: &Mount, behaviour: &Behaviour) -> Self {
        let vars = Vars::new(mount, &behaviour.mcp, paths);
        let issuer = (behaviour.metadata.own_issuer)(&vars);
        Self {
            paths: *paths,
            vars,
            issuer,
            state: Mutex::new(AuthState::new(behaviour.clients.preregistered)),
        }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, AuthState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The URL of one of this server's endpoints.
    pub(crate) fn endpoint(&self, name: &str) -> String {
        format!("{}/{name}", self.vars.endpoint_base)
    }
}

/// Whether a path belongs to one of the target's authorization servers.
pub(crate) fn knows(target: &Target, place: Place<'_>) -> bool {
    route(target, place).is_some()
}

/// Answers a request to the authorization server's origin.
pub(crate) async fn answer(target: &Target, place: Place<'_>, req: &Req) -> Reply {
    let Some((server, endpoint)) = route(target, place) else {
        return target.behaviour.metadata.elsewhere.reply(&target.vars);
    };
    let behaviour = &target.behaviour;
    match endpoint {
        Endpoint::Metadata(document) => metadata::answer(target, server, document),
        Endpoint::Jwks => metadata::jwks(target, server),
        Endpoint::Authorize => behaviour
            .authorize
            .shape
            .apply(authorize::answer(target, server, req).await, &server.vars),
        Endpoint::Decision => authorize::decide(target, server, req),
        Endpoint::PushedAuthorization => authorize::push(target, server, req).await,
        Endpoint::Token => token::answer(target, server, req).await,
        Endpoint::Register => register::answer(target, server, req),
        Endpoint::Registration(id) => register::manage(target, server, req, &id),
        Endpoint::Revoke => lifecycle::revoke(target, server, req).await,
        Endpoint::Introspect => lifecycle::introspect(target, server, req).await,
        Endpoint::Userinfo => lifecycle::userinfo(target, server, req),
        Endpoint::DeviceAuthorization => device::answer(target, server, req).await,
        Endpoint::Device => device::page(target, server, req),
        Endpoint::TokenExchange => assertion::exchange(target, server, req),
        Endpoint::IdToken => Reply::text(200, &how::id_token(target, server)),
        Endpoint::WorkloadToken => Reply::text(200, &how::workload_token(target, server)),
    }
}

fn route<'t>(target: &'t Target, place: Place<'_>) -> Option<(&'t AuthServer, Endpoint)> {
    target
        .servers
        .iter()
        .find_map(|server| endpoint_at(target, server, place).map(|endpoint| (server, endpoint)))
}

fn endpoint_at(target: &Target, server: &AuthServer, place: Place<'_>) -> Option<Endpoint> {
    let serves = &target.behaviour.metadata.serves;
    match place {
        Place::WellKnown { name, rest }
            if rest.trim_end_matches('/') == server.paths.issuer.trim_end_matches('/') =>
        {
            match name {
                "oauth-authorization-server" if serves.oauth => {
                    Some(Endpoint::Metadata(Document::OAuth))
                }
                "openid-configuration" if serves.openid_inserted => {
                    Some(Endpoint::Metadata(Document::OpenId))
                }
                _ => None,
            }
        }
        Place::WellKnown { .. } => None,
        Place::Path(path) => match path.strip_prefix(server.paths.issuer.trim_end_matches('/')) {
            Some("/.well-known/openid-configuration") if serves.openid_appended => {
                Some(Endpoint::Metadata(Document::OpenId))
            }
            Some("/.well-known/oauth-authorization-server") if serves.oauth_appended => {
                Some(Endpoint::Metadata(Document::OAuth))
            }
            _ => named(path.strip_prefix(server.paths.endpoints)?),
        },
    }
}

fn named(path: &str) -> Option<Endpoint> {
    Some(match path {
        "/authorize" => Endpoint::Authorize,
        "/authorize/decision" => Endpoint::Decision,
        "/token" => Endpoint::Token,
        "/register" => Endpoint::Register,
        "/par" => Endpoint::PushedAuthorization,
        "/jwks" => Endpoint::Jwks,
        "/revoke" => Endpoint::Revoke,
        "/introspect" => Endpoint::Introspect,
        "/userinfo" => Endpoint::Userinfo,
        "/device_authorization" => Endpoint::DeviceAuthorization,
        "/device" => Endpoint::Device,
        "/idp/token" => Endpoint::TokenExchange,
        "/idp/id-token" => Endpoint::IdToken,
        "/platform/token" => Endpoint::WorkloadToken,
        other => Endpoint::Registration(other.strip_prefix("/register/")?.to_owned()),
    })
}
