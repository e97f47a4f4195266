//! `authscope serve`: the web UI, the API, and everything behind them, in one process.

use crate::lab;
use crate::limits::LimitOptions;
use crate::options::NetOptions;
use crate::retention::{self, RetentionOptions};
use crate::sharing::SharingOptions;
use crate::storage::StorageOptions;
use anyhow::{Context as _, bail};
use authscope_engine::{Engine, Leg, Retention};
use authscope_lab::RunningLab;
use authscope_net::{GuardMode, IpNet, Net};
use authscope_server::{AppState, PublicUrl, ServeConfig, Settings};
use authscope_store::SharedStore;
use clap::Args;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Serves the web UI.
///
/// Listens on this machine only unless told otherwise. Sessions are kept in the data folder, or in a database, and
/// outlive the process. The key of what is sealed in the folder is made at the first start; AUTHSCOPE_KEY (64
/// hexadecimal digits) gives another one, and a database needs it.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServeArgs {
    /// Address and port to listen on; port 0 takes any free one
    #[arg(
        long,
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:7007",
        env = "AUTHSCOPE_LISTEN"
    )]
    listen: SocketAddr,
    /// Address under which browsers and authorization servers reach this instance, with its path
    #[arg(long, value_name = "URL", env = "AUTHSCOPE_PUBLIC_URL")]
    public_url: Option<String>,
    #[command(flatten)]
    storage: StorageOptions,
    /// Which addresses may be dialled: local allows this machine and private networks. The default is local
    /// while only this machine reaches this instance, else guarded
    #[arg(long, value_name = "local|guarded", env = "AUTHSCOPE_GUARD")]
    guard: Option<GuardMode>,
    /// Network that may be dialled whatever the guard says; may be repeated
    #[arg(
        long,
        value_name = "CIDR",
        value_delimiter = ',',
        env = "AUTHSCOPE_GUARD_ALLOW"
    )]
    guard_allow: Vec<IpNet>,
    /// Start the built-in lab as well and offer its targets
    #[arg(long, env = "AUTHSCOPE_LAB")]
    lab: bool,
    /// Address and port of the lab; without it 127.0.0.1:7017, or a free port when that is taken
    #[arg(
        long,
        value_name = "ADDR:PORT",
        requires = "lab",
        env = "AUTHSCOPE_LAB_LISTEN"
    )]
    lab_listen: Option<SocketAddr>,
    /// Serve the UI from this folder instead of the built-in one
    #[arg(long, value_name = "DIR", env = "AUTHSCOPE_UI_DIR")]
    ui_dir: Option<PathBuf>,
    #[command(flatten)]
    retention: RetentionOptions,
    #[command(flatten)]
    net: NetOptions,
    #[command(flatten)]
    limits: LimitOptions,
    #[command(flatten)]
    sharing: SharingOptions,
}

impl ServeArgs {
    /// What may be dialled by default depends on who reaches us: others must not reach this machine's
    /// network through us.
    fn guard(&self, public_url: &PublicUrl) -> GuardMode {
        let private = self.listen.ip().is_loopback() && public_url.is_loopback();
        self.guard.unwrap_or(match private {
            true => GuardMode::Local,
            false => GuardMode::Guarded,
        })
    }

    /// The public URL: as given, or the listener's own address when that is enough.
    fn public_url(&self, listening: SocketAddr) -> anyhow::Result<PublicUrl> {
        match &self.public_url {
            Some(url) => Ok(PublicUrl::parse(url)?),
            None => Ok(PublicUrl::of_listener(listening)),
        }
    }

    fn check_reach(&self) -> anyhow::Result<()> {
        if self.listen.ip().is_loopback() || self.public_url.is_some() {
            return Ok(());
        }
        bail!(
            "listen on {}: others could reach that address, so authscope must know the one they use; give it \
             with --public-url, such as --public-url https://debug.example.org/",
            self.listen
        )
    }

    fn check_lab(&self, guard: GuardMode, lab: &RunningLab) -> anyhow::Result<()> {
        let address = lab::address(lab).unwrap_or(self.listen.ip());
        let allowed = self.guard_allow.iter().any(|net| net.contains(&address));
        if guard == GuardMode::Local || allowed {
            return Ok(());
        }
        bail!(
            "start the lab: it listens on {address}, which the guard refuses to dial in guarded mode; allow it \
             with --guard-allow {address}/32, or leave --lab out"
        )
    }

    fn net(&self, guard: GuardMode) -> anyhow::Result<Net> {
        let mut settings = self.net.settings(guard)?;
        settings.allow.clone_from(&self.guard_allow);
        Ok(Net::new(settings)?)
    }

    fn check_ui(&self) -> anyhow::Result<()> {
        match &self.ui_dir {
            Some(folder) if !folder.is_dir() => bail!(
                "serve the UI from --ui-dir {}: there is no such folder",
                folder.display()
            ),
            _ => Ok(()),
        }
    }
}

/// Runs the command.
pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    args.check_reach()?;
    args.check_ui()?;
    let listener = TcpListener::bind(args.listen).await.with_context(|| {
        format!(
            "listen on {} (is another authscope running? --listen takes another address)",
            args.listen
        )
    })?;
    let public_url = args.public_url(listener.local_addr()?)?;
    let guard = args.guard(&public_url);
    let net = args.net(guard)?;
    let lab = start_lab(&args, guard).await?;
    let store = args.storage.open().await?;
    let engine = engine(net, &public_url, store.shared())
        .with_mask_names(args.sharing.mask_name.clone())
        .with_max_events(args.limits.events());
    engine.recover().await?;
    let together = engine.clone();
    tokio::spawn(async move { together.work_together().await });
    let sweeping = start_sweeping(engine.clone(), args.retention.retention());
    tokio::spawn(args.sharing.clone().keep_wiping(engine.clone()));
    // A machine of one's own: nobody else reaches it, and whoever does owns what is in it.
    let owned = args.public_url.is_some() || !args.listen.ip().is_loopback();
    let sharing = args.sharing.of_server(owned)?;
    let settings = Settings {
        public_url: public_url.clone(),
        guard: guard.name().into(),
        lab: lab.as_ref().map(lab::targets).unwrap_or_default(),
        ui_dir: args.ui_dir,
        retention: args.retention.retention(),
    };
    let state = AppState::limited(engine.clone(), settings, sharing, args.limits.of_server());
    let stop = told_to_stop();
    say_ready(&public_url, lab.as_ref())?;
    authscope_server::serve(ServeConfig { listener, state }, stop).await;
    sweeping.abort();
    engine.leave().await;
    if let Some(lab) = lab {
        lab.shutdown().await;
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}

/// Deletes sessions whose time is over, from now on.
fn start_sweeping(engine: Engine, retention: Retention) -> JoinHandle<()> {
    tracing::info!(?retention, "sessions are deleted when their time is over");
    tokio::spawn(async move { engine.keep_sweeping(retention, retention::EVERY).await })
}

async fn start_lab(args: &ServeArgs, guard: GuardMode) -> anyhow::Result<Option<RunningLab>> {
    if !args.lab {
        return Ok(None);
    }
    let lab = lab::start(args.lab_listen).await?;
    args.check_lab(guard, &lab)?;
    Ok(Some(lab))
}

fn engine(net: Net, public_url: &PublicUrl, store: SharedStore) -> Engine {
    let settings = authscope_engine::Settings {
        public_url: public_url.to_string(),
        redirect_uri: None,
        hosts_documents: true,
        expiry_leeway: authscope_protocol::flow::Settings::EXPIRY_LEEWAY,
        interactive: true,
        leg: Leg::Person,
        keep_state: true,
        version: env!("CARGO_PKG_VERSION").into(),
    };
    Engine::new(store, net, settings)
}

/// Supervisors and tests wait for the first line; it comes when requests are answered.
fn say_ready(public_url: &PublicUrl, lab: Option<&RunningLab>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "authscope is ready: {public_url}")?;
    if let Some(lab) = lab {
        writeln!(out, "the lab is at {}/", lab.base_url())?;
    }
    out.flush()?;
    Ok(())
}

/// Ready when a person or a supervisor asks the process to end. It listens from the call on, not only once it is
/// polled: a signal right after the process said that it is ready counts too.
pub(crate) fn told_to_stop() -> impl Future<Output = ()> + Send {
    let signalled = signalled();
    async move {
        signalled.await;
        tracing::info!("told to stop");
    }
}

#[cfg(unix)]
fn signalled() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    // Without the handler the signal ends the process by itself, which is what it asks for.
    async fn first(signal: std::io::Result<Signal>) {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    }
    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    async move {
        tokio::select! {
            () = first(interrupt) => {}
            () = first(terminate) => {}
        }
    }
}

#[cfg(not(unix))]
async fn signalled() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: ServeArgs,
    }

    fn args(line: &str) -> ServeArgs {
        let words = std::iter::once("serve").chain(line.split_whitespace());
        Line::try_parse_from(words).unwrap().args
    }

    fn guard(line: &str) -> GuardMode {
        let args = args(line);
        args.guard(&args.public_url(args.listen).unwrap())
    }

    #[test]
    fn the_guard_is_open_only_while_nobody_else_reaches_us() {
        assert_eq!(guard(""), GuardMode::Local);
        assert_eq!(guard("--listen [::1]:1"), GuardMode::Local);
        let public = "--public-url https://debug.example.org/";
        assert_eq!(guard(public), GuardMode::Guarded);
        assert_eq!(
            guard(&format!("--listen 0.0.0.0:1 {public}")),
            GuardMode::Guarded
        );
        assert_eq!(
            guard("--listen 0.0.0.0:1 --public-url http://localhost:1/"),
            GuardMode::Guarded
        );
        assert_eq!(guard(&format!("{public} --guard local")), GuardMode::Local);
        assert_eq!(guard("--guard guarded"), GuardMode::Guarded);
    }

    #[test]
    fn others_are_let_in_on_purpose_only() {
        for line in [
            "",
            "--listen [::1]:7",
            "--listen 0.0.0.0:7 --public-url http://10.0.0.1:7/",
        ] {
            args(line).check_reach().unwrap();
        }
        for line in [
            "--listen 0.0.0.0:7",
            "--listen [::]:7",
            "--listen 192.168.1.5:7",
        ] {
            let error = args(line).check_reach().unwrap_err().to_string();
            assert!(error.contains("--public-url"), "{line}: {error}");
        }
    }

    #[tokio::test]
    async fn the_lab_and_a_closed_guard_do_not_go_together() {
        let lab = lab::start(Some(([127, 0, 0, 1], 0).into())).await.unwrap();
        let error = args("").check_lab(GuardMode::Guarded, &lab).unwrap_err();
        let advice = "--guard-allow 127.0.0.1/32";
        assert!(error.to_string().contains(advice), "{error}");
        args(advice).check_lab(GuardMode::Guarded, &lab).unwrap();
        args("").check_lab(GuardMode::Local, &lab).unwrap();
        lab.shutdown().await;
    }
}
