//! One listener: takes connections, finds the target a path belongs to, and hands the request over.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::authz::consent;
use crate::combined::Combined;
use crate::http::{Reply, Req};
use crate::lab::{LabError, TargetInfo};
use crate::log::Side;
use crate::target::{Place, Target};

/// What one origin serves.
pub(crate) struct Site {
    pub(crate) side: Side,
    pub(crate) targets: Vec<Arc<Target>>,
    /// Listed on the index page, which only the gallery's MCP origin has.
    pub(crate) index: Vec<TargetInfo>,
    /// Targets of several faults, which only a gallery has.
    pub(crate) combined: Option<Arc<Combined>>,
    pub(crate) stop: watch::Receiver<bool>,
}

/// Binds an address; the port in use is part of the result.
pub(crate) async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), LabError> {
    let failed = |source| LabError::Bind { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Serves a site until the lab stops.
pub(crate) fn serve(listener: TcpListener, site: Site) -> JoinHandle<()> {
    let mut stop = site.stop.clone();
    let router = Router::new().fallback(handle).with_state(Arc::new(site));
    tokio::spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        };
        if let Err(error) = axum::serve(listener, router)
            .with_graceful_shutdown(stopped)
            .await
        {
            tracing::warn!(%error, "a lab listener ended");
        }
    })
}

async fn handle(State(site): State<Arc<Site>>, request: axum::extract::Request) -> Response {
    let reply = match Req::read(request).await {
        Ok(req) => site.answer(&req).await,
        Err(reply) => reply,
    };
    reply.into_response(site.stop.clone())
}

impl Site {
    async fn answer(&self, req: &Req) -> Reply {
        if let Some(target) = self.combined.as_ref().and_then(|c| c.target(&req.path))
            && let Some((target, place)) = locate(std::slice::from_ref(&target), &req.path)
        {
            return target.answer(self.side, place, req).await;
        }
        match locate(&self.targets, &req.path) {
            Some((target, place)) => target.answer(self.side, place, req).await,
            None if req.path == "/" && !self.index.is_empty() => index(&self.index),
            None => Reply::text(
                404,
                "no lab target has this path; the index at / lists them",
            ),
        }
    }
}

/// The target a path belongs to: the mount comes first, or right after the well-known name.
fn locate<'t, 'p>(targets: &'t [Arc<Target>], path: &'p str) -> Option<(&'t Target, Place<'p>)> {
    let well_known = path
        .strip_prefix("/.well-known/")
        .map(|rest| rest.split_at(rest.find('/').unwrap_or(rest.len())));
    targets.iter().find_map(|target| {
        let mount = target.mount.path.as_str();
        let place = match well_known {
            Some((name, rest)) => Place::WellKnown {
                name,
                rest: below(rest, mount)?,
            },
            None => Place::Path(below(path, mount)?),
        };
        Some((target.as_ref(), place))
    })
}

/// What follows the mount, if the path is below it.
fn below<'p>(path: &'p str, mount: &str) -> Option<&'p str> {
    path.strip_prefix(mount)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn index(targets: &[TargetInfo]) -> Reply {
    let row = |target: &TargetInfo| {
        let kind = if target.healthy { "healthy" } else { "fault" };
        format!(
            "<li><strong>{}</strong> <small>{kind}</small><br>{}<br><code>{}</code></li>",
            consent::escape(&target.title),
            consent::escape(&target.summary),
            consent::escape(&target.mcp_url)
        )
    };
    let rows: String = targets.iter().map(row).collect();
    let body = format!(
        "<h1>authscope lab</h1><p>Paste one of these MCP server URLs into a client.</p><ul>{rows}</ul>"
    );
    Reply::html(200, consent::document("authscope lab", &body)).with(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    )
}
