//! Configuration of a lab.

use std::net::{Ipv4Addr, SocketAddr};

/// Where a lab listens and how it treats the outside.
#[derive(Debug, Clone)]
pub struct LabConfig {
    /// Address of the MCP servers' listener; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Address of the authorization servers' listener; by default the same host and the next port (or any free one, if
    /// `listen` leaves the port open).
    pub authorization_listen: Option<SocketAddr>,
    /// Host name to write into URLs instead of the listening address, `localhost` say.
    pub host: Option<String>,
    /// How the two listeners are reached from outside, if a proxy stands in front of them.
    pub public: Option<PublicBase>,
    /// Consents for browsers too.
    pub auto_consent: bool,
    /// Asks for consent with a page even where a program is asking, as most servers do that people sign in to.
    pub asks_programs: bool,
    /// Whether client documents and key sets may be fetched from private addresses and over plain http on loopback. Leave it
    /// off where strangers reach the lab.
    pub private_fetches: bool,
}

/// Public origins of the two listeners, without a trailing slash.
#[derive(Debug, Clone)]
pub struct PublicBase {
    /// Origin of the MCP servers, `https://lab.example` say.
    pub mcp: String,
    /// Origin of the authorization servers.
    pub authorization: String,
}

impl Default for LabConfig {
    fn default() -> Self {
        Self::on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }
}

impl LabConfig {
    /// A lab at this address, open to private addresses only if it is itself on loopback.
    #[must_use]
    pub fn on(listen: SocketAddr) -> Self {
        Self {
            listen,
            authorization_listen: None,
            host: None,
            public: None,
            auto_consent: false,
            asks_programs: false,
            private_fetches: listen.ip().is_loopback(),
        }
    }

    /// The address of the authorization servers' listener.
    pub(crate) fn authorization_address(&self) -> SocketAddr {
        self.authorization_listen.unwrap_or_else(|| {
            let port = self.listen.port();
            SocketAddr::new(
                self.listen.ip(),
                if port == 0 { 0 } else { port.saturating_add(1) },
            )
        })
    }
}
