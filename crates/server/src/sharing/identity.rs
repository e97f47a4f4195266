//! Who asks: a browser by its cookie, or a person whom a trusted proxy names.
//!
//! A browser gets its cookie when it makes something, never by looking. What is stored is a hash: neither the store nor
//! a backup lets anybody in.

use super::links::{hash, secret};
use crate::state::AppState;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{COOKIE, SET_COOKIE};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The browser's own cookie.
const ME: &str = "authscope_me";
/// A year: as long as the sessions that somebody may come back to.
const AGE: u32 = 365 * 24 * 3600;

/// Who asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Identity {
    /// Hashes under which sessions may belong to them, the one for new sessions first.
    pub(crate) keys: Vec<String>,
    /// The name a trusted proxy gave.
    pub(crate) user: Option<String>,
    /// Where the request came from, as far as that is known.
    pub(crate) address: Option<IpAddr>,
    /// A cookie made for this request, set when something became theirs.
    fresh: Option<Arc<Fresh>>,
}

#[derive(Debug)]
struct Fresh {
    key: String,
    used: AtomicBool,
}

impl Identity {
    /// The hash that new sessions belong to.
    pub(crate) fn key(&self) -> Option<&str> {
        if let Some(key) = self.keys.first() {
            return Some(key);
        }
        let fresh = self.fresh.as_ref()?;
        fresh.used.store(true, Ordering::Relaxed);
        Some(&fresh.key)
    }
}

/// The layer: says who asks, and gives a browser its cookie when it needs one.
pub(crate) async fn layer(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut who = identify(&state, &request);
    let mut cookie = None;
    if who.keys.is_empty()
        && !request.method().is_safe()
        && let Some(token) = secret()
    {
        who.fresh = Some(Arc::new(Fresh {
            key: browser_key(&token),
            used: AtomicBool::new(false),
        }));
        cookie = Some(token);
    }
    request.extensions_mut().insert(who.clone());
    let mut response = next.run(request).await;
    let used = who
        .fresh
        .is_some_and(|fresh| fresh.used.load(Ordering::Relaxed));
    if let Some(token) = cookie.filter(|_| used) {
        let public = state.public_url();
        let secure = if public.is_https() { "; Secure" } else { "" };
        let base = public.base_path();
        let cookie =
            format!("{ME}={token}; Path={base}; Max-Age={AGE}; HttpOnly; SameSite=Lax{secure}");
        if let Ok(cookie) = cookie.parse() {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

fn identify(state: &AppState, request: &Request) -> Identity {
    let sharing = state.sharing();
    let headers = request.headers();
    let trusted = sharing.believes(peer(request));
    let named = sharing.user_header.as_ref().filter(|_| trusted);
    let user = named
        .and_then(|name| one(headers, name.as_str()))
        .filter(|user| !user.trim().is_empty());
    let keys = user.iter().map(|user| hash("user", user));
    let browser = cookie(headers, ME).map(|token| browser_key(&token));
    Identity {
        keys: keys.chain(browser).collect(),
        user,
        address: address(state, request),
        fresh: None,
    }
}

/// Where a request came from: what a trusted proxy says, else the other end of the connection.
pub(crate) fn address(state: &AppState, request: &Request) -> Option<IpAddr> {
    let (sharing, peer) = (state.sharing(), peer(request));
    let forwarded = sharing
        .believes(peer)
        .then(|| forwarded(request.headers(), sharing));
    forwarded.flatten().or(peer)
}

fn peer(request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map(|peer| peer.0.ip())
}

fn browser_key(token: &str) -> String {
    hash("browser", token)
}

/// The value of a header that stands there once; a second one may have been smuggled in.
fn one(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?.to_owned();
    values.next().is_none().then_some(value)
}

/// The last address that no proxy of ours added.
fn forwarded(headers: &HeaderMap, sharing: &super::Sharing) -> Option<IpAddr> {
    let lines = headers.get_all("x-forwarded-for").iter();
    let all: Vec<IpAddr> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|address| address.trim().parse().ok())
        .collect();
    all.into_iter()
        .rev()
        .find(|address| !sharing.believes(Some(*address)))
}

/// The value of a cookie.
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}
