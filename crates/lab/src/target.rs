//! One lab target: an MCP server and its authorization servers under one configuration.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::authz::AuthServer;
use crate::authz::metadata::ServerPaths;
use crate::behaviour::Behaviour;
use crate::fetch::Fetcher;
use crate::http::{Reply, Req};
use crate::keys::SigningKey;
use crate::log::{Log, Side};
use crate::mcp::{McpBehaviour, McpState};
use crate::{LabError, authz, cors, mcp};

/// What every target of a running lab shares.
pub(crate) struct Shared {
    pub(crate) key: SigningKey,
    pub(crate) stranger: SigningKey,
    pub(crate) clock: Clock,
    pub(crate) fetcher: Fetcher,
    pub(crate) auto_consent: bool,
    pub(crate) asks_programs: bool,
    pub(crate) stop: watch::Receiver<bool>,
}

/// The lab's time: the machine's, plus what tests have moved it forward.
#[derive(Default)]
pub(crate) struct Clock(AtomicI64);

impl Clock {
    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        let real = i64::try_from(jsonwebtoken::get_current_timestamp()).unwrap_or_default();
        real + self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

/// Where a target is mounted: two origins and the path below which each server lives (empty at the root).
#[derive(Debug, Clone)]
pub(crate) struct Mount {
    pub(crate) mcp_origin: String,
    pub(crate) authorization_origin: String,
    pub(crate) path: String,
}

/// The URLs of a target, as a correct configuration would write them.
#[derive(Debug, Clone)]
pub(crate) struct Vars {
    pub(crate) mcp_origin: String,
    pub(crate) mcp_base: String,
    pub(crate) mcp_url: String,
    /// The resource identifier tokens are made for.
    pub(crate) resource: String,
    pub(crate) prm_url: String,
    pub(crate) authorization_origin: String,
    /// Base of the authorization server's endpoints.
    pub(crate) endpoint_base: String,
    /// The issuer as the MCP server names it.
    pub(crate) issuer: String,
}

/// A configured pair of servers.
pub(crate) struct Target {
    pub(crate) id: String,
    pub(crate) behaviour: Behaviour,
    pub(crate) mount: Mount,
    /// The URLs, seen with the first authorization server.
    pub(crate) vars: Vars,
    pub(crate) servers: Vec<AuthServer>,
    pub(crate) state: Mutex<McpState>,
    pub(crate) log: Log,
    pub(crate) shared: Arc<Shared>,
}

/// A request path, seen from the target it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// `/.well-known/{name}{mount}{rest}`.
    WellKnown { name: &'a str, rest: &'a str },
    /// `{mount}{rest}`.
    Path(&'a str),
}

impl Target {
    pub(crate) fn new(
        id: &str,
        behaviour: Behaviour,
        mount: Mount,
        shared: Arc<Shared>,
    ) -> Result<Self, LabError> {
        let paths = behaviour.metadata.servers;
        let servers: Vec<AuthServer> = paths
            .iter()
            .map(|paths| AuthServer::new(paths, &mount, &behaviour))
            .collect();
        let first = servers
            .first()
            .ok_or_else(|| LabError::NoAuthorizationServer {
                target: id.to_owned(),
            })?;
        let vars = first.vars.clone();
        Ok(Self {
            id: id.to_owned(),
            behaviour,
            mount,
            vars,
            servers,
            state: Mutex::default(),
            log: Log::default(),
            shared,
        })
    }

    pub(crate) fn now(&self) -> i64 {
        self.shared.clock.now()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, McpState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request that reached the given side, and writes it down.
    pub(crate) async fn answer(&self, side: Side, place: Place<'_>, req: &Req) -> Reply {
        let (side, reply) = self.dispatch(side, place, req).await;
        let reply = cors::decorate(self, side, place, req, reply);
        self.log.push(side, req, reply.status);
        reply
    }

    async fn dispatch(&self, side: Side, place: Place<'_>, req: &Req) -> (Side, Reply) {
        if let Some(reply) = cors::preflight(self, side, req) {
            return (side, reply);
        }
        if side == Side::AuthorizationServer {
            return (side, authz::answer(self, place, req).await);
        }
        if self.behaviour.metadata.on_mcp_origin && authz::knows(self, place) {
            return (
                Side::AuthorizationServer,
                authz::answer(self, place, req).await,
            );
        }
        (side, mcp::answer(self, place, req))
    }
}

impl Vars {
    /// The URLs of a target, seen with the authorization server that has these paths below the mount.
    pub(crate) fn new(mount: &Mount, mcp: &McpBehaviour, paths: &ServerPaths) -> Self {
        let mcp_base = format!("{}{}", mount.mcp_origin, mount.path);
        let authorization_base = format!("{}{}", mount.authorization_origin, mount.path);
        let prm = "/.well-known/oauth-protected-resource";
        Self {
            mcp_origin: mount.mcp_origin.clone(),
            mcp_url: format!("{mcp_base}{}", mcp.path),
            resource: format!("{mcp_base}{}", mcp.resource_path.unwrap_or(mcp.path)),
            prm_url: format!("{}{prm}{}{}", mount.mcp_origin, mount.path, mcp.path),
            mcp_base,
            authorization_origin: mount.authorization_origin.clone(),
            endpoint_base: format!("{authorization_base}{}", paths.endpoints),
            issuer: format!("{authorization_base}{}", paths.issuer),
        }
    }
}
