//! Exchanges that do not end well: every one ends, and says how.

use crate::server::*;
use authscope_model::exchange::{Cut, FailureKind};
use authscope_net::{Net, NetRequest, NetSettings};
use std::time::{Duration, Instant};

async fn get_with(settings: NetSettings, script: Vec<Act>) -> authscope_model::RawExchange {
    let (address, _task) = serve(script).await;
    let request = NetRequest::new("GET", format!("http://{address}/path"));
    Net::new(settings).unwrap().send(request).await
}

fn quick() -> NetSettings {
    NetSettings {
        timeout: Duration::from_millis(300),
        ..settings()
    }
}

#[tokio::test]
async fn a_body_over_the_cap_is_cut_and_marked() {
    let settings = NetSettings {
        body_cap: 1000,
        ..settings()
    };
    for head in ["", "content-length: 50000000\r\n"] {
        let head = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
        let script = vec![write(head), write(vec![b'x'; 50_000]), Act::Hold];
        let exchange = get_with(settings.clone(), script).await;
        let response = response(&exchange);
        assert_eq!((response.body.len(), response.cut), (1000, Some(Cut::Cap)));
        assert!(response.body_length > 1000);
    }
    let exact = vec![
        write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"),
        write(vec![b'x'; 1000]),
    ];
    assert_eq!(response(&get_with(settings, exact).await).cut, None);
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_limit() {
    let pause = Duration::from_millis(10);
    let begin = Instant::now();
    let in_body = get_with(
        quick(),
        vec![write("HTTP/1.1 200 OK\r\n\r\n"), Act::Drip(b'x', pause)],
    )
    .await;
    let in_head = get_with(
        quick(),
        vec![write("HTTP/1.1 200 OK\r\nx: "), Act::Drip(b'y', pause)],
    )
    .await;
    assert!(begin.elapsed() < Duration::from_secs(5));
    let response = response(&in_body);
    assert_eq!((response.status, response.cut), (200, Some(Cut::Timeout)));
    assert!(!response.body.is_empty());
    let failure = failure(&in_head);
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert_eq!(failure.setting.as_deref(), Some("--timeout"));
    assert!(
        failure.message.contains("300ms") && failure.message.contains("127.0.0.1"),
        "{}",
        failure.message
    );
    assert!(
        failure
            .received
            .as_deref()
            .unwrap()
            .starts_with("HTTP/1.1 200 OK\r\nx: y")
    );
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let exchange = get_with(quick(), vec![Act::Hold]).await;
    let failure = failure(&exchange);
    assert_eq!(
        (failure.kind, &failure.received),
        (FailureKind::Timeout, &None)
    );
    assert!(
        failure.message.contains("waiting for the response"),
        "{}",
        failure.message
    );
    assert!(exchange.timing.connect_us.is_some() && exchange.timing.wait_us.is_none());
}

#[tokio::test]
async fn a_lost_connection_in_the_body_keeps_what_came() {
    let short = vec![write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")];
    let chunk = vec![write(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf",
    )];
    let no_last = vec![write(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    )];
    for script in [short, chunk, no_last] {
        let exchange = get_with(settings(), script).await;
        let response = response(&exchange);
        assert_eq!(
            (response.body.as_slice(), response.cut),
            (&b"half"[..], Some(Cut::ConnectionLost))
        );
        assert_eq!(response.body_length, 4);
    }
}

#[tokio::test]
async fn broken_chunks_are_marked_as_such() {
    for body in ["4\r\nhalfXX", "nonsense\r\n", "4\r\nhalf\r\n-1\r\n\r\n"] {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let exchange = get_with(settings(), vec![write(head), write(body)]).await;
        assert_eq!(response(&exchange).cut, Some(Cut::Framing), "{body}");
    }
}

#[tokio::test]
async fn closing_before_the_answer_is_said() {
    for (script, words, received) in [
        (vec![], "closed the connection before it answered", None),
        (
            vec![write("HTTP/1.1 200 O")],
            "in the middle of the response head",
            Some("HTTP/1.1 200 O"),
        ),
        (vec![Act::Reset], "before it answered", None),
    ] {
        let exchange = get_with(settings(), script).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Closed, "{}", failure.message);
        assert!(failure.message.contains(words), "{}", failure.message);
        assert_eq!(failure.received.as_deref(), received);
    }
}

#[tokio::test]
async fn what_is_not_http_is_shown() {
    for (bytes, words, received) in [
        (
            &b"SSH-2.0-OpenSSH_9.2p1\r\n"[..],
            "not HTTP/1.1",
            "SSH-2.0-OpenSSH_9.2p1\r\n",
        ),
        (
            b"<html>no head</html>",
            "not HTTP/1.1",
            "<html>no head</html>",
        ),
        (
            b"\x15\x03\x01\x00\x02\x02\x16",
            "https",
            "\x15\x03\x01\0\x02\x02\x16",
        ),
        (
            b"\0\0\x12\x04\0\0\0\0\0",
            "HTTP/2",
            "\0\0\x12\x04\0\0\0\0\0",
        ),
        (
            b"HTTP/3.0 200 OK\r\n\r\n",
            "HTTP/1.0 or HTTP/1.1",
            "HTTP/3.0 200 OK\r\n\r\n",
        ),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
            "twice",
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        ),
        (b"\xff\xfe\xe9", "not HTTP/1.1", "\u{ff}\u{fe}\u{e9}"),
    ] {
        let exchange = get_with(settings(), vec![write(bytes)]).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Http, "{}", failure.message);
        assert!(failure.message.contains(words), "{}", failure.message);
        assert_eq!(failure.received.as_deref(), Some(received));
    }
}

#[tokio::test]
async fn an_endless_head_ends() {
    let lines = "x: y\r\n".repeat(2_000);
    let long = format!("x: {}", "y".repeat(100_000));
    let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(50);
    for (script, words) in [
        (
            vec![write("HTTP/1.1 200 OK\r\n"), write(lines), Act::Hold],
            "header lines",
        ),
        (
            vec![write("HTTP/1.1 200 OK\r\n"), write(long), Act::Hold],
            "64 KiB",
        ),
        (vec![write(interim), Act::Hold], "interim"),
    ] {
        let exchange = get_with(settings(), script).await;
        let failure = failure(&exchange);
        assert_eq!(failure.kind, FailureKind::Http);
        assert!(failure.message.contains(words), "{}", failure.message);
        assert!(failure.received.as_ref().is_none_or(|r| r.len() <= 4096));
    }
}

#[tokio::test]
async fn nobody_listening_is_said_with_the_address() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let exchange = net()
        .send(NetRequest::new("GET", format!("http://{address}/")))
        .await;
    let failure = failure(&exchange);
    assert_eq!(failure.kind, FailureKind::Connect);
    assert!(
        failure.message.contains(&address.to_string()),
        "{}",
        failure.message
    );
    assert!(
        failure.message.contains("nothing listens"),
        "{}",
        failure.message
    );
    assert_eq!(
        exchange.request.request_line, "GET / HTTP/1.1",
        "the request is recorded all the same"
    );
}

#[tokio::test]
async fn dropping_the_exchange_closes_the_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let net = net();
    let sending = tokio::spawn(async move {
        net.send(NetRequest::new("GET", format!("http://{address}/")))
            .await
    });
    let (mut stream, _) = listener.accept().await.unwrap();
    read_request(&mut stream).await;
    sending.abort();
    let mut rest = Vec::new();
    let reading = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest);
    let end = tokio::time::timeout(Duration::from_secs(5), reading).await;
    assert!(end.is_ok(), "the connection is still open");
}
