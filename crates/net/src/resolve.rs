//! Names to addresses. What a resolver answers is filtered by the guard and is what is dialled.

use async_trait::async_trait;
use std::io;
use std::net::IpAddr;

/// A resolver.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// The addresses of a host name, in order of preference.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let mut addresses = Vec::new();
        for address in tokio::net::lookup_host((host, 0)).await? {
            if !addresses.contains(&address.ip()) {
                addresses.push(address.ip());
            }
        }
        Ok(addresses)
    }
}
