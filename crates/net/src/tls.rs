//! TLS: what is trusted, and handshake failures in words.

use crate::settings::{NetSettings, SettingsError};
use crate::target::Target;
use authscope_model::exchange::{Failure, FailureKind, Tls};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use url::Host;

/// The client configuration: public roots, the operator's roots, HTTP/1.1 only.
pub(crate) fn config(settings: &NetSettings) -> Result<ClientConfig, SettingsError> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    add_extra(&mut roots, &settings.extra_roots)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn add_extra(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), SettingsError> {
    if pem.trim_ascii().is_empty() {
        return Ok(());
    }
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        count += 1;
        let certificate = certificate.map_err(|e| SettingsError::Pem(e.to_string()))?;
        roots
            .add(certificate)
            .map_err(|e| SettingsError::Root(count, e))?;
    }
    match count {
        0 => Err(SettingsError::NoCertificate),
        _ => Ok(()),
    }
}

/// Makes the handshake.
pub(crate) async fn connect(
    config: Arc<ClientConfig>,
    target: &Target,
    stream: TcpStream,
) -> Result<(TlsStream<Tap>, Option<Tls>), Failure> {
    let name = server_name(target)?;
    let connector = TlsConnector::from(config);
    let stream = connector
        .connect(name, Tap::new(stream))
        .into_fallible()
        .await
        .map_err(|(error, tap)| in_words(target, &error, &tap.seen))?;
    let facts = facts(&stream);
    Ok((stream, facts))
}

fn server_name(target: &Target) -> Result<ServerName<'static>, Failure> {
    match &target.host {
        Host::Ipv4(address) => Ok(ServerName::from(std::net::IpAddr::from(*address))),
        Host::Ipv6(address) => Ok(ServerName::from(std::net::IpAddr::from(*address))),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_owned();
            ServerName::try_from(name.clone()).map_err(|_| Failure {
                kind: FailureKind::Url,
                message: format!(
                    "`{name}` cannot be asked for in a TLS handshake: it is not a DNS name"
                ),
                setting: None,
                received: None,
            })
        }
    }
}

fn facts(stream: &TlsStream<Tap>) -> Option<Tls> {
    let (_, session) = stream.get_ref();
    let version = match session.protocol_version()? {
        rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3".to_owned(),
        rustls::ProtocolVersion::TLSv1_2 => "TLSv1.2".to_owned(),
        other => format!("{other:?}"),
    };
    let suite = session.negotiated_cipher_suite()?.suite();
    let cipher = suite
        .as_str()
        .map_or_else(|| format!("{suite:?}"), str::to_owned);
    Some(Tls { version, cipher })
}

fn in_words(target: &Target, error: &io::Error, seen: &[u8]) -> Failure {
    let place = target.place();
    let inner = error
        .get_ref()
        .and_then(|e| e.downcast_ref::<rustls::Error>());
    let plain = seen.first().is_some_and(|b| !(0x14..=0x18).contains(b));
    let (reason, setting) = match inner {
        _ if plain => (not_tls(seen), None),
        Some(rustls::Error::InvalidCertificate(error)) => certificate(target, error),
        Some(rustls::Error::AlertReceived(alert)) => (
            format!("the server refused the handshake with the alert {alert:?}"),
            None,
        ),
        Some(rustls::Error::PeerIncompatible(why)) => (
            format!("the server offers nothing we speak (TLS 1.2 and 1.3): {why:?}"),
            None,
        ),
        Some(other) => (other.to_string(), None),
        None if error.kind() == io::ErrorKind::UnexpectedEof => (
            "the server closed the connection during the handshake".to_owned(),
            None,
        ),
        None => (
            format!("the connection broke during the handshake: {error}"),
            None,
        ),
    };
    Failure {
        kind: FailureKind::Tls,
        message: format!("TLS handshake with {place}: {reason}"),
        setting,
        received: plain.then(|| crate::head::text(seen)),
    }
}

fn not_tls(seen: &[u8]) -> String {
    match seen.starts_with(b"HTTP/") {
        true => "the server answered in plain HTTP; there is no TLS on this port, use an http URL or the TLS port".to_owned(),
        false => "the server does not speak TLS on this port".to_owned(),
    }
}

fn certificate(target: &Target, error: &CertificateError) -> (String, Option<String>) {
    let host = &target.host;
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => (
            "the certificate is of an issuer that is not trusted; add that issuer's certificate with --cacert".to_owned(),
            Some("--cacert".to_owned()),
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            (format!("the certificate is expired ({error})"), None)
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            (format!("the certificate is not valid yet ({error})"), None)
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            (format!("the certificate is not for `{host}` ({error})"), None)
        }
        CertificateError::Revoked => ("the certificate is revoked".to_owned(), None),
        CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity") => (
            "the certificate is a CA certificate used as a server certificate; make one for the server, signed by that CA".to_owned(),
            None,
        ),
        other => (format!("the certificate is not accepted: {other}"), None),
    }
}

/// A TCP stream that keeps the first bytes received, to tell what answered when it was not TLS.
#[derive(Debug)]
pub(crate) struct Tap {
    stream: TcpStream,
    seen: Vec<u8>,
}

/// Bytes kept.
const TAP: usize = 4096;

impl Tap {
    const fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            seen: Vec::new(),
        }
    }
}

impl AsyncRead for Tap {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        let room = TAP.saturating_sub(self.seen.len());
        if room > 0 {
            let fresh = buffer.filled().get(before..).unwrap_or_default();
            self.seen.extend(fresh.iter().take(room));
        }
        result
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
