//! The JSON in which MCP clients keep their servers: Claude Desktop and Claude Code (`mcpServers`), Cursor
//! (`mcpServers`), VS Code (`servers`, or `mcp.servers` in its settings), Windsurf (`serverUrl`), and the
//! `mcp-remote` bridge in any of them.

use serde_json::{Map, Value};

/// A remote server of a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The name it has there.
    pub name: String,
    /// Its URL.
    pub url: String,
    /// Header lines the client adds; they may be secrets.
    pub headers: Vec<(String, String)>,
}

/// What a configuration holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configuration {
    /// The remote servers, in order.
    pub servers: Vec<Server>,
    /// Servers that run as a local process and have no URL, by name.
    pub local: Vec<String>,
}

/// Reads a client's configuration; comments and trailing commas are stepped over. `None` when it is none.
#[must_use]
pub fn read(text: &str) -> Option<Configuration> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let text = if text.starts_with('"') {
        format!("{{{}}}", text.trim_end_matches(','))
    } else {
        text.to_owned()
    };
    let document: Value = serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&plain_json(&text)))
        .ok()?;
    let mut found = Configuration::default();
    match servers(&document) {
        Some(servers) => {
            for (name, server) in servers {
                add(&mut found, name, server);
            }
        }
        None => add(&mut found, "", &document),
    }
    (!found.servers.is_empty() || !found.local.is_empty()).then_some(found)
}

/// Whether a JSON document is such a configuration.
#[must_use]
pub fn looks_like(document: &Value) -> bool {
    servers(document).is_some()
}

fn servers(document: &Value) -> Option<&Map<String, Value>> {
    let at = |pointer: &str| document.pointer(pointer).and_then(Value::as_object);
    let settings = || document.get("mcp.servers").and_then(Value::as_object);
    let named = at("/mcpServers")
        .or_else(|| at("/servers"))
        .or_else(|| at("/mcp/servers"))
        .or_else(settings);
    // A single entry without the member around it: `{"my-server": {"url": …}}`.
    named.or_else(|| {
        let members = document.as_object()?;
        let all = !members.is_empty() && members.values().all(is_server);
        all.then_some(members)
    })
}

fn is_server(value: &Value) -> bool {
    url_of(value).is_some() || value.get("command").is_some_and(Value::is_string)
}

fn add(found: &mut Configuration, name: &str, server: &Value) {
    let bridged = || bridge(server);
    match url_of(server)
        .map(|url| (url.to_owned(), header_members(server)))
        .or_else(bridged)
    {
        Some((url, headers)) => found.servers.push(Server {
            name: name.to_owned(),
            url,
            headers,
        }),
        None if server.get("command").is_some() => found.local.push(name.to_owned()),
        None => {}
    }
}

fn url_of(server: &Value) -> Option<&str> {
    let url = ["url", "serverUrl", "httpUrl"]
        .iter()
        .find_map(|name| server.get(*name)?.as_str());
    url.filter(|url| is_web(url))
}

fn is_web(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

fn header_members(server: &Value) -> Vec<(String, String)> {
    let members = ["headers", "requestInit"].iter().find_map(|name| {
        let value = server.get(*name)?;
        value.get("headers").unwrap_or(value).as_object()
    });
    let pairs = members.into_iter().flatten();
    pairs
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// `npx mcp-remote URL --header "Name: value"`, and the like.
fn bridge(server: &Value) -> Option<(String, Vec<(String, String)>)> {
    let args: Vec<&str> = server
        .get("args")?
        .as_array()?
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let command = server
        .get("command")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let is_bridge = args.iter().chain([&command]).any(|word| {
        ["mcp-remote", "supergateway", "mcp-proxy"]
            .iter()
            .any(|known| word.contains(known))
    });
    let url = args.iter().find(|arg| is_web(arg)).filter(|_| is_bridge)?;
    let mut headers = Vec::new();
    for (at, arg) in args.iter().enumerate() {
        let line = args
            .get(at + 1)
            .filter(|_| matches!(*arg, "--header" | "-H"));
        if let Some((name, value)) = line.and_then(|line| line.split_once(':')) {
            headers.push((name.trim().to_owned(), filled(value.trim(), server)));
        }
    }
    Some(((*url).to_owned(), headers))
}

/// `${NAME}` from the entry's `env`, as the bridge does; unknown names stay.
fn filled(value: &str, server: &Value) -> String {
    let Some(env) = server.get("env").and_then(Value::as_object) else {
        return value.to_owned();
    };
    env.iter().fold(value.to_owned(), |text, (name, value)| {
        text.replace(&format!("${{{name}}}"), value.as_str().unwrap_or_default())
    })
}

/// Takes comments and trailing commas out, as VS Code and Cursor allow them.
fn plain_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quoted => {
                out.push(letter);
                out.extend(letters.next());
            }
            '"' => {
                quoted = !quoted;
                out.push(letter);
            }
            '/' if !quoted && letters.peek() == Some(&'/') => {
                letters.by_ref().find(|c| *c == '\n');
                out.push('\n');
            }
            '/' if !quoted && letters.peek() == Some(&'*') => {
                let mut last = ' ';
                letters
                    .by_ref()
                    .skip(1)
                    .find(|c| std::mem::replace(&mut last, *c) == '*' && *c == '/');
            }
            '}' | ']' if !quoted => {
                let kept = out.trim_end();
                let kept = kept.strip_suffix(',').unwrap_or(kept).len();
                out.truncate(kept);
                out.push(letter);
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Server {
        let found = read(text).unwrap();
        assert_eq!(found.servers.len(), 1, "{found:?}");
        found.servers.into_iter().next().unwrap()
    }

    fn header(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn the_clients_people_use() {
        let claude = only(
            r#"{"mcpServers":{"a":{"type":"http","url":"https://a.example/mcp","headers":{"X-Key":"k"}}}}"#,
        );
        assert_eq!(
            claude,
            Server {
                name: "a".into(),
                url: "https://a.example/mcp".into(),
                headers: header("X-Key", "k")
            }
        );
        let code = only(
            "{\n // mine\n \"servers\": {\"b\": {\"url\": \"https://b.example/mcp\",},}, /* x */ \"inputs\": [],\n}",
        );
        assert_eq!(code.url, "https://b.example/mcp");
        let settings = only(r#"{"mcp":{"servers":{"c":{"url":"http://c.example//mcp"}}}}"#);
        assert_eq!(settings.url, "http://c.example//mcp");
        let bare = only(r#""d": {"url": "https://d.example/mcp"},"#);
        assert_eq!(
            (bare.name.as_str(), bare.url.as_str()),
            ("d", "https://d.example/mcp")
        );
        let windsurf = only(r#"{"mcpServers":{"e":{"serverUrl":"https://e.example/mcp"}}}"#);
        assert_eq!(windsurf.url, "https://e.example/mcp");
        let alone = only(r#"{"type":"http","url":"https://f.example/mcp"}"#);
        assert_eq!(alone.url, "https://f.example/mcp");
    }

    #[test]
    fn the_bridge_is_seen_through() {
        let text = r#"{"mcpServers":{"r":{"command":"npx","args":["-y","mcp-remote@latest","https://r.example/mcp","--header","Authorization: Bearer ${T}"],"env":{"T":"abc"}},
            "l":{"command":"node","args":["server.js","https://not.example/"]}}}"#;
        let found = read(text).unwrap();
        assert_eq!(
            found.servers,
            [Server {
                name: "r".into(),
                url: "https://r.example/mcp".into(),
                headers: header("Authorization", "Bearer abc")
            }]
        );
        assert_eq!(found.local, ["l"]);
    }

    #[test]
    fn other_json_is_none() {
        for text in [
            "",
            "[]",
            "{}",
            "7",
            r#"{"log":{"entries":[]}}"#,
            r#"{"url":"javascript:x"}"#,
            "https://a.example/",
            "{\"a\": /*",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
