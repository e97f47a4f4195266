//! The pages people see: sign in and consent, and what went wrong when nobody may be redirected.

use crate::authz::AuthServer;
use crate::authz::state::Pending;
use crate::http::Reply;
use crate::scopes;
use crate::target::Target;

const STYLE: &str = "\
    :root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
    body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}\
    main{box-sizing:border-box;width:min(26rem,100vw);padding:2rem 1.25rem}\
    h1{font-size:1.35rem;margin:0 0 .25rem}p{margin:.5rem 0}small{opacity:.75}\
    label{display:block;margin:.75rem 0 .25rem}\
    input{box-sizing:border-box;width:100%;padding:.5rem .6rem;font:inherit;border:1px solid GrayText;border-radius:.4rem}\
    code{overflow-wrap:anywhere}ul{padding-left:1.2rem;margin:.25rem 0}\
    .row{display:flex;gap:.75rem;margin-top:1.25rem}\
    button{flex:1;padding:.6rem;font:inherit;border:1px solid GrayText;border-radius:.4rem;cursor:pointer}\
    button[value=approve]{background:#0b6b4f;border-color:#0b6b4f;color:#fff}\
    .warn{border-left:3px solid #b45309;padding-left:.6rem}";

/// The sign-in and consent page for one request.
pub(crate) fn page(target: &Target, server: &AuthServer, ticket: &str, pending: &Pending) -> Reply {
    let client = escape(&pending.client_name);
    let host = redirect_host(&pending.redirect_uri);
    let warning = if is_this_machine(host) {
        "<p class=\"warn\"><small>This address is on your own machine: any program running there can claim to be \
         this client.</small></p>"
    } else {
        ""
    };
    let scopes: String = scopes::words(&pending.grant.scope)
        .map(|scope| format!("<li><code>{}</code></li>", escape(scope)))
        .collect();
    let body = format!(
        "<h1>Sign in to the lab</h1>\
         <p><small>Target <code>{target}</code> · authorization server <code>{issuer}</code></small></p>\
         <p><strong>{client}</strong> wants access to <code>{resource}</code>:</p><ul>{scopes}</ul>\
         <p>You will be sent back to <strong id=\"redirect-host\">{host}</strong>.</p>{warning}\
         <form method=\"post\" action=\"{action}\">\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">\
         <label for=\"username\">User name</label>\
         <input id=\"username\" name=\"username\" value=\"ana\" autocomplete=\"username\">\
         <label for=\"password\">Password (any will do)</label>\
         <input id=\"password\" name=\"password\" type=\"password\" value=\"lab\" autocomplete=\"off\">\
         <div class=\"row\"><button name=\"decision\" value=\"approve\">Sign in and allow</button>\
         <button name=\"decision\" value=\"deny\">Deny</button></div></form>",
        target = escape(&target.id),
        issuer = escape(&server.issuer),
        resource = escape(&pending.grant.resource),
        host = escape(host),
        action = escape(&server.endpoint("authorize/decision")),
    );
    let form_action = target.behaviour.authorize.form_action;
    secured(
        Reply::html(200, document("Sign in · authscope lab", &body)),
        form_action,
    )
}

/// What a person sees when the client or its redirect URI cannot be trusted.
pub(crate) fn error_page(status: u16, why: &str) -> Reply {
    let body = format!(
        "<h1>This request was refused</h1><p id=\"error\">{}</p>",
        escape(why)
    );
    secured(
        Reply::html(status, document("Refused · authscope lab", &body)),
        None,
    )
}

/// A page that posts the response to the client (form_post response mode).
pub(crate) fn form_post(uri: &str, pairs: &[(String, String)]) -> Reply {
    let field = |(name, value): &(String, String)| {
        format!(
            "<input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(name),
            escape(value)
        )
    };
    let fields: String = pairs.iter().map(field).collect();
    let body = format!(
        "<h1>Back to the application</h1><form method=\"post\" action=\"{}\">{fields}\
         <div class=\"row\"><button>Continue</button></div></form>",
        escape(uri)
    );
    secured(
        Reply::html(200, document("Continue · authscope lab", &body)),
        None,
    )
}

fn secured(reply: Reply, form_action: Option<&str>) -> Reply {
    let mut policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
            .to_owned();
    if let Some(allowed) = form_action {
        policy.push_str("; form-action ");
        policy.push_str(allowed);
    }
    reply
        .with("Content-Security-Policy", &policy)
        .with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer")
        .with("X-Content-Type-Options", "nosniff")
}

pub(crate) fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n",
        escape(title)
    )
}

/// Host and port of a redirect URI, or the scheme where it has none.
fn redirect_host(uri: &str) -> &str {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return uri.split(':').next().unwrap_or(uri);
    };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    if host.is_empty() { scheme } else { host }
}

fn is_this_machine(host: &str) -> bool {
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|own| {
        host.strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    })
}

pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
