//! Starting and stopping labs.

use std::net::SocketAddr;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::authz::AuthServer;
use crate::behaviour::Behaviour;
use crate::combined::Combined;
use crate::config::{LabConfig, PublicBase};
use crate::faults::{self, Fault};
use crate::fetch::Fetcher;
use crate::how::{self, How};
use crate::keys::SigningKey;
use crate::listener::{self, Site};
use crate::log::{LogEntry, Side};
use crate::presets::{self, Preset};
use crate::target::{Clock, Mount, Shared, Target};

/// Why a lab could not be started.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// An address is taken or not ours.
    #[error(
        "listen on {address} for the lab: {source}; choose another address or stop what uses it"
    )]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// No preset has this id.
    #[error(
        "find lab preset {0}: there is none of this name; `authscope lab --list` names them all"
    )]
    UnknownPreset(String),
    /// No fault has this id.
    #[error(
        "find lab fault {0}: there is none of this name; `authscope lab --list` names them all"
    )]
    UnknownFault(String),
    /// A combination of switches left a target without authorization server.
    #[error("set up lab target {target}: it has no authorization server")]
    NoAuthorizationServer {
        /// The target.
        target: String,
    },
    /// A signing key could not be made or used.
    #[error("use the lab's signing key: {0}")]
    Key(String),
    /// The HTTP client for client documents could not be made.
    #[error("make the lab's HTTP client: {0}")]
    HttpClient(reqwest::Error),
}

/// The laboratory.
#[derive(Debug)]
pub struct Lab;

/// A target of a running lab.
#[derive(Debug, Clone, Serialize)]
pub struct TargetInfo {
    /// Id of the preset, unique in a lab.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// One sentence about it.
    pub summary: String,
    /// Whether a correct client finds nothing wrong.
    pub healthy: bool,
    /// The MCP revision it is meant for.
    pub revision: &'static str,
    /// Its faults.
    pub faults: Vec<&'static Fault>,
    /// Id and secret of the client to use, where clients cannot register themselves.
    pub client: Option<(&'static str, &'static str)>,
    /// How a token is meant to be obtained.
    pub how: How,
    /// The URL to give to a client.
    pub mcp_url: String,
    /// The issuer, as the MCP server should name it.
    pub issuer: String,
}

/// A lab that serves. Dropping it stops it.
pub struct RunningLab {
    base_url: String,
    shared: Arc<Shared>,
    targets: Vec<Arc<Target>>,
    infos: Vec<TargetInfo>,
    stop: watch::Sender<bool>,
    listeners: Vec<JoinHandle<()>>,
}

impl Lab {
    /// Serves every preset: most on two shared listeners, each below a path of its own name, and those that need the root
    /// of an origin on two listeners of their own (left out when a proxy stands in front).
    ///
    /// # Errors
    /// When an address cannot be bound or a key cannot be made.
    pub async fn start(config: LabConfig) -> Result<RunningLab, LabError> {
        let mut running = RunningLab::new(&config)?;
        let (shared, own): (Vec<&Preset>, Vec<&Preset>) =
            presets::presets().iter().partition(|it| !it.own_origin);
        for preset in own.into_iter().filter(|_| config.public.is_none()) {
            running
                .add_single(
                    &LabConfig {
                        listen: SocketAddr::new(config.listen.ip(), 0),
                        ..config.clone()
                    },
                    preset,
                    &[],
                )
                .await?;
        }
        running.add_gallery(&config, &shared).await?;
        Ok(running)
    }

    /// Serves one preset, with further faults, at the root of two origins of its own.
    ///
    /// # Errors
    /// When preset or fault are unknown, an address cannot be bound or a key cannot be made.
    pub async fn start_single(
        config: LabConfig,
        preset: &str,
        faults: &[&str],
    ) -> Result<RunningLab, LabError> {
        let preset =
            presets::preset(preset).ok_or_else(|| LabError::UnknownPreset(preset.to_owned()))?;
        let find =
            |id: &&str| faults::fault(id).ok_or_else(|| LabError::UnknownFault((*id).to_owned()));
        let faults = faults.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let mut running = RunningLab::new(&config)?;
        running.add_single(&config, preset, &faults).await?;
        Ok(running)
    }
}

impl RunningLab {
    fn new(config: &LabConfig) -> Result<Self, LabError> {
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            key: SigningKey::generate()?,
            stranger: SigningKey::generate()?,
            clock: Clock::default(),
            fetcher: Fetcher::new(config.private_fetches)?,
            auto_consent: config.auto_consent,
            asks_programs: config.asks_programs,
            stop: stopped,
        });
        Ok(Self {
            base_url: String::new(),
            shared,
            targets: Vec::new(),
            infos: Vec::new(),
            stop,
            listeners: Vec::new(),
        })
    }

    async fn add_gallery(
        &mut self,
        config: &LabConfig,
        presets: &[&Preset],
    ) -> Result<(), LabError> {
        let (mcp, mcp_bound) = listener::bind(config.listen).await?;
        let (authorization, authorization_bound) =
            listener::bind(config.authorization_address()).await?;
        let origins = origins(config, mcp_bound, authorization_bound);
        let mut targets = Vec::new();
        for preset in presets {
            let mount = Mount {
                mcp_origin: origins.mcp.clone(),
                authorization_origin: origins.authorization.clone(),
                path: format!("/{}", preset.id),
            };
            targets.push(self.add(preset, &[], mount)?);
        }
        self.base_url.clone_from(&origins.mcp);
        self.infos.sort_by_key(|info| {
            presets::presets()
                .iter()
                .position(|preset| preset.id == info.id)
        });
        // The index lists the targets with listeners of their own too, since nobody would find them otherwise.
        let index = self.infos.clone();
        let combined = Arc::new(Combined::new(Arc::clone(&self.shared), origins));
        let site = Site {
            side: Side::McpServer,
            targets,
            index,
            combined: Some(combined),
            stop: self.shared.stop.clone(),
        };
        self.listen(
            authorization,
            Site {
                side: Side::AuthorizationServer,
                targets: site.targets.clone(),
                index: Vec::new(),
                combined: site.combined.clone(),
                stop: site.stop.clone(),
            },
        );
        self.listen(mcp, site);
        Ok(())
    }

    async fn add_single(
        &mut self,
        config: &LabConfig,
        preset: &Preset,
        faults: &[&'static Fault],
    ) -> Result<(), LabError> {
        let (mcp, mcp_bound) = listener::bind(config.listen).await?;
        let (authorization, authorization_bound) =
            listener::bind(config.authorization_address()).await?;
        let origins = origins(config, mcp_bound, authorization_bound);
        let mount = Mount {
            mcp_origin: origins.mcp.clone(),
            authorization_origin: origins.authorization,
            path: String::new(),
        };
        let target = self.add(preset, faults, mount)?;
        self.base_url = origins.mcp;
        for (listener, side) in [
            (mcp, Side::McpServer),
            (authorization, Side::AuthorizationServer),
        ] {
            let site = Site {
                side,
                targets: vec![Arc::clone(&target)],
                index: Vec::new(),
                combined: None,
                stop: self.shared.stop.clone(),
            };
            self.listen(listener, site);
        }
        Ok(())
    }

    fn add(
        &mut self,
        preset: &Preset,
        more: &[&'static Fault],
        mut mount: Mount,
    ) -> Result<Arc<Target>, LabError> {
        let mut behaviour = Behaviour::default();
        preset.apply(&mut behaviour);
        for fault in more {
            (fault.apply)(&mut behaviour);
        }
        if behaviour.metadata.on_mcp_origin {
            mount.authorization_origin.clone_from(&mount.mcp_origin);
        }
        let target = Arc::new(Target::new(
            preset.id,
            behaviour,
            mount,
            Arc::clone(&self.shared),
        )?);
        self.infos.push(TargetInfo {
            id: preset.id.to_owned(),
            title: preset.title.to_owned(),
            summary: preset.summary.to_owned(),
            healthy: preset.healthy && more.is_empty(),
            revision: preset.revision,
            faults: preset.faults.iter().chain(more.iter().copied()).collect(),
            client: preset.client,
            how: preset.how,
            mcp_url: target.vars.mcp_url.clone(),
            issuer: target.vars.issuer.clone(),
        });
        self.targets.push(Arc::clone(&target));
        Ok(target)
    }

    fn listen(&mut self, listener: tokio::net::TcpListener, site: Site) {
        self.listeners.push(listener::serve(listener, site));
    }

    /// The origin of the MCP servers; in a gallery, its root is an index page.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// All targets.
    #[must_use]
    pub fn targets(&self) -> &[TargetInfo] {
        &self.infos
    }

    /// One target by its id.
    #[must_use]
    pub fn target(&self, id: &str) -> Option<&TargetInfo> {
        self.infos.iter().find(|info| info.id == id)
    }

    /// What a target's servers saw, oldest first; empty for an unknown id.
    #[must_use]
    pub fn log(&self, id: &str) -> Vec<LogEntry> {
        self.find(id)
            .map(|target| target.log.entries())
            .unwrap_or_default()
    }

    /// Forgets what a target's servers saw.
    pub fn clear_log(&self, id: &str) {
        if let Some(target) = self.find(id) {
            target.log.clear();
        }
    }

    /// An id token of the target's identity provider, to be exchanged there; empty for an unknown id.
    #[must_use]
    pub fn id_token(&self, id: &str) -> String {
        self.made(id, how::id_token)
    }

    /// The assertion of a workload, from the platform it runs on; empty for an unknown id.
    #[must_use]
    pub fn workload_token(&self, id: &str) -> String {
        self.made(id, how::workload_token)
    }

    fn made(&self, id: &str, make: fn(&Target, &AuthServer) -> String) -> String {
        let target = self.find(id);
        let made = target.and_then(|target| Some(make(target, target.servers.first()?)));
        made.unwrap_or_default()
    }

    /// Moves the lab's clock forward, so that codes and tokens expire without waiting.
    pub fn advance(&self, seconds: i64) {
        self.shared.clock.advance(seconds);
    }

    /// Runs until every listener has ended, which only [`RunningLab::shutdown`] and failures make happen.
    pub async fn wait(&mut self) {
        for listener in &mut self.listeners {
            let _ = listener.await;
        }
    }

    /// Stops all listeners and waits for the requests under way.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true);
        for listener in std::mem::take(&mut self.listeners) {
            let _ = listener.await;
        }
    }

    fn find(&self, id: &str) -> Option<&Arc<Target>> {
        self.targets.iter().find(|target| target.id == id)
    }
}

impl Drop for RunningLab {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

/// The origins to write into URLs: those of the proxy in front, or those of the listeners.
fn origins(config: &LabConfig, mcp: SocketAddr, authorization: SocketAddr) -> PublicBase {
    if let Some(public) = &config.public {
        return public.clone();
    }
    let origin = |address: SocketAddr| match &config.host {
        Some(host) => format!("http://{host}:{}", address.port()),
        None => format!("http://{address}"),
    };
    PublicBase {
        mcp: origin(mcp),
        authorization: origin(authorization),
    }
}
