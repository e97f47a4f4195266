//! The configuration as it is recorded.

use super::{Masker, headers};
use crate::config::{Grant, Pair, ToolCall};
use crate::{Header, SessionConfig};
use serde_json::Value;

impl Masker {
    /// The configuration with its secrets masked.
    #[must_use]
    pub fn config(&self, config: &SessionConfig) -> SessionConfig {
        let secret =
            |kind: &str, value: &Option<String>| value.as_deref().map(|v| self.mask(kind, v));
        SessionConfig {
            server_url: self.url(&config.server_url),
            grant: self.grant(&config.grant),
            client_secret: secret("client_secret", &config.client_secret),
            private_key: secret("private_key", &config.private_key),
            initial_access_token: secret("initial_access_token", &config.initial_access_token),
            headers: config.headers.iter().map(|p| self.header_pair(p)).collect(),
            authorize_params: config
                .authorize_params
                .iter()
                .map(|p| self.parameter(p))
                .collect(),
            client_metadata: self.members(&config.client_metadata),
            call_tool: config.call_tool.as_ref().map(|call| ToolCall {
                name: call.name.clone(),
                arguments: self.json(&call.arguments),
            }),
            ..config.clone()
        }
    }

    fn grant(&self, grant: &Grant) -> Grant {
        let mut grant = grant.clone();
        match &mut grant {
            Grant::JwtBearer { assertion } => *assertion = self.mask("assertion", assertion),
            Grant::IdentityAssertion { subject_token, .. } => {
                *subject_token = self.mask("subject_token", subject_token);
            }
            Grant::AuthorizationCode | Grant::ClientCredentials | Grant::DeviceCode => {}
        }
        grant
    }

    fn header_pair(&self, pair: &Pair) -> Pair {
        let masked = headers::header(self, &Header::new(&*pair.name, &*pair.value));
        Pair {
            name: masked.name,
            value: masked.value,
        }
    }

    fn parameter(&self, pair: &Pair) -> Pair {
        let name = super::names::normalise(&pair.name);
        let value = match super::names::treatment(&name, &self.extra_names) {
            Some(_) => self.mask(&pair.name, &pair.value),
            None => self.text(&pair.value),
        };
        Pair {
            name: pair.name.clone(),
            value,
        }
    }

    fn members(&self, members: &serde_json::Map<String, Value>) -> serde_json::Map<String, Value> {
        match self.json(&Value::Object(members.clone())) {
            Value::Object(masked) => masked,
            _ => serde_json::Map::new(),
        }
    }
}
