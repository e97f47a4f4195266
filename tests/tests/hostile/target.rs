//! A target made of bytes: an MCP server and its authorization server in one, correct until a test twists an answer.
//!
//! It writes what it is told to, valid HTTP or not, and shares no code with the client.

use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as the target read it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) query: String,
    /// Everything in front of the body, as it came.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asked {
    fn has_token(&self) -> bool {
        let head = self.head.to_ascii_lowercase();
        head.contains("\r\nauthorization: bearer")
    }

    /// A parameter of the query, decoded.
    pub(crate) fn parameter(&self, name: &str) -> String {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    }
}

/// One thing the target does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Writes bytes.
    Write(Vec<u8>),
    /// Writes the same bytes so many times.
    Repeat(Vec<u8>, usize),
    /// Writes the same bytes for ever, with a pause after each.
    Forever(Vec<u8>, Duration),
}

/// What a test lays over the correct answer; gets the origin too.
type Twist = dyn Fn(&Asked, &str) -> Option<Vec<Act>> + Send + Sync;

/// A running target. Dropping it closes its listener.
pub(crate) struct Target {
    pub(crate) origin: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    listener: JoinHandle<()>,
}

impl Drop for Target {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Target {
    /// Starts a target with an answer twisted.
    pub(crate) async fn start(
        twist: impl Fn(&Asked, &str) -> Option<Vec<Act>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let twist: Arc<Twist> = Arc::new(twist);
        let (log, base) = (Arc::clone(&asked), origin.clone());
        let listener = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (log, base, twist) = (Arc::clone(&log), base.clone(), Arc::clone(&twist));
                tokio::spawn(async move { answer(stream, &log, &base, &*twist).await });
            }
        });
        Self {
            origin,
            asked,
            listener,
        }
    }

    /// A target whose answers at one path are these acts.
    pub(crate) async fn at(path: &'static str, acts: Vec<Act>) -> Self {
        Self::start(move |asked, _| (asked.path == path).then(|| acts.clone())).await
    }

    /// The URL of the MCP server.
    pub(crate) fn mcp(&self) -> String {
        format!("{}/mcp", self.origin)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(mut stream: TcpStream, log: &Mutex<Vec<Asked>>, origin: &str, twist: &Twist) {
    let asked = read(&mut stream).await;
    log.lock().unwrap().push(asked.clone());
    let acts = twist(&asked, origin).unwrap_or_else(|| correct(&asked, origin));
    for act in acts {
        if perform(&mut stream, act).await.is_err() {
            return;
        }
    }
    let _ = stream.shutdown().await;
}

async fn perform(stream: &mut TcpStream, act: Act) -> std::io::Result<()> {
    match act {
        Act::Write(bytes) => stream.write_all(&bytes).await,
        Act::Repeat(bytes, times) => {
            for _ in 0..times {
                stream.write_all(&bytes).await?;
            }
            Ok(())
        }
        Act::Forever(bytes, pause) => loop {
            stream.write_all(&bytes).await?;
            stream.flush().await?;
            tokio::time::sleep(pause).await;
        },
    }
}

async fn read(stream: &mut TcpStream) -> Asked {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let line = line.to_ascii_lowercase();
                line.strip_prefix("content-length: ")?.parse::<usize>().ok()
            });
            if body.len() >= length.unwrap_or(0) {
                return parse(head, body);
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return Asked::default();
        }
    }
}

fn parse(head: &str, body: &str) -> Asked {
    let mut words = head.lines().next().unwrap_or_default().split(' ');
    let target = words.nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Asked {
        path: path.to_owned(),
        query: query.to_owned(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// A response with a status, header lines and a body.
pub(crate) fn response(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<Act> {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status} x\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    vec![Act::Write(bytes)]
}

/// A response whose body is JSON text.
pub(crate) fn json_text(status: u16, text: impl AsRef<[u8]>) -> Vec<Act> {
    response(status, "content-type: application/json\r\n", text)
}

/// A response whose body is a JSON value.
pub(crate) fn json_value(status: u16, value: &Value) -> Vec<Act> {
    json_text(status, value.to_string())
}

pub(crate) const PRM: &str = "/.well-known/oauth-protected-resource/mcp";
pub(crate) const AS: &str = "/.well-known/oauth-authorization-server";

/// The protected resource metadata of a correct target.
pub(crate) fn prm(origin: &str) -> Value {
    json!({
        "resource": format!("{origin}/mcp"),
        "authorization_servers": [origin],
        "scopes_supported": ["files:read"],
    })
}

/// The authorization server metadata of a correct target.
pub(crate) fn as_metadata(origin: &str) -> Value {
    json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "registration_endpoint": format!("{origin}/register"),
        "jwks_uri": format!("{origin}/jwks"),
        "scopes_supported": ["files:read"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": true,
    })
}

/// The token response of a correct target.
pub(crate) fn token() -> Value {
    json!({
        "access_token": "at-31415926535897932384626433832795",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "files:read",
    })
}

/// What a correct target answers under an origin.
pub(crate) fn correct(asked: &Asked, origin: &str) -> Vec<Act> {
    match asked.path.as_str() {
        "/mcp" if !asked.has_token() => {
            let challenge = format!(
                "www-authenticate: Bearer resource_metadata=\"{origin}{PRM}\", scope=\"files:read\"\r\n"
            );
            response(401, &challenge, "")
        }
        "/mcp" => mcp(asked),
        PRM => json_value(200, &prm(origin)),
        AS => json_value(200, &as_metadata(origin)),
        "/register" => json_value(201, &registered(asked)),
        "/authorize" => {
            let back = format!(
                "location: {}?code=code-of-the-hostile-target-1&state={}&iss={}\r\n",
                asked.parameter("redirect_uri"),
                asked.parameter("state"),
                url::form_urlencoded::byte_serialize(origin.as_bytes()).collect::<String>()
            );
            response(302, &back, "")
        }
        "/token" => json_value(200, &token()),
        _ => json_value(404, &json!({"error": "not_found"})),
    }
}

/// What was asked for, with an id.
pub(crate) fn registered(asked: &Asked) -> Value {
    let mut client: Value = serde_json::from_str(&asked.body).unwrap_or_else(|_| json!({}));
    client["client_id"] = "client-1".into();
    client
}

/// The answer to a JSON-RPC message.
pub(crate) fn mcp(asked: &Asked) -> Vec<Act> {
    let message: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let Some(id) = message.get("id") else {
        return response(202, "", "");
    };
    let result = match message["method"].as_str().unwrap_or_default() {
        "initialize" => json!({
            "protocolVersion": message["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "hostile", "version": "1"},
        }),
        _ => json!({"tools": [{"name": "whoami", "inputSchema": {"type": "object"}}]}),
    };
    json_value(200, &json!({"jsonrpc": "2.0", "id": id, "result": result}))
}
