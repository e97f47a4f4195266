//! TLS: what is recorded of it, and its failures in words.

use crate::server::*;
use authscope_model::RawExchange;
use authscope_model::exchange::FailureKind;
use authscope_net::{Net, NetRequest, NetSettings, SettingsError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{self, ServerConfig};

/// A certificate authority of a test.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn server(&self, params: CertificateParams) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config
    }
}

fn for_localhost() -> CertificateParams {
    CertificateParams::new(vec!["localhost".into(), "127.0.0.1".into()]).unwrap()
}

async fn serve_tls(config: ServerConfig, script: Vec<Act>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else {
            return;
        };
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        read_request(&mut stream).await;
        act(&mut stream, script).await;
    });
    address
}

async fn get_tls(roots: &str, url: String) -> RawExchange {
    let settings = NetSettings {
        extra_roots: roots.as_bytes().to_vec(),
        ..settings()
    };
    Net::new(settings)
        .unwrap()
        .send(NetRequest::new("GET", url))
        .await
}

#[tokio::test]
async fn version_and_cipher_are_recorded() {
    let authority = Authority::new();
    let script = vec![write(
        "HTTP/1.1 200 OK\r\nX-Case: Kept\r\ncontent-length: 2\r\n\r\nok",
    )];
    let address = serve_tls(authority.server(for_localhost()), script).await;
    let exchange = get_tls(
        &authority.pem,
        format!("https://127.0.0.1:{}/", address.port()),
    )
    .await;
    assert_eq!(response(&exchange).body, b"ok");
    assert_eq!(response(&exchange).headers[0].name, "X-Case");
    let tls = exchange.tls.unwrap();
    assert_eq!(tls.version, "TLSv1.3");
    assert!(tls.cipher.starts_with("TLS13_"), "{}", tls.cipher);
    assert!(exchange.timing.tls_us.is_some());
}

#[tokio::test]
async fn a_body_until_the_end_needs_no_closing_alert() {
    let authority = Authority::new();
    let config = authority.server(for_localhost());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = TlsAcceptor::from(Arc::new(config))
            .accept(stream)
            .await
            .unwrap();
        read_request(&mut stream).await;
        use tokio::io::AsyncWriteExt as _;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\nall of it")
            .await
            .unwrap();
        stream.flush().await.unwrap();
        // Only the TCP connection is closed.
        stream.into_inner().0.shutdown().await.unwrap();
    });
    let exchange = get_tls(&authority.pem, format!("https://127.0.0.1:{port}/")).await;
    assert_eq!(
        (response(&exchange).body.as_slice(), response(&exchange).cut),
        (&b"all of it"[..], None)
    );
}

#[tokio::test]
async fn certificates_that_are_not_accepted_are_explained() {
    let authority = Authority::new();
    let mut expired = for_localhost();
    expired.not_before = date_time_ymd(2019, 1, 1);
    expired.not_after = date_time_ymd(2020, 1, 1);
    let mut future = for_localhost();
    future.not_before = date_time_ymd(3019, 1, 1);
    future.not_after = date_time_ymd(3020, 1, 1);
    let other = CertificateParams::new(vec!["other.example".into()]).unwrap();
    for (params, roots, words, setting) in [
        (
            for_localhost(),
            "",
            "issuer that is not trusted",
            Some("--cacert"),
        ),
        (expired, authority.pem.as_str(), "is expired", None),
        (future, authority.pem.as_str(), "not valid yet", None),
        (other, authority.pem.as_str(), "not for `127.0.0.1`", None),
    ] {
        let address = serve_tls(authority.server(params), vec![]).await;
        let exchange = get_tls(roots, format!("https://{address}/")).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Tls, "{}", failure.message);
        assert!(failure.message.contains(words), "{}", failure.message);
        assert!(
            failure.message.contains(&address.to_string()),
            "{}",
            failure.message
        );
        assert_eq!(failure.setting.as_deref(), setting);
        assert!(exchange.peer.is_some());
    }
}

#[tokio::test]
async fn what_is_not_tls_is_told_apart() {
    for (script, words, received) in [
        (
            vec![write("HTTP/1.1 400 Bad Request\r\n\r\n")],
            "plain HTTP",
            Some("HTTP/1.1 400 Bad Request\r\n\r\n"),
        ),
        (
            vec![write("220 smtp.example ESMTP\r\n")],
            "does not speak TLS",
            Some("220 smtp.example ESMTP\r\n"),
        ),
        (
            vec![write([0x15, 3, 3, 0, 2, 2, 40])],
            "HandshakeFailure",
            None,
        ),
        (vec![], "closed the connection during the handshake", None),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            // Reads the greeting, so that closing does not become a reset.
            let mut hello = [0; 1024];
            let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut hello).await;
            act(&mut stream, script).await;
        });
        let exchange = get_tls("", format!("https://{address}/")).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Tls, "{}", failure.message);
        assert!(failure.message.contains(words), "{}", failure.message);
        assert_eq!(failure.received.as_deref(), received);
    }
}

#[test]
fn bad_roots_are_refused_in_words() {
    for (pem, words) in [
        ("no certificate here", "no BEGIN CERTIFICATE block"),
        (
            "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
            "--cacert",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "certificate 1 of --cacert",
        ),
    ] {
        let settings = NetSettings {
            extra_roots: pem.as_bytes().to_vec(),
            ..settings()
        };
        let error: SettingsError = Net::new(settings).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}
