//! The scopes a target knows, and who says so.

/// Where which scope is named. Lists are space-separated, as on the wire.
#[derive(Debug, Clone)]
pub(crate) struct ScopeBehaviour {
    /// `scope` of the 401 challenge.
    pub(crate) challenged: Option<&'static str>,
    /// `scopes_supported` of the protected resource metadata.
    pub(crate) resource: Option<&'static str>,
    /// What the authorization server can grant.
    pub(crate) grantable: &'static str,
    /// Whether the authorization server's metadata lists what it can grant.
    pub(crate) listed: bool,
    /// What the MCP server demands of every token.
    pub(crate) required: &'static str,
    /// What the tool `admin_report` demands besides.
    pub(crate) admin: &'static str,
    /// Granted when the request names no scope.
    pub(crate) default: &'static str,
    /// Whether a request without scope is refused.
    pub(crate) request_must_name: bool,
    /// What becomes of the requested scope when it is granted.
    pub(crate) grant: fn(&str) -> String,
}

impl Default for ScopeBehaviour {
    fn default() -> Self {
        Self {
            challenged: Some("files:read"),
            resource: Some("files:read files:write"),
            grantable: "files:read files:write files:admin",
            listed: true,
            required: "files:read",
            admin: "files:admin",
            default: "files:read",
            request_must_name: false,
            grant: str::to_owned,
        }
    }
}

/// The scopes of a space-separated list.
pub(crate) fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(' ').filter(|word| !word.is_empty())
}

/// Whether every scope of `wanted` is in `held`.
pub(crate) fn covers(held: &str, wanted: &str) -> bool {
    words(wanted).all(|scope| words(held).any(|other| other == scope))
}
