//! The healthy flow that fixtures begin with: every step as a correct server and client make it.

use crate::base::{Answer, Settings, Step, form_headers};
use crate::grants;
use crate::overlay;
use authscope_model::event::Fact;
use authscope_model::revision::Handshake;
use authscope_model::{Header, Participant, StepKind};
use authscope_protocol::form;
use serde_json::{Value, json};

pub(crate) fn json_reply(status: u16, document: &Value) -> Answer {
    Answer::Reply {
        status,
        headers: vec![Header::new("Content-Type", "application/json")],
        body: overlay::pretty(document),
    }
}

pub(crate) fn get(kind: StepKind, to: Participant, url: impl Into<String>) -> Step {
    Step {
        kind,
        from: Participant::Client,
        to,
        method: "GET".into(),
        url: url.into(),
        headers: vec![Header::new("Accept", "application/json")],
        body: String::new(),
        answer: Answer::Unseen,
        facts: Vec::new(),
        extra: false,
        step_up: None,
        redirected: false,
        cut: None,
    }
}

/// The steps of a healthy flow.
pub(crate) fn steps(s: &Settings) -> Vec<Step> {
    let mut steps = vec![make(s, StepKind::Probe)];
    if s.has_prm() {
        steps.push(make(s, StepKind::PrmFromChallenge));
        steps.push(make(s, StepKind::AsMetadataRfc8414));
    } else {
        steps.push(make(s, StepKind::AsMetadataOrigin));
    }
    if s.registration == "dcr" {
        steps.push(make(s, StepKind::Register));
    }
    let rest: &[StepKind] = if s.revision.behaviour().handshake == Handshake::Stateless {
        &[StepKind::McpDiscover, StepKind::McpToolsList]
    } else {
        &[
            StepKind::McpInitialize,
            StepKind::McpInitialized,
            StepKind::McpToolsList,
        ]
    };
    let flow = [StepKind::Authorize, StepKind::Callback, StepKind::Token];
    steps.extend(flow.iter().chain(rest).map(|kind| make(s, *kind)));
    steps
}

/// A healthy step of a kind.
pub(crate) fn make(s: &Settings, kind: StepKind) -> Step {
    match kind {
        StepKind::Probe => probe(s),
        StepKind::PrmFromChallenge | StepKind::PrmPathInserted | StepKind::PrmRoot => prm(s, kind),
        StepKind::Register => register(s),
        StepKind::ClientDocumentFetch => document_fetch(s),
        StepKind::Authorize => authorize(s),
        StepKind::DryRun => dry_run(s),
        StepKind::AuthorizeHop => hop(s),
        StepKind::Callback => callback(s),
        StepKind::PushedAuthorization => pushed(s),
        StepKind::Token | StepKind::ClientCredentials | StepKind::JwtBearer => token(s, kind),
        StepKind::Refresh => grants::refresh(s),
        StepKind::RegistrationRead
        | StepKind::RegistrationUpdate
        | StepKind::RegistrationDelete => managed(s, kind),
        StepKind::Revoke | StepKind::Introspect => grants::lifecycle(s, kind),
        kind if kind.is_as_metadata() => metadata(s, kind),
        kind => grants::make(s, kind).unwrap_or_else(|| mcp(s, kind)),
    }
}

fn prm_url(s: &Settings) -> String {
    let path = authscope_protocol::well_known::prm_path_inserted(&s.server);
    path.or_else(|| authscope_protocol::well_known::prm_root(&s.server))
        .unwrap_or_default()
}

fn rpc(method: &str, id: u64) -> String {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": {}}).to_string()
}

fn mcp_headers(s: &Settings, kind: StepKind) -> Vec<Header> {
    let mut headers = vec![
        Header::new("Content-Type", "application/json"),
        Header::new("Accept", "application/json, text/event-stream"),
    ];
    let first = matches!(kind, StepKind::Probe | StepKind::McpInitialize);
    let stateless = s.revision.behaviour().handshake == Handshake::Stateless;
    if stateless || (!first && s.has_prm()) {
        headers.push(Header::new("MCP-Protocol-Version", s.revision.as_str()));
    }
    headers
}

fn probe(s: &Settings) -> Step {
    let scope = if s.scope.is_empty() || !s.revision.behaviour().scope_selection {
        String::new()
    } else {
        format!(", scope=\"{}\"", s.scope)
    };
    let challenge = if s.has_prm() {
        format!("Bearer resource_metadata=\"{}\"{scope}", prm_url(s))
    } else {
        "Bearer".into()
    };
    let first = if s.revision.behaviour().handshake == Handshake::Stateless {
        "server/discover"
    } else {
        "initialize"
    };
    Step {
        method: "POST".into(),
        headers: mcp_headers(s, StepKind::Probe),
        body: rpc(first, 1),
        answer: Answer::Reply {
            status: 401,
            headers: vec![
                Header::new("WWW-Authenticate", challenge),
                Header::new("Content-Type", "application/json"),
            ],
            body: r#"{"error":"unauthorized"}"#.into(),
        },
        ..get(StepKind::Probe, Participant::McpServer, s.server.clone())
    }
}

fn prm(s: &Settings, kind: StepKind) -> Step {
    let url = match kind {
        StepKind::PrmRoot => {
            authscope_protocol::well_known::prm_root(&s.server).unwrap_or_default()
        }
        _ => prm_url(s),
    };
    let mut document = json!({"resource": s.resource, "authorization_servers": [s.issuer]});
    if !s.scope.is_empty() {
        document["scopes_supported"] = names(&s.scope);
    }
    document["bearer_methods_supported"] = json!(["header"]);
    Step {
        answer: json_reply(200, &document),
        ..get(kind, Participant::McpServer, url)
    }
}

fn names(scope: &str) -> Value {
    scope.split(' ').collect::<Vec<_>>().into()
}

fn metadata(s: &Settings, kind: StepKind) -> Step {
    use authscope_model::revision::MetadataCandidate as C;
    let candidate = match kind {
        StepKind::AsMetadataOrigin => C::Rfc8414Origin,
        StepKind::AsMetadataOidcInsertion => C::OidcInsertion,
        StepKind::AsMetadataOidcAppending => C::OidcAppending,
        _ => C::Rfc8414Insertion,
    };
    let candidates = authscope_protocol::well_known::as_candidates(&s.issuer, &[candidate]);
    let url = candidates
        .into_iter()
        .next()
        .map(|(_, url)| url)
        .unwrap_or_default();
    let base = s.issuer.trim_end_matches('/');
    let mut document = json!({
        "issuer": s.issuer,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "registration_endpoint": format!("{base}/register"),
        "jwks_uri": format!("{base}/jwks"),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
    });
    if s.registration == "cimd" {
        document["client_id_metadata_document_supported"] = true.into();
    }
    if kind != StepKind::AsMetadataRfc8414 && kind != StepKind::AsMetadataOrigin {
        document["subject_types_supported"] = json!(["public"]);
        document["id_token_signing_alg_values_supported"] = json!(["RS256"]);
    }
    if !s.scope.is_empty() {
        document["scopes_supported"] = names(&s.scope);
    }
    Step {
        answer: json_reply(200, &document),
        ..get(kind, Participant::AuthorizationServer, url)
    }
}

fn register(s: &Settings) -> Step {
    let mut sent = json!({
        "client_name": "authscope",
        "redirect_uris": [s.redirect],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    });
    if s.revision.behaviour().application_type {
        sent["application_type"] = "native".into();
    }
    let mut answer = sent.clone();
    answer["client_id"] = s.client_id.clone().into();
    let base = s.issuer.trim_end_matches('/');
    Step {
        method: "POST".into(),
        headers: vec![
            Header::new("Content-Type", "application/json"),
            Header::new("Accept", "application/json"),
        ],
        body: overlay::pretty(&sent),
        answer: json_reply(201, &answer),
        ..get(
            StepKind::Register,
            Participant::AuthorizationServer,
            format!("{base}/register"),
        )
    }
}

fn document_fetch(s: &Settings) -> Step {
    let document = json!({
        "client_id": s.client_id, "client_name": "authscope", "redirect_uris": [s.redirect],
        "token_endpoint_auth_method": "none",
    });
    Step {
        from: Participant::AuthorizationServer,
        answer: json_reply(200, &document),
        ..get(
            StepKind::ClientDocumentFetch,
            Participant::Client,
            s.client_id.clone(),
        )
    }
}

/// The code challenge of every fixture.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn authorize_params(s: &Settings) -> String {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", s.client_id.as_str()),
        ("redirect_uri", s.redirect.as_str()),
        ("state", "k3Jd⟨state · 43 chars · #77ab01⟩"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    if !s.scope.is_empty() {
        pairs.push(("scope", s.scope.as_str()));
    }
    if s.has_prm() {
        pairs.push(("resource", s.resource.as_str()));
    }
    form::encode_query(&pairs)
}

fn authorize(s: &Settings) -> Step {
    let base = s.issuer.trim_end_matches('/');
    let url = format!("{base}/authorize?{}", authorize_params(s));
    Step {
        from: Participant::You,
        ..get(StepKind::Authorize, Participant::AuthorizationServer, url)
    }
}

/// What a browser without cookies sees: a page to sign in.
fn dry_run(s: &Settings) -> Step {
    Step {
        kind: StepKind::DryRun,
        from: Participant::Client,
        extra: true,
        answer: Answer::Reply {
            status: 200,
            headers: vec![Header::new("Content-Type", "text/html; charset=utf-8")],
            body: "<!doctype html><title>Sign in</title><h1>Sign in</h1>".into(),
        },
        ..authorize(s)
    }
}

fn hop(s: &Settings) -> Step {
    let step = authorize(s);
    let callback = callback(s).url;
    Step {
        kind: StepKind::AuthorizeHop,
        from: Participant::Client,
        answer: Answer::Reply {
            status: 302,
            headers: vec![Header::new("Location", callback)],
            body: String::new(),
        },
        ..step
    }
}

fn pushed(s: &Settings) -> Step {
    let base = s.issuer.trim_end_matches('/');
    let answer = json!({"request_uri": "urn:ietf:params:oauth:request_uri:6esc", "expires_in": 60});
    Step {
        method: "POST".into(),
        headers: form_headers(),
        body: authorize_params(s),
        answer: json_reply(201, &answer),
        ..get(
            StepKind::PushedAuthorization,
            Participant::AuthorizationServer,
            format!("{base}/par"),
        )
    }
}

fn callback(s: &Settings) -> Step {
    let query = form::encode_query(&[
        ("code", "⟨code · 43 chars · #3be1c7⟩"),
        ("state", "k3Jd⟨state · 43 chars · #77ab01⟩"),
        ("iss", s.issuer.as_str()),
    ]);
    let url = format!("{}?{query}", s.redirect);
    Step {
        from: Participant::You,
        facts: vec![
            Fact::State {
                matches: true,
                present: true,
            },
            Fact::Iss {
                expected: s.issuer.clone(),
                received: Some(s.issuer.clone()),
                advertised: true,
            },
        ],
        answer: Answer::Reply {
            status: 200,
            headers: vec![Header::new("Content-Type", "text/html; charset=utf-8")],
            body: "<!doctype html><title>authscope</title>".into(),
        },
        ..get(StepKind::Callback, Participant::Client, url)
    }
}

pub(crate) fn token_document(s: &Settings) -> Value {
    let mut document = json!({
        "access_token": s.access_token(),
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "⟨refresh_token · 43 chars · #c0ffee⟩",
    });
    if !s.scope.is_empty() {
        document["scope"] = s.scope.clone().into();
    }
    document
}

pub(crate) fn token_reply(s: &Settings) -> Answer {
    Answer::Reply {
        status: 200,
        headers: vec![
            Header::new("Content-Type", "application/json"),
            Header::new("Cache-Control", "no-store"),
        ],
        body: overlay::pretty(&token_document(s)),
    }
}

pub(crate) fn token(s: &Settings, kind: StepKind) -> Step {
    let grant = match kind {
        StepKind::ClientCredentials => "client_credentials",
        StepKind::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
        _ => "authorization_code",
    };
    let mut pairs = vec![("grant_type", grant), ("client_id", s.client_id.as_str())];
    let mut facts = Vec::new();
    if kind == StepKind::Token {
        pairs.push(("code", "⟨code · 43 chars · #3be1c7⟩"));
        pairs.push(("redirect_uri", s.redirect.as_str()));
        pairs.push(("code_verifier", "⟨code_verifier · 43 chars · #1d2e3f⟩"));
        facts.push(Fact::Pkce {
            challenge: CHALLENGE.into(),
            recomputed: CHALLENGE.into(),
        });
        facts.push(Fact::CodeAge { millis: 1500 });
    }
    if s.has_prm() {
        pairs.push(("resource", s.resource.as_str()));
    }
    let base = s.issuer.trim_end_matches('/');
    Step {
        method: "POST".into(),
        headers: form_headers(),
        body: form::encode(&pairs),
        answer: token_reply(s),
        facts,
        ..get(
            kind,
            Participant::AuthorizationServer,
            format!("{base}/token"),
        )
    }
}

fn managed(s: &Settings, kind: StepKind) -> Step {
    let base = s.issuer.trim_end_matches('/');
    let registration = json!({ "client_id": s.client_id, "redirect_uris": [s.redirect] });
    let (method, answer) = match kind {
        StepKind::RegistrationUpdate => ("PUT", json_reply(200, &registration)),
        StepKind::RegistrationDelete => ("DELETE", json_reply(204, &json!({}))),
        _ => ("GET", json_reply(200, &registration)),
    };
    Step {
        method: method.into(),
        headers: vec![Header::new(
            "Authorization",
            "Bearer ⟨registration_access_token · 32 chars · #5ead01⟩",
        )],
        answer,
        extra: true,
        ..get(
            kind,
            Participant::AuthorizationServer,
            format!("{base}/register/{}", s.client_id),
        )
    }
}

fn mcp(s: &Settings, kind: StepKind) -> Step {
    let (method, result) = match kind {
        StepKind::McpInitialized => ("notifications/initialized", Value::Null),
        StepKind::McpToolsList => ("tools/list", json!({"tools": []})),
        StepKind::McpToolsCall => (
            "tools/call",
            json!({"content": [{"type": "text", "text": "ok"}]}),
        ),
        StepKind::McpDiscover => (
            "server/discover",
            json!({"supportedVersions": [s.revision.as_str()]}),
        ),
        _ => (
            "initialize",
            json!({"protocolVersion": s.revision.as_str(), "capabilities": {}, "serverInfo": {"name": "files", "version": "1"}}),
        ),
    };
    let answer = if kind == StepKind::McpInitialized {
        Answer::Reply {
            status: 202,
            headers: Vec::new(),
            body: String::new(),
        }
    } else {
        json_reply(200, &json!({"jsonrpc": "2.0", "id": 2, "result": result}))
    };
    let mut headers = mcp_headers(s, kind);
    headers.push(Header::new(
        "Authorization",
        format!("Bearer {}", s.access_token()),
    ));
    Step {
        method: "POST".into(),
        headers,
        body: rpc(method, 2),
        answer,
        ..get(kind, Participant::McpServer, s.server.clone())
    }
}
