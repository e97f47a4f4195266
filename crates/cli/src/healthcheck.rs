//! `authscope healthcheck`: asks a running instance on this machine whether it is ready.
//!
//! For container images, which have nothing else to ask with.

use anyhow::bail;
use authscope_model::RawOutcome;
use authscope_net::{Net, NetRequest, NetSettings};
use clap::Args;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

/// Asks the instance on this machine whether it is ready; ends with 0 when it is.
#[derive(Debug, Clone, Args)]
pub(crate) struct HealthcheckArgs {
    /// Address the instance listens on
    #[arg(
        long,
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:7007",
        env = "AUTHSCOPE_LISTEN"
    )]
    listen: SocketAddr,
}

impl HealthcheckArgs {
    /// The instance seen from this machine: what listens everywhere listens on loopback too.
    fn url(&self) -> String {
        let port = self.listen.port();
        match self.listen {
            SocketAddr::V4(v4) if v4.ip().is_loopback() => {
                format!("http://{}:{port}/readyz", v4.ip())
            }
            SocketAddr::V6(v6) if v6.ip().is_loopback() => {
                format!("http://[{}]:{port}/readyz", v6.ip())
            }
            _ => format!("http://127.0.0.1:{port}/readyz"),
        }
    }
}

/// Runs the command.
pub(crate) async fn run(args: &HealthcheckArgs) -> anyhow::Result<ExitCode> {
    let url = args.url();
    let net = Net::new(NetSettings {
        timeout: Duration::from_secs(5),
        ..NetSettings::default()
    })?;
    let exchange = net.send(NetRequest::new("GET", &url)).await;
    match exchange.outcome {
        RawOutcome::Response(response) if response.status == 200 => Ok(ExitCode::SUCCESS),
        RawOutcome::Response(response) => {
            bail!("find authscope ready: {url} answered {}", response.status)
        }
        RawOutcome::Failed(failure) => bail!("reach authscope at {url}: {}", failure.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instance_is_asked_where_it_can_be_reached_from_here() {
        for (listen, url) in [
            ("127.0.0.1:7007", "http://127.0.0.1:7007/readyz"),
            ("0.0.0.0:80", "http://127.0.0.1:80/readyz"),
            ("[::1]:7007", "http://[::1]:7007/readyz"),
            ("[::]:7007", "http://127.0.0.1:7007/readyz"),
        ] {
            let listen = listen.parse().unwrap();
            assert_eq!(HealthcheckArgs { listen }.url(), url);
        }
    }
}
