//! Refresh tokens: when they are given, and how they are renewed (RFC 6749 §6, OAuth 2.1 §4.3).

use crate::authz::AuthServer;
use crate::authz::client::Client;
use crate::authz::state::{Access, Grant, Refresh};
use crate::authz::token::{self, refuse};
use crate::http::{Params, Payload, Reply};
use crate::keys::random;
use crate::scopes;
use crate::shape::Shape;
use crate::target::Target;

/// When a refresh token is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Given {
    /// To clients that are registered for the grant.
    #[default]
    WhenRegistered,
    /// When the scope `offline_access` was granted.
    WhenOffline,
    Never,
}

/// How refresh tokens are issued and renewed.
#[derive(Debug, Clone)]
pub(crate) struct RefreshBehaviour {
    pub(crate) given: Given,
    /// Whether each use gives a new refresh token.
    pub(crate) rotates: bool,
    /// Whether a rotated refresh token goes on working.
    pub(crate) old_lives_on: bool,
    /// Refuses every refresh.
    pub(crate) refuses: Option<fn() -> Reply>,
    /// The scope of the renewed token.
    pub(crate) scope: fn(&str) -> String,
    /// Whether the renewed token forgets its audience and is made for the authorization server itself.
    pub(crate) loses_audience: bool,
    /// Whether the renewed token is somebody else's.
    pub(crate) changes_subject: bool,
    /// Whether the renewed token is the one there was.
    pub(crate) repeats: bool,
    /// Whether the `resource` parameter is refused on refresh.
    pub(crate) refuses_resource: bool,
    /// Bends successful refresh answers.
    pub(crate) shape: Shape,
}

impl Default for RefreshBehaviour {
    fn default() -> Self {
        Self {
            given: Given::WhenRegistered,
            rotates: true,
            old_lives_on: false,
            refuses: None,
            scope: str::to_owned,
            loses_audience: false,
            changes_subject: false,
            repeats: false,
            refuses_resource: false,
            shape: Shape::default(),
        }
    }
}

/// The refresh token that comes with the first access token, if one does.
pub(crate) fn first(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    grant: &Grant,
) -> Option<String> {
    let supported = target
        .behaviour
        .metadata
        .grant_types
        .contains(&"refresh_token");
    let due = match target.behaviour.token.refresh.given {
        Given::Never => false,
        Given::WhenRegistered => client.may_use("refresh_token"),
        Given::WhenOffline => scopes::covers(&grant.scope, "offline_access"),
    };
    (supported && due).then(|| make(server, grant.clone()))
}

fn make(server: &AuthServer, grant: Grant) -> String {
    let token = format!("lab_rt_{}", random(24));
    server
        .state()
        .refresh
        .insert(token.clone(), Refresh { grant, dead: false });
    token
}

/// Gives a new access token for a refresh token.
pub(crate) fn renew(
    target: &Target,
    server: &AuthServer,
    client: &Client,
    form: &Params,
    key: Option<String>,
) -> Result<Reply, Reply> {
    let behaviour = &target.behaviour.token.refresh;
    if let Some(refuses) = behaviour.refuses {
        return Err(refuses());
    }
    let value = form
        .get("refresh_token")
        .ok_or_else(|| refuse("invalid_request", "refresh_token is missing"))?;
    let known = server.state().refresh.get(value).cloned();
    let known = known.filter(|refresh| refresh.grant.client_id == client.id);
    let known = known.ok_or_else(|| refuse("invalid_grant", "unknown refresh token"))?;
    if known.dead {
        server.state().end_family(&known.grant.family);
        return Err(refuse(
            "invalid_grant",
            "the refresh token was used before; its family is revoked",
        ));
    }
    let mut grant = Grant { key, ..known.grant };
    check_resource(target, form, &grant)?;
    if let Some(asked) = form.get("scope") {
        if !scopes::covers(&grant.scope, asked) {
            return Err(refuse("invalid_scope", "a refresh cannot add scopes"));
        }
        asked.clone_into(&mut grant.scope);
    }
    grant.scope = (behaviour.scope)(&grant.scope);
    let next = behaviour
        .rotates
        .then(|| rotate(target, server, value, &grant));
    if behaviour.loses_audience {
        grant.resource.clone_from(&server.issuer);
    }
    if behaviour.changes_subject {
        grant.subject = "somebody-else".to_owned();
    }
    let mut reply = token::tokens(target, server, &grant, next)?;
    if behaviour.repeats {
        repeat(server, &grant, &mut reply);
    }
    Ok(behaviour.shape.apply(reply, &server.vars))
}

fn check_resource(target: &Target, form: &Params, grant: &Grant) -> Result<(), Reply> {
    let Some(asked) = form.get("resource") else {
        return Ok(());
    };
    if target.behaviour.token.refresh.refuses_resource {
        return Err(refuse(
            "invalid_request",
            "resource is not allowed with refresh_token",
        ));
    }
    if asked == grant.resource {
        Ok(())
    } else {
        Err(refuse(
            "invalid_target",
            &format!("{asked} was not authorized"),
        ))
    }
}

fn rotate(target: &Target, server: &AuthServer, old: &str, grant: &Grant) -> String {
    let mut state = server.state();
    if let Some(refresh) = state.refresh.get_mut(old) {
        refresh.dead = !target.behaviour.token.refresh.old_lives_on;
    }
    drop(state);
    make(server, grant.clone())
}

/// Puts the first access token of the grant into an answer that has a new one.
fn repeat(server: &AuthServer, grant: &Grant, reply: &mut Reply) {
    let of_grant = |(token, access): (&String, &Access)| {
        (access.grant.family == grant.family).then(|| (access.issued_at, token.clone()))
    };
    let mut document = reply.document().unwrap_or_default();
    let new = document["access_token"].as_str().map(str::to_owned);
    let state = server.state();
    let old = state.access.iter().filter_map(of_grant);
    let old = old.filter(|(_, token)| Some(token) != new.as_ref()).min();
    if let Some((_, token)) = old {
        document["access_token"] = token.into();
        reply.body = Payload::Whole(document.to_string().into_bytes());
    }
}
