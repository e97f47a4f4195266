//! Revision 2026-07-28 of the transport, and what tells it from the others.

use serde_json::{Value, json};

use crate::client::Flow;

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// A request with these `_meta` members and headers.
async fn post(
    flow: &Flow,
    token: &str,
    method: &str,
    meta: Value,
    headers: &[(&'static str, &str)],
) -> (u16, Value) {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": { "_meta": meta, "name": "whoami" } });
    let mut request = flow.http.post(&flow.target.mcp_url).bearer_auth(token);
    request = request.header("accept", "application/json, text/event-stream");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = flow.send(request.json(&body)).await;
    (answer.status, answer.json())
}

#[tokio::test]
async fn the_stateless_revision_judges_body_and_headers() {
    let mut flow = Flow::single("revision-2026-07-28", &[]).await;
    let token = &flow.access_token().await;
    let meta = json!({ VERSION: "2026-07-28", CAPABILITIES: {} });
    let version = ("mcp-protocol-version", "2026-07-28");
    let list = [version, ("mcp-method", "tools/list")];

    let (status, body) = post(&flow, token, "tools/list", meta.clone(), &list).await;
    assert_eq!(
        (status, &body["result"]["resultType"]),
        (200, &json!("complete"))
    );
    let discover = [version, ("mcp-method", "server/discover")];
    let (_, body) = post(&flow, token, "server/discover", meta.clone(), &discover).await;
    assert_eq!(body["result"]["supportedVersions"], json!(["2026-07-28"]));
    let named = [
        version,
        ("mcp-method", "tools/call"),
        ("mcp-name", "=?base64?d2hvYW1p?="),
    ];
    assert_eq!(
        post(&flow, token, "tools/call", meta.clone(), &named)
            .await
            .0,
        200
    );

    let old = json!({ VERSION: "2025-11-25", CAPABILITIES: {} });
    let refused = [
        ("tools/list", json!({}), list.to_vec(), 400, -32602),
        (
            "tools/list",
            json!({ VERSION: "2026-07-28" }),
            list.to_vec(),
            400,
            -32602,
        ),
        ("tools/list", old, list.to_vec(), 400, -32022),
        ("tools/list", meta.clone(), vec![version], 400, -32020),
        (
            "tools/list",
            meta.clone(),
            vec![("mcp-method", "tools/list")],
            400,
            -32020,
        ),
        (
            "tools/call",
            meta.clone(),
            vec![version, ("mcp-method", "tools/call")],
            400,
            -32020,
        ),
        (
            "initialize",
            meta.clone(),
            vec![version, ("mcp-method", "initialize")],
            404,
            -32601,
        ),
    ];
    for (method, meta, headers, wanted, code) in refused {
        let (status, body) = post(&flow, token, method, meta, &headers).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (wanted, &json!(code)),
            "{method} {headers:?}"
        );
    }
    assert_eq!(
        flow.send(flow.http.get(&flow.target.mcp_url).bearer_auth(token))
            .await
            .status,
        405
    );
}

#[tokio::test]
async fn the_first_revision_is_its_own_authorization_server() {
    let flow = Flow::single("revision-2025-03-26", &[]).await;
    let probe = flow.initialize(None).await;
    assert_eq!(
        probe.header("www-authenticate"),
        "Bearer realm=\"authscope lab\""
    );
    let metadata = flow.server_metadata().await.json();
    assert_eq!(metadata["issuer"], flow.lab.base_url());
    let without = Flow::single("revision-2025-03-26-default-endpoints", &[]).await;
    assert_eq!(without.server_metadata().await.status, 404);
    let registered = without
        .http
        .post(format!("{}/register", without.lab.base_url()));
    assert_eq!(
        without
            .send(registered.json(&crate::client::public_client()))
            .await
            .status,
        201
    );
}
