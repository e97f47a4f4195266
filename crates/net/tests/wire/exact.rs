//! The bytes both ways.

use crate::server::*;
use authscope_model::Header;
use authscope_model::exchange::Cut;
use authscope_net::{Expect, Net, NetRequest};

#[tokio::test]
async fn the_recorded_request_is_the_sent_one() {
    let (address, task) = serve(vec![write("HTTP/1.1 204 No Content\r\n\r\n")]).await;
    let mut request = NetRequest::new(
        "POST",
        format!("http://{address}/a//../b%7e?x=%2F&y z#frag"),
    );
    request.headers = vec![
        Header::new("X-CamelCase", "1"),
        Header::new("accept", "application/json, text/event-stream"),
        Header::new("x-camelcase", "2"),
        Header::new("Authorization", "Bearer  two-spaces"),
    ];
    request.body = b"{\"jsonrpc\":\"2.0\"}".to_vec();
    request.started_at = 1_700_000_000_000;
    let prepared = net().prepare(&request);
    let exchange = net().send(request).await;
    let sent = String::from_utf8(task.await.unwrap()).unwrap();
    assert_eq!(
        sent,
        format!(
            "POST /a//../b%7e?x=%2F&y%20z HTTP/1.1\r\nhost: {address}\r\nX-CamelCase: 1\r\naccept: application/json, text/event-stream\r\nx-camelcase: 2\r\nAuthorization: Bearer  two-spaces\r\ncontent-length: 17\r\n\r\n{{\"jsonrpc\":\"2.0\"}}"
        )
    );
    assert_eq!(
        exchange.request, prepared,
        "what is shown before is what is sent"
    );
    let mut rebuilt = format!("{}\r\n", exchange.request.request_line);
    for line in &exchange.request.headers {
        rebuilt.push_str(&format!("{}: {}\r\n", line.name, line.value));
    }
    rebuilt.push_str("\r\n");
    rebuilt.push_str(std::str::from_utf8(&exchange.request.body).unwrap());
    assert_eq!(rebuilt, sent);
    assert_eq!(exchange.started_at, 1_700_000_000_000);
    assert_eq!(exchange.peer, Some(address.to_string()));
    assert_eq!(response(&exchange).status, 204);
}

#[tokio::test]
async fn header_lines_come_as_they_were_sent() {
    let exchange = get(vec![write(
        b"HTTP/1.1 401 Unauthorized, sorry\r\nWWW-Authenticate: Bearer\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nX-Latin: caf\xe9\r\nX-Utf8: caf\xc3\xa9\r\nX-Empty:\r\nX-Folded: one\r\n\ttwo\r\nwww-authenticate:  Basic realm=\"x\"  \r\nno colon\r\nContent-Length: 2\r\n\r\nno",
    )])
    .await;
    let response = response(&exchange);
    assert_eq!(response.status_line, "HTTP/1.1 401 Unauthorized, sorry");
    assert_eq!(
        response.headers,
        [
            Header::new("WWW-Authenticate", "Bearer"),
            Header::new("set-cookie", "a=1"),
            Header::new("Set-Cookie", "b=2"),
            Header::new("X-Latin", "café"),
            Header::new("X-Utf8", "café"),
            Header::new("X-Empty", ""),
            Header::new("X-Folded", "one two"),
            Header::new("www-authenticate", "Basic realm=\"x\""),
            Header::new("no colon", ""),
            Header::new("Content-Length", "2"),
        ]
    );
    assert_eq!((response.body.as_slice(), response.cut), (&b"no"[..], None));
}

#[tokio::test]
async fn bodies_come_however_they_are_framed() {
    for (head, body, expected) in [
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n",
            "hello and more",
            "hello",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nx-trailer: 1\r\n\r\n",
            "hello",
        ),
        ("HTTP/1.1 200 OK\r\n\r\n", "until the end", "until the end"),
        (
            "HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\n",
            "old",
            "old",
        ),
        ("HTTP/1.1 200 OK\ncontent-length: 3\n\n", "abc", "abc"),
        ("HTTP/1.1 204 No Content\r\n\r\n", "ignored", ""),
        (
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n",
            "ignored",
            "",
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n",
            "ok",
            "ok",
        ),
        ("\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "", ""),
        (
            "HTTP/1.1 200\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n",
            "1\r\nx\r\n0\r\n\r\n",
            "x",
        ),
        (
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n",
            "\x1f\x0b\x08",
            "\x1f\x0b\x08",
        ),
    ] {
        let exchange = get(vec![write(head), write(body)]).await;
        let response = response(&exchange);
        assert_eq!(String::from_utf8_lossy(&response.body), expected, "{head}");
        assert_eq!(
            (response.cut, response.body_length),
            (None, expected.len() as u64),
            "{head}"
        );
    }
}

#[tokio::test]
async fn every_split_of_a_response_reads_the_same() {
    let text =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for at in 1..text.len() {
        let exchange = get(vec![write(&text[..at]), write(&text[at..])]).await;
        let response = response(&exchange);
        assert_eq!(response.body, b"hello", "split at {at}");
        assert_eq!(response.headers.len(), 2);
    }
}

#[tokio::test]
async fn head_has_no_body_and_its_own_headers() {
    let (address, task) = serve(vec![
        write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n"),
        Act::Hold,
    ])
    .await;
    let mut request = NetRequest::new("HEAD", format!("http://{address}"));
    request.headers = vec![
        Header::new("Host", "other.example"),
        Header::new("USER-AGENT", "x"),
    ];
    let settings = authscope_net::NetSettings {
        user_agent: "unused".into(),
        ..settings()
    };
    let exchange = Net::new(settings).unwrap().send(request).await;
    assert_eq!(response(&exchange).body, b"");
    drop(exchange);
    let sent = String::from_utf8(task.await.unwrap()).unwrap();
    assert_eq!(
        sent,
        "HEAD / HTTP/1.1\r\nHost: other.example\r\nUSER-AGENT: x\r\n\r\n"
    );
}

#[tokio::test]
async fn an_event_stream_is_left_once_it_has_answered() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n\r\n";
    let other =
        "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n";
    let reply = "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n\n";
    let script = vec![write(head), write(other), write(reply), Act::Hold];
    let (address, _task) = serve(script).await;
    let mut request = NetRequest::new("POST", format!("http://{address}/"));
    request.expect = Expect::EventStreamReply { id: "7".into() };
    let exchange = net().send(request).await;
    let response = response(&exchange);
    assert_eq!(response.cut, Some(Cut::StreamAnswered));
    assert_eq!(response.body, [other, reply].concat().as_bytes());
}

#[tokio::test]
async fn an_event_stream_that_ends_by_itself_is_whole() {
    let text = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n22\r\ndata: {\"id\":\"7\",\"result\":{}}\n\n\r\n0\r\n\r\n"
        .replace("22\r\n", "1e\r\n");
    let (address, _task) = serve(vec![write(text)]).await;
    let mut request = NetRequest::new("POST", format!("http://{address}/"));
    request.expect = Expect::EventStreamReply { id: "7".into() };
    let exchange = net().send(request).await;
    let response = response(&exchange);
    assert_eq!((response.cut, response.body.len()), (None, 30));
}

#[tokio::test]
async fn an_answer_before_the_request_is_read_is_taken() {
    // The server answers and closes without reading a body larger than any socket buffer.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        // Nothing is read: the client must end it.
        let answer = write("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno");
        act(&mut stream, vec![answer]).await;
        stream
    });
    let mut request = NetRequest::new("POST", format!("http://{address}/"));
    request.body = vec![b'x'; 32 * 1024 * 1024];
    let exchange = net().send(request).await;
    assert_eq!(response(&exchange).status, 413);
    assert_eq!(response(&exchange).body, b"no");
    drop(server.await.unwrap());
}

#[tokio::test]
async fn time_is_told_apart() {
    let exchange = get(vec![write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")]).await;
    let timing = exchange.timing;
    assert_eq!((timing.dns_us, timing.tls_us), (None, None));
    let parts = [timing.connect_us, timing.wait_us, timing.body_us];
    let sum: u64 = parts.iter().map(|part| part.unwrap()).sum();
    assert!(sum <= timing.total_us, "{timing:?}");
}
