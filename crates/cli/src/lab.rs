//! `authscope lab`: the laboratory on its own, and its start for `serve --lab`.

use crate::serve::told_to_stop;
use authscope_lab::{
    CLIENT_KEY, Fault, How, IDP_CLIENT, Lab, LabConfig, LabError, Party, RunningLab, Shows,
    TargetInfo,
};
use authscope_model::api::LabTarget;
use authscope_model::config::Pair;
use clap::Args;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

/// Where the lab is when nobody says otherwise. A fixed port keeps the addresses of its targets the same
/// after a restart.
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7017);

/// Serves the laboratory: MCP servers and authorization servers, healthy ones and one for each fault.
///
/// They are targets to try authscope on, or any other MCP client. They take any sign-in, and their faults
/// are real: never let them guard anything.
#[derive(Debug, Clone, Args)]
pub(crate) struct LabArgs {
    /// List the targets and faults, and end
    #[arg(long)]
    list: bool,
    /// Address and port of the MCP servers; the authorization servers take the next port. Without it
    /// 127.0.0.1:7017, or free ports when that is taken
    #[arg(long, value_name = "ADDR:PORT", env = "AUTHSCOPE_LAB_LISTEN")]
    listen: Option<SocketAddr>,
    /// Address and port of the authorization servers
    #[arg(long, value_name = "ADDR:PORT", requires = "listen")]
    authorization_listen: Option<SocketAddr>,
    /// Host name to write into URLs instead of the address
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Serve one target alone, at the root of its origins
    #[arg(long, value_name = "TARGET")]
    single: Option<String>,
    /// Add a fault to that target; may be repeated
    #[arg(long, value_name = "FAULT", requires = "single")]
    fault: Vec<String>,
    /// Consent for browsers too, without showing a page
    #[arg(long)]
    auto_consent: bool,
}

impl LabArgs {
    fn config(&self, listen: SocketAddr) -> LabConfig {
        LabConfig {
            authorization_listen: self.authorization_listen,
            host: self.host.clone(),
            auto_consent: self.auto_consent,
            ..LabConfig::on(listen)
        }
    }

    async fn start(&self, listen: SocketAddr) -> Result<RunningLab, LabError> {
        let config = self.config(listen);
        match &self.single {
            Some(target) => {
                let faults: Vec<&str> = self.fault.iter().map(String::as_str).collect();
                Lab::start_single(config, target, &faults).await
            }
            None => Lab::start(config).await,
        }
    }
}

/// Runs the command.
pub(crate) async fn run(args: LabArgs) -> anyhow::Result<ExitCode> {
    if args.list {
        list()?;
        return Ok(ExitCode::SUCCESS);
    }
    let lab = at_usual_or_free(args.listen, async |listen| args.start(listen).await).await?;
    let stop = told_to_stop();
    {
        let mut out = std::io::stdout().lock();
        writeln!(out, "the lab is ready: {}/", lab.base_url())?;
        for target in lab.targets() {
            writeln!(out, "{:<44} {}", target.id, target.mcp_url)?;
        }
        out.flush()?;
    }
    stop.await;
    lab.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// Starts all targets for `serve --lab`.
pub(crate) async fn start(listen: Option<SocketAddr>) -> Result<RunningLab, LabError> {
    at_usual_or_free(listen, async |listen| {
        Lab::start(LabConfig::on(listen)).await
    })
    .await
}

/// Starts where told; else at the usual place, or anywhere when that is taken.
async fn at_usual_or_free(
    listen: Option<SocketAddr>,
    start: impl AsyncFn(SocketAddr) -> Result<RunningLab, LabError>,
) -> Result<RunningLab, LabError> {
    match listen {
        Some(listen) => start(listen).await,
        None => match start(USUAL).await {
            Err(LabError::Bind { .. }) => start(SocketAddr::new(USUAL.ip(), 0)).await,
            result => result,
        },
    }
}

/// The address of the lab's MCP servers, when their URL has one.
pub(crate) fn address(lab: &RunningLab) -> Option<IpAddr> {
    let authority = lab.base_url().split("://").nth(1)?;
    authority.parse::<SocketAddr>().ok().map(|it| it.ip())
}

/// The targets as the UI lists them.
pub(crate) fn targets(lab: &RunningLab) -> Vec<LabTarget> {
    let target = |info| target(info, settings(lab, info));
    lab.targets().iter().map(target).collect()
}

/// What a person would have to set to see what a target is about.
fn settings(lab: &RunningLab, info: &TargetInfo) -> Vec<Pair> {
    let mut all: Vec<(&str, String)> = Vec::new();
    if let Some((id, secret)) = info.client {
        all.push(("client_id", id.into()));
        if !secret.is_empty() {
            all.push(("client_secret", secret.into()));
        }
    }
    all.extend(for_grant(lab, info));
    for fault in &info.faults {
        all.extend(match fault.shows {
            Shows::Flow => None,
            Shows::Refresh => Some(("refresh", "true".to_owned())),
            Shows::Probe | Shows::Browser => Some(("probe", "true".to_owned())),
            Shows::StepUp => Some(("call_tool", "admin_report".to_owned())),
        });
    }
    let pair = |(name, value): (&str, String)| Pair {
        name: name.to_owned(),
        value,
    };
    all.into_iter().map(pair).collect()
}

/// What belongs to the way in which a target gives tokens.
fn for_grant(lab: &RunningLab, info: &TargetInfo) -> Vec<(&'static str, String)> {
    let grant = |name: &str| ("grant", name.to_owned());
    let method = |name: &str| vec![("token_endpoint_auth_method", name.to_owned())];
    match info.how {
        How::Code => Vec::new(),
        How::Dpop => vec![("dpop", "on".to_owned())],
        How::SecretJwt => method("client_secret_jwt"),
        How::KeyJwt => method("private_key_jwt"),
        How::ClientCredentials => vec![grant("client_credentials")],
        How::ClientCredentialsKey => vec![
            grant("client_credentials"),
            ("private_key", CLIENT_KEY.to_owned()),
        ],
        How::Device => vec![grant("device_code")],
        How::IdentityAssertion => vec![
            grant("identity_assertion"),
            ("idp_token_endpoint", format!("{}/idp/token", info.issuer)),
            ("idp_client_id", IDP_CLIENT.to_owned()),
            ("subject_token", lab.id_token(&info.id)),
        ],
        How::Workload => vec![
            grant("jwt_bearer"),
            ("assertion", lab.workload_token(&info.id)),
        ],
    }
}

fn target(info: &TargetInfo, settings: Vec<Pair>) -> LabTarget {
    let mut rules: Vec<String> = Vec::new();
    for rule in info.faults.iter().flat_map(|fault| fault.rules) {
        if !rules.iter().any(|known| known == rule) {
            rules.push((*rule).to_owned());
        }
    }
    let party = info.faults.first().map(|fault| party(fault).to_owned());
    LabTarget {
        id: info.id.clone(),
        title: info.title.clone(),
        summary: info.summary.clone(),
        healthy: info.healthy,
        url: info.mcp_url.clone(),
        party,
        rules,
        settings,
    }
}

const fn party(fault: &Fault) -> &'static str {
    match fault.party {
        Party::McpServer => "mcp_server",
        Party::AuthorizationServer => "authorization_server",
        Party::Client => "client",
    }
}

fn list() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "Targets:")?;
    for preset in authscope_lab::presets() {
        writeln!(out, "  {:<44} {}", preset.id, preset.summary)?;
    }
    writeln!(
        out,
        "\nFaults, to be added to a target with --single and --fault:"
    )?;
    for fault in authscope_lab::faults() {
        writeln!(
            out,
            "  {:<44} {} [{}]",
            fault.id,
            fault.summary,
            party(fault)
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_ui_gets_every_target_with_its_fault() {
        let lab = start(Some(SocketAddr::new(USUAL.ip(), 0))).await.unwrap();
        let targets = targets(&lab);
        assert_eq!(targets.len(), lab.targets().len());
        let healthy = targets.iter().find(|target| target.id == "healthy");
        let healthy = healthy.unwrap();
        assert!(healthy.healthy && healthy.rules.is_empty() && healthy.party.is_none());
        assert!(
            healthy.url.starts_with("http://127.0.0.1:"),
            "{}",
            healthy.url
        );
        let faulty: Vec<_> = targets.iter().filter(|target| !target.healthy).collect();
        assert!(faulty.len() > 10);
        assert!(faulty.iter().all(|target| target.party.is_some()));
        assert_eq!(address(&lab), Some(USUAL.ip()));
        lab.shutdown().await;
    }

    #[tokio::test]
    async fn a_taken_port_is_an_error_only_when_it_was_asked_for() {
        let first = start(Some(SocketAddr::new(USUAL.ip(), 0))).await.unwrap();
        let taken = first.base_url().split("://").nth(1).unwrap();
        let taken: SocketAddr = taken.parse().unwrap();
        let error = start(Some(taken)).await.map(|_| ()).unwrap_err();
        assert!(error.to_string().contains(&taken.to_string()), "{error}");
        let (one, other) = (start(None).await.unwrap(), start(None).await.unwrap());
        assert_ne!(one.base_url(), other.base_url());
        for lab in [first, one, other] {
            lab.shutdown().await;
        }
    }
}
