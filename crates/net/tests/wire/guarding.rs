//! The guard at work: what is refused is never dialled.

use crate::server::*;
use async_trait::async_trait;
use authscope_model::exchange::FailureKind;
use authscope_net::{GuardMode, Net, NetRequest, NetSettings, Resolve};
use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

/// A resolver whose every answer is scripted.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: Mutex<Vec<String>>,
}

impl Scripted {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |list: &&[&str]| list.iter().map(|a| a.parse().unwrap()).collect();
        Arc::new(Self {
            answers: Mutex::new(answers.iter().map(parse).collect()),
            asked: Mutex::default(),
        })
    }
}

#[async_trait]
impl Resolve for Scripted {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.lock().unwrap().push(host.to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        answer.ok_or_else(|| io::Error::other("no such host"))
    }
}

fn guarded() -> NetSettings {
    NetSettings {
        guard: GuardMode::Guarded,
        ..settings()
    }
}

async fn send(
    settings: NetSettings,
    resolver: Arc<Scripted>,
    url: &str,
) -> authscope_model::RawExchange {
    let net = Net::with_resolver(settings, resolver).unwrap();
    net.send(NetRequest::new("GET", url)).await
}

#[tokio::test]
async fn literals_in_every_disguise_are_refused() {
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.0x0.0x0.0x1",
        "0x7f.1",
        "017700000001",
        "0300.0250.0.1",
        "3232235521",
        "[64:ff9b:1::7f00:1]",
        "[::ffff:0:127.0.0.1]",
        "[fd00:ec2::23]",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[64:ff9b::127.0.0.1]",
        "[fec0::1]",
        "[fe80::1]",
        "[fc00::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "100.64.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127.0.0.1.",
    ] {
        let resolver = Scripted::new(&[]);
        let exchange = send(
            guarded(),
            resolver.clone(),
            &format!("http://{host}/latest/meta-data"),
        )
        .await;
        let failure = failure(&exchange);
        assert_eq!(
            failure.kind,
            FailureKind::Guard,
            "{host}: {}",
            failure.message
        );
        assert!(
            failure.message.contains("--guard-allow"),
            "{}",
            failure.message
        );
        assert!(failure.setting.as_deref().unwrap().starts_with("--guard"));
        assert!(
            resolver.asked.lock().unwrap().is_empty(),
            "{host} went to the resolver"
        );
        assert_eq!(exchange.peer, None);
        assert_eq!(
            exchange.request.request_line,
            "GET /latest/meta-data HTTP/1.1"
        );
    }
}

#[tokio::test]
async fn metadata_and_link_local_are_refused_locally_too() {
    for host in [
        "169.254.169.254",
        "0xa9fea9fe",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[::ffff:169.254.169.254]",
        "[2002:7f00:1::]",
    ] {
        let exchange = send(settings(), Scripted::new(&[]), &format!("http://{host}/")).await;
        let failure = failure(&exchange);
        assert_eq!(
            (failure.kind, failure.setting.as_deref()),
            (FailureKind::Guard, Some("--guard-allow"))
        );
    }
    let exchange = send(
        settings(),
        Scripted::new(&[&["169.254.169.254"]]),
        "http://metadata.test/",
    )
    .await;
    assert!(
        failure(&exchange)
            .message
            .contains("`metadata.test`, which resolves to 169.254.169.254")
    );
}

#[tokio::test]
async fn a_name_with_a_private_answer_among_public_ones_is_refused_when_guarded() {
    for answers in [
        &["93.184.216.34", "10.0.0.1"][..],
        &["10.0.0.1", "93.184.216.34"],
        &["2606:4700::1", "::1"],
    ] {
        let exchange = send(guarded(), Scripted::new(&[answers]), "https://mixed.test/").await;
        let failure = failure(&exchange);
        assert_eq!(
            (failure.kind, failure.setting.as_deref()),
            (FailureKind::Guard, Some("--guard"))
        );
        assert!(
            failure.message.contains("`mixed.test`"),
            "{}",
            failure.message
        );
        assert_eq!(exchange.timing.connect_us, None);
    }
}

#[tokio::test]
async fn locally_only_the_allowed_answers_are_dialled() {
    let (address, _task) = serve(vec![write("HTTP/1.1 204 x\r\n\r\n")]).await;
    let resolver = Scripted::new(&[&["169.254.169.254", "127.0.0.1"]]);
    let url = format!("http://mixed.test:{}/", address.port());
    let exchange = send(settings(), resolver, &url).await;
    assert_eq!(response(&exchange).status, 204);
    assert_eq!(exchange.peer, Some(address.to_string()));
    assert!(exchange.timing.dns_us.is_some());
}

#[tokio::test]
async fn a_name_that_changes_its_answer_is_judged_every_time() {
    let resolver = Scripted::new(&[&["127.0.0.1"], &["169.254.169.254"]]);
    let (address, _task) = serve(vec![write("HTTP/1.1 204 x\r\n\r\n")]).await;
    let net = Net::with_resolver(settings(), resolver.clone()).unwrap();
    let url = format!("http://rebind.test:{}/", address.port());
    let first = net.send(NetRequest::new("GET", &url)).await;
    let second = net.send(NetRequest::new("GET", &url)).await;
    assert_eq!(response(&first).status, 204);
    assert_eq!(failure(&second).kind, FailureKind::Guard);
    assert_eq!(
        resolver.asked.lock().unwrap().len(),
        2,
        "one look-up per exchange, its answer is what is dialled"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_target_is_judged() {
    let location = "http://169.254.169.254/latest/meta-data/";
    let head = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\ncontent-length: 0\r\n\r\n");
    let exchange = get(vec![write(head)]).await;
    let target =
        authscope_model::exchange::header(&response(&exchange).headers, "location").unwrap();
    assert_eq!(target, location);
    let hop = net().send(NetRequest::new("GET", target)).await;
    assert_eq!(failure(&hop).kind, FailureKind::Guard);
}

#[tokio::test]
async fn an_operator_can_allow_a_network() {
    let (address, _task) = serve(vec![write("HTTP/1.1 204 x\r\n\r\n")]).await;
    let settings = NetSettings {
        allow: vec!["127.0.0.0/8".parse().unwrap()],
        ..guarded()
    };
    let exchange = send(settings, Scripted::new(&[]), &format!("http://{address}/")).await;
    assert_eq!(response(&exchange).status, 204);
}

#[tokio::test]
async fn ports_of_other_services_are_refused_before_resolving() {
    let resolver = Scripted::new(&[]);
    let exchange = send(guarded(), resolver.clone(), "http://mail.test:25/").await;
    let failure = failure(&exchange);
    assert_eq!(
        (failure.kind, failure.setting.as_deref()),
        (FailureKind::Guard, Some("--guard"))
    );
    assert!(resolver.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn overrides_replace_the_resolver_and_not_the_guard() {
    let (address, task) = serve(vec![write("HTTP/1.1 204 x\r\n\r\n")]).await;
    let rule = format!("mcp.test:{}:127.0.0.1", address.port())
        .parse()
        .unwrap();
    let with = NetSettings {
        resolve: vec![rule],
        ..settings()
    };
    let url = format!("http://MCP.test:{}/", address.port());
    let exchange = send(with.clone(), Scripted::new(&[]), &url).await;
    assert_eq!(response(&exchange).status, 204);
    assert!(
        String::from_utf8(task.await.unwrap())
            .unwrap()
            .contains("host: MCP.test:")
    );
    let refused = send(
        NetSettings {
            guard: GuardMode::Guarded,
            ..with
        },
        Scripted::new(&[]),
        &url,
    )
    .await;
    assert_eq!(failure(&refused).kind, FailureKind::Guard);
}

#[tokio::test]
async fn names_that_do_not_resolve_are_said() {
    let exchange = send(settings(), Scripted::new(&[]), "http://nowhere.test/").await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Dns);
    assert!(failure.message.contains("`nowhere.test`") && failure.message.contains("no such host"));
    let empty = send(settings(), Scripted::new(&[&[]]), "http://empty.test/").await;
    assert!(
        crate::server::failure(&empty)
            .message
            .contains("no address")
    );
}

#[tokio::test]
async fn the_next_address_is_tried() {
    let (address, _task) = serve(vec![write("HTTP/1.1 204 x\r\n\r\n")]).await;
    let resolver = Scripted::new(&[&["127.0.0.2", "127.0.0.1"]]);
    let exchange = send(
        settings(),
        resolver,
        &format!("http://two.test:{}/", address.port()),
    )
    .await;
    assert_eq!(response(&exchange).status, 204);
    assert_eq!(exchange.peer, Some(address.to_string()));
}
