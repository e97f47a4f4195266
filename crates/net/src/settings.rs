//! What an operator may set.

use crate::GuardMode;
use ipnet::IpNet;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

/// Settings of a [`crate::Net`].
#[derive(Debug, Clone)]
pub struct NetSettings {
    /// Which addresses may be dialled (`--guard`).
    pub guard: GuardMode,
    /// Networks that may be dialled whatever the mode (`--guard-allow`).
    pub allow: Vec<IpNet>,
    /// Limit for a whole exchange (`--timeout`).
    pub timeout: Duration,
    /// Bytes of body kept (`--body-cap`).
    pub body_cap: usize,
    /// Certificates trusted beside the public ones, PEM (`--cacert`).
    pub extra_roots: Vec<u8>,
    /// Addresses to use instead of resolving (`--resolve`).
    pub resolve: Vec<Override>,
    /// `user-agent` of requests that bring none; empty: none.
    pub user_agent: String,
}

impl Default for NetSettings {
    fn default() -> Self {
        Self {
            guard: GuardMode::Local,
            allow: Vec::new(),
            timeout: Duration::from_secs(30),
            body_cap: 1024 * 1024,
            extra_roots: Vec::new(),
            resolve: Vec::new(),
            user_agent: concat!("authscope/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Why settings are not usable.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The extra roots are not PEM.
    #[error("read the certificates of --cacert: {0}; expected PEM with BEGIN CERTIFICATE blocks")]
    Pem(String),
    /// The file holds no certificate.
    #[error("read the certificates of --cacert: no BEGIN CERTIFICATE block in it")]
    NoCertificate,
    /// A certificate cannot be a root.
    #[error("use certificate {0} of --cacert as a root: {1}")]
    Root(usize, rustls::Error),
    /// The TLS library refuses its own defaults.
    #[error("set up TLS: {0}")]
    Tls(#[from] rustls::Error),
}

/// `HOST:PORT:ADDR`: connect to an address instead of resolving the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Host as in the URL, lower case.
    pub host: String,
    /// Port of the URL.
    pub port: u16,
    /// Address to dial, on the same port.
    pub address: IpAddr,
}

/// Why a text is not an [`Override`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read {0:?} as HOST:PORT:ADDR: {1}; an example is example.com:443:127.0.0.1")]
pub struct OverrideError(String, &'static str);

impl FromStr for Override {
    type Err = OverrideError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = |what| OverrideError(text.to_owned(), what);
        let mut parts = text.splitn(3, ':');
        let (Some(host), Some(port), Some(address)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(error("there are not three parts"));
        };
        let port = port
            .parse()
            .map_err(|_| error("the port is not a number up to 65535"))?;
        let address = address.trim_start_matches('[').trim_end_matches(']');
        let address = address
            .parse()
            .map_err(|_| error("the address is not an IP address"))?;
        if host.is_empty() {
            return Err(error("the host is empty"));
        }
        Ok(Self {
            host: host.to_ascii_lowercase(),
            port,
            address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_are_read() {
        let parsed: Override = "MCP.test:8443:[::1]".parse().unwrap();
        assert_eq!(parsed.host, "mcp.test");
        assert_eq!(parsed.port, 8443);
        assert_eq!(parsed.address.to_string(), "::1");
        for bad in [
            "mcp.test",
            "mcp.test:443",
            ":443:127.0.0.1",
            "a:b:127.0.0.1",
            "a:1:localhost",
        ] {
            let error = bad.parse::<Override>().unwrap_err().to_string();
            assert!(
                error.contains(bad) && error.contains("HOST:PORT:ADDR"),
                "{error}"
            );
        }
    }
}
