//! From a target to a connection: guard, resolver, TCP, TLS.

use crate::guard::{self, GuardMode, Range, Verdict};
use crate::target::Target;
use crate::{Inner, tls};
use authscope_model::exchange::{Failure, FailureKind, Timing, Tls};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use url::Host;

/// How long one address has before the next is tried beside it (RFC 8305 recommends 250 ms).
const STAGGER: Duration = Duration::from_millis(250);

/// A byte stream to the target.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// What was learned on the way, kept also when the way ends early.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    pub(crate) timing: Timing,
    pub(crate) peer: Option<String>,
    pub(crate) tls: Option<Tls>,
    /// What is going on, in words, for the message when time runs out.
    pub(crate) doing: String,
}

/// Microseconds since an instant.
pub(crate) fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// Connects to a target.
pub(crate) async fn connect(
    inner: &Inner,
    target: &Target,
    trace: &mut Trace,
) -> Result<Box<dyn Stream>, Failure> {
    check_port(inner, target)?;
    let addresses = addresses(inner, target, trace).await?;
    trace.doing = format!("connecting to {}", target.place());
    let start = Instant::now();
    let stream = connect_any(target, &addresses).await?;
    trace.timing.connect_us = Some(since(start));
    trace.peer = stream.peer_addr().ok().map(|a| a.to_string());
    let _ = stream.set_nodelay(true);
    if !target.https {
        return Ok(Box::new(stream));
    }
    trace.doing = format!("in the TLS handshake with {}", target.place());
    let start = Instant::now();
    let result = tls::connect(inner.tls.clone(), target, stream).await;
    trace.timing.tls_us = Some(since(start));
    let (stream, facts) = result?;
    trace.tls = facts;
    Ok(Box::new(stream))
}

fn check_port(inner: &Inner, target: &Target) -> Result<(), Failure> {
    let mode = inner.settings.guard;
    match guard::port_allowed(target.port, mode) {
        true => Ok(()),
        false => Err(refusal(
            format!(
                "the guard ({mode}) refused {}: port {} belongs to another service than HTTP; --guard local allows it",
                target.place(),
                target.port
            ),
            "--guard",
        )),
    }
}

fn refusal(message: String, setting: &str) -> Failure {
    Failure {
        kind: FailureKind::Guard,
        message,
        setting: Some(setting.to_owned()),
        received: None,
    }
}

/// The addresses that may be dialled.
async fn addresses(
    inner: &Inner,
    target: &Target,
    trace: &mut Trace,
) -> Result<Vec<SocketAddr>, Failure> {
    let found = match (&target.host, overridden(inner, target)) {
        (_, Some(addresses)) => addresses,
        (Host::Ipv4(address), None) => vec![IpAddr::V4(*address)],
        (Host::Ipv6(address), None) => vec![IpAddr::V6(*address)],
        (Host::Domain(name), None) => resolve(inner, name, trace).await?,
    };
    let allowed = filter(inner, target, found)?;
    Ok(allowed
        .into_iter()
        .map(|a| SocketAddr::new(a, target.port))
        .collect())
}

fn overridden(inner: &Inner, target: &Target) -> Option<Vec<IpAddr>> {
    let host = target.host.to_string();
    let host = host.trim_matches(['[', ']']);
    let matching = inner.settings.resolve.iter();
    let addresses: Vec<IpAddr> = matching
        .filter(|o| o.port == target.port && o.host == host)
        .map(|o| o.address)
        .collect();
    (!addresses.is_empty()).then_some(addresses)
}

async fn resolve(inner: &Inner, name: &str, trace: &mut Trace) -> Result<Vec<IpAddr>, Failure> {
    trace.doing = format!("resolving the name `{name}`");
    let start = Instant::now();
    let result = inner.resolver.resolve(name).await;
    trace.timing.dns_us = Some(since(start));
    let failed = |why: String| Failure {
        kind: FailureKind::Dns,
        message: format!("the name `{name}` did not resolve: {why}"),
        setting: None,
        received: None,
    };
    match result {
        Ok(addresses) if addresses.is_empty() => Err(failed("it has no address".to_owned())),
        Ok(addresses) => Ok(addresses),
        Err(error) => Err(failed(error.to_string())),
    }
}

/// What the guard lets through. In guarded mode one refused answer refuses the name.
fn filter(inner: &Inner, target: &Target, found: Vec<IpAddr>) -> Result<Vec<IpAddr>, Failure> {
    let settings = &inner.settings;
    let mut allowed = Vec::new();
    let mut refused = None;
    for address in found {
        match guard::verdict_with(address, settings.guard, &settings.allow) {
            Verdict::Allowed => allowed.push(address),
            Verdict::Refused(range) => refused = refused.or(Some((address, range))),
        }
    }
    match refused {
        Some(refused) if settings.guard == GuardMode::Guarded || allowed.is_empty() => {
            Err(refused_address(settings.guard, target, refused))
        }
        _ => Ok(allowed),
    }
}

fn refused_address(mode: GuardMode, target: &Target, (address, range): (IpAddr, Range)) -> Failure {
    let subject = match &target.host {
        Host::Domain(name) => format!("`{name}`, which resolves to {address}"),
        Host::Ipv4(_) | Host::Ipv6(_) => address.to_string(),
    };
    let prefix = if address.is_ipv4() { 32 } else { 128 };
    let local = matches!(guard::verdict(address, GuardMode::Local), Verdict::Allowed);
    let remedy = match local && mode == GuardMode::Guarded {
        true => format!("--guard local or --guard-allow {address}/{prefix} allows it"),
        false => format!("--guard-allow {address}/{prefix} allows it"),
    };
    let setting = if local && mode == GuardMode::Guarded {
        "--guard"
    } else {
        "--guard-allow"
    };
    refusal(
        format!(
            "the guard ({mode}) refused {subject}: that is {}; {remedy}",
            range.words()
        ),
        setting,
    )
}

/// Tries the addresses in turn, each next one beside those before it, and takes the first that answers.
async fn connect_any(target: &Target, addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut attempts = JoinSet::new();
    let mut waiting = addresses.iter().copied();
    let mut errors = Vec::new();
    loop {
        if let Some(address) = waiting.next() {
            attempts.spawn(async move { (address, TcpStream::connect(address).await) });
        }
        let finished = tokio::select! {
            finished = attempts.join_next() => finished,
            () = sleep(STAGGER), if waiting.len() > 0 => continue,
        };
        match finished {
            Some(Ok((_, Ok(stream)))) => return Ok(stream),
            Some(Ok((address, Err(error)))) => errors.push((address, error)),
            Some(Err(_)) => {}
            None => return Err(no_connection(target, &errors)),
        }
    }
}

fn no_connection(target: &Target, errors: &[(SocketAddr, io::Error)]) -> Failure {
    let each: Vec<String> = errors
        .iter()
        .map(|(address, error)| format!("{address}: {}", connect_words(error)))
        .collect();
    Failure {
        kind: FailureKind::Connect,
        message: format!(
            "no TCP connection to {}: {}",
            target.place(),
            each.join("; ")
        ),
        setting: None,
        received: None,
    }
}

fn connect_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused, nothing listens there".to_owned(),
        io::ErrorKind::HostUnreachable => "host unreachable".to_owned(),
        io::ErrorKind::NetworkUnreachable => "network unreachable".to_owned(),
        _ => error.to_string(),
    }
}
