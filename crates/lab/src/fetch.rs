//! Fetching what clients publish: client id metadata documents and key sets.
//!
//! As a careful authorization server does it: no redirects, a size cap, a time limit, no proxy, and no addresses that
//! are not public, unless the lab runs on its owner's own machine.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use serde_json::Value;
use url::{Host, Url};

use crate::LabError;

/// The draft on client id metadata documents recommends 5 kilobytes.
const SIZE_CAP: usize = 5 * 1024;
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// A document fetched from a client.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    pub(crate) document: Value,
    /// Seconds the answer may be kept, by its `Cache-Control`.
    pub(crate) max_age: i64,
}

/// The HTTP client of the lab's authorization servers.
#[derive(Debug)]
pub(crate) struct Fetcher {
    client: reqwest::Client,
    allow_private: bool,
}

impl Fetcher {
    pub(crate) fn new(allow_private: bool) -> Result<Self, LabError> {
        let mut builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(TIME_LIMIT)
            .user_agent("authscope-lab")
            .no_proxy();
        if !allow_private {
            builder = builder.dns_resolver(Arc::new(PublicOnly));
        }
        let client = builder.build().map_err(LabError::HttpClient)?;
        Ok(Self {
            client,
            allow_private,
        })
    }

    /// Gets a JSON document; the error is a fragment for an `error_description`.
    pub(crate) async fn json(&self, url: &str) -> Result<Fetched, String> {
        self.check(url)?;
        let request = self.client.get(url).header("Accept", "application/json");
        let mut response = request
            .send()
            .await
            .map_err(|error| format!("fetch failed: {}", innermost(&error)))?;
        if response.status() != 200 {
            return Err(format!(
                "answered {} instead of 200",
                response.status().as_u16()
            ));
        }
        let max_age = max_age(
            response
                .headers()
                .get("cache-control")
                .and_then(|value| value.to_str().ok()),
        );
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|_| "the body broke off".to_owned())?
        {
            body.extend_from_slice(&chunk);
            if body.len() > SIZE_CAP {
                return Err(format!("the document is larger than {SIZE_CAP} bytes"));
            }
        }
        let document = serde_json::from_slice(&body)
            .map_err(|error| format!("the document is not JSON: {error}"))?;
        Ok(Fetched { document, max_age })
    }

    /// Scheme and literal addresses; names are judged when they are resolved.
    fn check(&self, url: &str) -> Result<(), String> {
        let url = Url::parse(url).map_err(|error| format!("{url} is not a URL: {error}"))?;
        if self.allow_private {
            return Ok(());
        }
        if url.scheme() != "https" {
            return Err(format!("{url} is not https"));
        }
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        match literal {
            Some(address) if !is_public(address) => {
                Err(format!("{address} is not a public address"))
            }
            _ => Ok(()),
        }
    }
}

/// The last cause of an error, which is the one a person can act on.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn max_age(cache_control: Option<&str>) -> i64 {
    let directives = || cache_control.unwrap_or_default().split(',').map(str::trim);
    if directives().any(|directive| directive == "no-store" || directive == "no-cache") {
        return 0;
    }
    let seconds = directives()
        .find_map(|directive| directive.strip_prefix("max-age="))
        .and_then(|age| age.parse().ok());
    seconds.unwrap_or(0).clamp(0, 3_600)
}

/// A resolver that gives public addresses only.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(format!("{} has no public address", name.as_str()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0)
                || (a == 198 && (18..20).contains(&b)))
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            // Global unicast is 2000::/3; the tunnels in it (Teredo, 6to4) can name private IPv4 hosts.
            None => {
                let [a, b, ..] = v6.segments();
                a & 0xe000 == 0x2000 && a != 0x2002 && !(a == 0x2001 && (b == 0 || b == 0xdb8))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass_the_guard() {
        let refused = [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "::1",
            "::ffff:192.168.0.1",
            "2002:7f00:1::",
            "fd00::1",
        ];
        for address in refused {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["93.184.216.34", "2606:4700::1111"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn cache_time_is_read_from_the_header() {
        assert_eq!(max_age(Some("public, max-age=120")), 120);
        assert_eq!(max_age(Some("no-store, max-age=120")), 0);
        assert_eq!(max_age(None), 0);
    }
}
