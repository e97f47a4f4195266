//! Tokens decoded in place: header, payload and signature in three labelled colours, and each claim against what was
//! to be expected.

use super::claims::{self, Held};
use super::known::{Judged, Known, Mark, Signature};
use super::tree::{self, Tree};
use super::{Viewer, judged, text};
use authscope_model::Exchange;
use authscope_model::exchange::header;
use authscope_protocol::jwt::{self, Jwt};
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::part;
use authscope_ui_kit::{dom, times};
use leptos::prelude::*;

const NAMES: [&str; 3] = ["access_token", "id_token", "refresh_token"];

/// The tokens of a step: those it was given, else the one it used.
fn tokens(exchange: &Exchange) -> Vec<(&'static str, String)> {
    let body = exchange
        .response()
        .and_then(|response| response.body.json());
    let found: Vec<_> = NAMES
        .into_iter()
        .filter_map(|name| Some((name, body.as_ref()?.get(name)?.as_str()?.to_owned())))
        .collect();
    if !found.is_empty() {
        return found;
    }
    let sent = header(&exchange.request.headers, "authorization");
    let used = sent
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("dpop")
        });
    used.map(|(_, token)| ("access_token", token.trim().to_owned()))
        .into_iter()
        .collect()
}

/// The tokens of a step.
pub(super) fn view(viewer: Viewer, exchange: &Exchange) -> AnyView {
    let at = exchange.started_at;
    let one = |(name, token): (&'static str, String)| {
        let decoded = jwt::decode(&token);
        let (kind, content) = match decoded {
            Some(decoded) => (
                signed(&decoded),
                readable(viewer, name, &token, decoded, at),
            ),
            None => closed(&token),
        };
        view! {
            <section class="block token" data-testid=format!("token-{name}")>
                <h3><span class="mono">{name}</span> <span class="size">{kind}</span></h3>
                {content}
            </section>
        }
    };
    tokens(exchange)
        .into_iter()
        .map(one)
        .collect_view()
        .into_any()
}

/// What kind of a readable token it is.
fn signed(token: &Jwt) -> String {
    let alg = token.alg().unwrap_or("no algorithm");
    let typ = token
        .typ()
        .map(|typ| format!(", typ {typ}"))
        .unwrap_or_default();
    format!("JWT, {alg}{typ}")
}

/// A token that cannot be read here.
fn closed(token: &str) -> (String, AnyView) {
    let encrypted = jwt::encrypted_header(token);
    let (kind, words) = match encrypted {
        Some(_) => (
            "JWE, encrypted",
            "Encrypted (JWE): only the one it is for can read it. Its header:",
        ),
        None => (
            "opaque",
            "Opaque: it means something only to the server that issued it. That is fine.",
        ),
    };
    let header = encrypted.and_then(|header| Tree::new(&header.to_string()).ok());
    let content = view! {
        <p class="mono value">{text::styled(token, Vec::new())}</p>
        <p class="hint">{words}</p>
        {header.map(|header| tree::view(header, false))}
    };
    (kind.to_owned(), content.into_any())
}

fn readable(viewer: Viewer, name: &'static str, token: &str, decoded: Jwt, at: u64) -> AnyView {
    let header = Tree::new(&decoded.header.to_string()).ok();
    let payload = Tree::new(&decoded.payload.to_string()).ok();
    let encoded = encoded(token);
    let judged = part(move || {
        let known = viewer.known.get();
        let seconds = i64::try_from(at / 1_000).unwrap_or(i64::MAX);
        let held = Held {
            name,
            token: &decoded,
            known: &known,
            at: seconds,
        };
        let rows = claims::judge(&held)
            .into_iter()
            .map(|row| dated(row, &decoded))
            .collect();
        judged::table(viewer, rows)
    });
    let step = viewer.step;
    let checked = part(move || viewer.known.with(|known| checked(known, name, step)));
    view! {
        {encoded}
        <h4 class="j-head"><i class="swatch"></i>"Header"</h4>
        {header.map(|header| tree::view(header, false))}
        <h4 class="j-payload"><i class="swatch"></i>"Payload, claim by claim"</h4>
        {judged}
        <details class="as-json"><summary>"Payload as JSON"</summary>{payload.map(|payload| tree::view(payload, true))}</details>
        <h4 class="j-signature"><i class="swatch"></i>"Signature"</h4>
        {checked}
    }
    .into_any()
}

/// The token as it travels, its three parts named.
fn encoded(token: &str) -> AnyView {
    let mut parts = token.splitn(3, '.');
    let one = |(class, name): (&'static str, &'static str)| {
        let piece = parts.next().unwrap_or_default();
        view! { <div class=class><dt>{name}</dt><dd class="mono">{text::styled(piece, Vec::new())}</dd></div> }
    };
    let all = [
        ("j-head", "Header"),
        ("j-payload", "Payload"),
        ("j-signature", "Signature"),
    ]
    .map(one);
    view! { <dl class="jwt">{all.collect_view()}</dl> }.into_any()
}

/// With the time in words, absolute and as seen from now.
fn dated(row: Judged, token: &Jwt) -> Judged {
    let seconds = match row.name.as_str() {
        "exp" => token.exp(),
        "nbf" => token.nbf(),
        "iat" => token.iat(),
        "auth_time" => token.claim("auth_time").and_then(serde_json::Value::as_i64),
        _ => None,
    };
    let Some(seconds) = seconds.and_then(|seconds| u64::try_from(seconds).ok()) else {
        return row;
    };
    let millis = seconds.saturating_mul(1_000);
    let value = row.value.as_ref().map(|value| {
        format!(
            "{value}  {} ({})",
            times::full(millis),
            times::relative(millis, dom::now())
        )
    });
    Judged { value, ..row }
}

/// Whether the signature was checked, and with what result. The keys may have been read at a later step.
fn checked(known: &Known, name: &str, step: u32) -> AnyView {
    let (mark, word, detail) = match found(&known.signatures, name, step) {
        Some(found) => {
            let (mark, word) = if found.verified { (Mark::Pass, "verified") } else { (Mark::Fail, "not valid") };
            (mark, word, format!("{} (step {}, against the keys of the issuer)", found.detail, found.step))
        }
        None => (
            Mark::None,
            "not checked",
            "The keys of the issuer are read only when that is asked for: “Verify the signatures of tokens with the server's keys” among the advanced settings.".to_owned(),
        ),
    };
    view! {
        <p class=format!("verdict {}", mark.id()) data-testid="signature">
            <span class="mark">{icon(mark.icon())}</span> <b>{word}</b> " " {detail}
        </p>
        <p class="hint">"What is shown of it is a mask, so that this token cannot be used."</p>
    }
    .into_any()
}

/// The check of a token: the first one at the step or after it, else the last one before.
fn found<'a>(all: &'a [Signature], name: &str, step: u32) -> Option<&'a Signature> {
    let mut of_token = all.iter().filter(|one| one.token == name);
    let after = of_token.clone().find(|one| one.step >= step);
    after.or_else(|| of_token.next_back())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(step: u32, token: &str) -> Signature {
        Signature {
            step,
            token: token.into(),
            ..Signature::default()
        }
    }

    #[test]
    fn the_check_that_belongs_to_a_step_is_found() {
        let all = [
            signature(4, "id_token"),
            signature(4, "access_token"),
            signature(9, "access_token"),
        ];
        let at = |name, step| found(&all, name, step).map(|one| one.step);
        assert_eq!(at("access_token", 3), Some(4));
        assert_eq!(at("access_token", 5), Some(9));
        assert_eq!(at("access_token", 12), Some(9));
        assert_eq!(at("refresh_token", 1), None);
    }
}
