//! Whole answers that have nothing to do with OAuth: what proxies, web frameworks and firewalls send in its place.

use serde_json::json;

use crate::http::Reply;
use crate::target::Vars;

/// A canned answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Page {
    NotFound,
    /// A bare status with a short text body, as a framework or gateway writes it.
    Status(u16, &'static str),
    /// The single-page application of the web site: 200 HTML for every path.
    Spa,
    /// A sign-in form for people, with the given status.
    Login(u16),
    /// A redirect to a sign-in form for people.
    LoginRedirect,
    /// A firewall's challenge page.
    Firewall,
    /// A web framework's error page with the given status.
    ServerError(u16),
    /// 200 with an empty JSON object.
    EmptyObject,
    /// 200 with text that starts like JSON and is none.
    BrokenJson,
    /// 401 with a challenge for HTTP Basic: the reverse proxy's own password.
    ProxyPassword,
    /// 429 with `Retry-After`.
    TooManyRequests,
    /// A redirect: status and location.
    Moved(u16, fn(&Vars) -> String),
    /// A JSON document that is no OAuth document.
    Json(u16, &'static str),
}

impl Page {
    pub(crate) fn reply(self, vars: &Vars) -> Reply {
        match self {
            Self::NotFound => Reply::json(404, &json!({ "detail": "Not Found" })),
            Self::Status(status, text) => Reply::text(status, text),
            Self::Spa => Reply::html(200, SPA.to_owned()),
            Self::Login(status) => Reply::html(status, LOGIN.to_owned()),
            Self::LoginRedirect => {
                Reply::redirect(302, &format!("{}/login?next=%2Fmcp", vars.mcp_base))
            }
            Self::Moved(status, location) => Reply::redirect(status, &location(vars)),
            Self::Json(status, text) => Reply::new(status, "application/json", text),
            Self::Firewall => firewall(),
            Self::ServerError(status) => Reply::html(status, error_page(status)),
            Self::EmptyObject => Reply::json(200, &json!({})),
            Self::BrokenJson => Reply::new(200, "application/json", "{\"resource\": \"http://"),
            Self::ProxyPassword => Reply::html(401, error_page(401))
                .with("WWW-Authenticate", "Basic realm=\"Restricted\""),
            Self::TooManyRequests => Reply::json(
                429,
                &json!({ "message": "Too many requests, try again later." }),
            )
            .with("Retry-After", "60"),
        }
    }
}

fn firewall() -> Reply {
    Reply::html(403, FIREWALL.to_owned())
        .with("Server", "edge-shield")
        .with("cf-mitigated", "challenge")
}

fn error_page(status: u16) -> String {
    format!(
        "<!doctype html>\n<html><head><title>{status} error</title></head>\
         <body><center><h1>{status}</h1></center><hr><center>nginx</center></body></html>\n"
    )
}

const SPA: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Acme Cloud</title>\
    <script type=\"module\" src=\"/assets/index-4f1c2d.js\"></script></head>\
    <body><div id=\"root\"></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>\n";

const LOGIN: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sign in · Acme</title></head>\
    <body><h1>Sign in</h1><form method=\"post\" action=\"/login\"><input name=\"user\"><input name=\"password\" \
    type=\"password\"><button>Sign in</button></form></body></html>\n";

const FIREWALL: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Just a moment...</title>\
    </head><body><h1>Checking your browser before you continue</h1><p>Enable JavaScript and cookies to continue.</p>\
    </body></html>\n";
