//! Answers only under our own names.
//!
//! Against DNS rebinding: a page of another site whose name suddenly resolves to this machine can send
//! requests here that look same-origin, but it cannot change the `Host` they carry.

use crate::problem::Problem;
use crate::public_url::{PublicUrl, is_loopback_name};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::header::HOST;

/// The layer.
pub(crate) async fn check(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    allowed(&request, state.public_url())?;
    Ok(next.run(request).await)
}

fn allowed(request: &Request, public: &PublicUrl) -> Result<(), Problem> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let header = hosts.next().map(|host| host.to_str().unwrap_or_default());
    let authority = request.uri().authority().map(http::uri::Authority::as_str);
    if hosts.next().is_some() {
        return Err(Problem::bad_request(
            "The request has more than one Host header.".into(),
        ));
    }
    let Some(given) = header.or(authority) else {
        return Err(Problem::bad_request(
            "The request has no Host header, which says which name was asked for.".into(),
        ));
    };
    // A request line with a whole URL must name the same host as the header does.
    let both_agree = header.is_none_or(|h| authority.is_none_or(|a| a.eq_ignore_ascii_case(h)));
    let host = name_of(given);
    if both_agree && (is_loopback_name(host) || host.eq_ignore_ascii_case(public.host())) {
        return Ok(());
    }
    Err(misdirected(given, public))
}

/// The host of `host:port`.
fn name_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !host.is_empty() => {
            // `[::1]` without a port has colons too, but ends with a bracket.
            host
        }
        _ => authority,
    }
}

fn misdirected(given: &str, public: &PublicUrl) -> Problem {
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "unknown-host",
        "authscope does not answer to this name",
        format!(
            "The request asked for the host {given:?}; this authscope answers to {:?} and to localhost. If \
             the name is right, start authscope with --public-url and that address.",
            public.host()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hosts: &[&str], uri: &str) -> Result<(), StatusCode> {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let request = request.body(axum::body::Body::empty()).unwrap();
        let public = PublicUrl::parse("https://debug.example.org:8443/base/").unwrap();
        allowed(&request, &public).map_err(|problem| problem.status())
    }

    #[test]
    fn answers_to_loopback_and_to_the_public_name() {
        for host in [
            "localhost:7007",
            "LOCALHOST",
            "127.0.0.1:7007",
            "[::1]:7007",
            "[::1]",
            "debug.example.org:8443",
            "Debug.Example.Org",
        ] {
            assert_eq!(check(&[host], "/"), Ok(()), "{host}");
        }
        assert_eq!(check(&[], "http://localhost/"), Ok(()));
    }

    #[test]
    fn answers_to_nothing_else() {
        for host in [
            "evil.example:7007",
            "localhost.evil.example",
            "debug.example.org.evil.example",
            "0.0.0.0:7007",
            "169.254.169.254",
            "localhost:80:80",
            "user@localhost",
            "",
            ":7007",
            "\u{ff}",
        ] {
            assert_eq!(
                check(&[host], "/"),
                Err(StatusCode::MISDIRECTED_REQUEST),
                "{host}"
            );
        }
    }

    #[test]
    fn one_name_and_no_other() {
        assert_eq!(check(&[], "/"), Err(StatusCode::BAD_REQUEST));
        let two = check(&["localhost", "evil.example"], "/");
        assert_eq!(two, Err(StatusCode::BAD_REQUEST));
        let disagree = check(&["localhost"], "http://evil.example/");
        assert_eq!(disagree, Err(StatusCode::MISDIRECTED_REQUEST));
    }
}
