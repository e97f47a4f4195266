//! Targets made on demand: several presets put together, named in the path with `+` between their ids.
//!
//! `/prm-resource-slash+issuer-extra-slash/mcp` is a server with both faults. Such a target is made by the first request for
//! it and shared by both origins, so that the authorization server knows what the MCP server says. Presets that need an
//! origin of their own cannot take part.

use std::sync::{Arc, Mutex, PoisonError};

use crate::behaviour::Behaviour;
use crate::config::PublicBase;
use crate::presets::{self, Preset};
use crate::target::{Mount, Shared, Target};

/// Combinations kept; the oldest is forgotten first.
const CAPACITY: usize = 200;

/// Presets that go together at most.
const MOST: usize = 8;

/// The combinations of a gallery.
pub(crate) struct Combined {
    shared: Arc<Shared>,
    origins: PublicBase,
    made: Mutex<Vec<Arc<Target>>>,
}

impl Combined {
    pub(crate) fn new(shared: Arc<Shared>, origins: PublicBase) -> Self {
        Self {
            shared,
            origins,
            made: Mutex::default(),
        }
    }

    /// The target that a path belongs to, when it names several presets.
    pub(crate) fn target(&self, path: &str) -> Option<Arc<Target>> {
        let id = combination(path)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.iter().find(|target| target.id == id) {
            return Some(Arc::clone(known));
        }
        let target = Arc::new(self.make(id)?);
        if made.len() >= CAPACITY {
            made.remove(0);
        }
        made.push(Arc::clone(&target));
        Some(target)
    }

    fn make(&self, id: &str) -> Option<Target> {
        let parts: Vec<&Preset> = id.split('+').map(presets::preset).collect::<Option<_>>()?;
        if parts.len() > MOST || parts.iter().any(|preset| preset.own_origin) {
            return None;
        }
        let mut behaviour = Behaviour::default();
        for preset in parts {
            preset.apply(&mut behaviour);
        }
        let mut mount = Mount {
            mcp_origin: self.origins.mcp.clone(),
            authorization_origin: self.origins.authorization.clone(),
            path: format!("/{id}"),
        };
        if behaviour.metadata.on_mcp_origin {
            mount.authorization_origin.clone_from(&mount.mcp_origin);
        }
        Target::new(id, behaviour, mount, Arc::clone(&self.shared)).ok()
    }
}

/// The segment of a path that names several presets: the first, or the one behind the well-known name.
fn combination(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/.well-known/").map_or(path, |rest| {
        rest.split_once('/').map_or("", |(_, rest)| rest)
    });
    let first = rest.trim_start_matches('/').split('/').next()?;
    first.contains('+').then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segment_is_found_where_clients_put_it() {
        assert_eq!(combination("/a+b/mcp"), Some("a+b"));
        let path = "/.well-known/oauth-protected-resource/a+b/mcp";
        assert_eq!(combination(path), Some("a+b"));
        assert_eq!(combination("/a/mcp"), None);
        assert_eq!(combination("/.well-known/a+b"), None);
        assert_eq!(combination("/"), None);
    }
}
