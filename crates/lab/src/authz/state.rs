//! What an authorization server remembers: clients, requests under way, codes and tokens.

use crate::authz::client::{self, Client};
use crate::authz::device::Device;
use crate::http::Params;
use crate::table::Table;

/// What a person allowed a client to do.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) client_id: String,
    /// The person, or the client itself for client credentials.
    pub(crate) subject: String,
    pub(crate) scope: String,
    pub(crate) resource: String,
    pub(crate) nonce: Option<String>,
    /// Names all tokens that descend from one authorization.
    pub(crate) family: String,
    /// Thumbprint of the key that tokens are bound to (RFC 9449).
    pub(crate) key: Option<String>,
}

/// An authorization code that was handed out.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) grant: Grant,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: Option<String>,
    pub(crate) challenge_method: String,
    pub(crate) expires_at: i64,
    pub(crate) redeemed: bool,
}

/// A refresh token that was handed out.
#[derive(Debug, Clone)]
pub(crate) struct Refresh {
    pub(crate) grant: Grant,
    /// Rotated away, revoked, or its family ended.
    pub(crate) dead: bool,
}

/// An access token that was handed out, kept under the token itself.
#[derive(Debug, Clone)]
pub(crate) struct Access {
    pub(crate) grant: Grant,
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
    pub(crate) revoked: bool,
}

/// A valid authorization request that waits for a person's decision.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) client_name: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) challenge: Option<String>,
    pub(crate) challenge_method: String,
    pub(crate) grant: Grant,
}

/// A request pushed ahead of the person (RFC 9126).
#[derive(Debug, Clone)]
pub(crate) struct Pushed {
    pub(crate) client_id: String,
    pub(crate) params: Params,
    pub(crate) expires_at: i64,
}

/// A client id metadata document kept as its headers allow.
#[derive(Debug, Clone)]
pub(crate) struct KeptDocument {
    pub(crate) client: Client,
    pub(crate) until: i64,
}

/// All tables of one authorization server.
#[derive(Default)]
pub(crate) struct AuthState {
    pub(crate) clients: Table<Client>,
    pub(crate) documents: Table<KeptDocument>,
    pub(crate) pending: Table<Pending>,
    pub(crate) pushed: Table<Pushed>,
    pub(crate) codes: Table<Code>,
    pub(crate) refresh: Table<Refresh>,
    pub(crate) access: Table<Access>,
    pub(crate) devices: Table<Device>,
    /// `jti` of client assertions seen, against replay.
    pub(crate) assertions: Table<()>,
}

impl AuthState {
    pub(crate) fn new(preregistered: bool) -> Self {
        let mut state = Self::default();
        if preregistered {
            for client in client::preregistered() {
                state.clients.insert(client.id.clone(), client);
            }
        }
        state
    }

    /// Ends every token that descends from one authorization.
    pub(crate) fn end_family(&mut self, family: &str) {
        for refresh in self
            .refresh
            .values_mut()
            .filter(|refresh| refresh.grant.family == family)
        {
            refresh.dead = true;
        }
        for access in self
            .access
            .values_mut()
            .filter(|access| access.grant.family == family)
        {
            access.revoked = true;
        }
    }
}
