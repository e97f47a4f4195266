//! Only our own pages, and programs that are no browsers, may change something.
//!
//! Browsers say with `Origin` and `Sec-Fetch-Site` whose page asks; a mutating request from any other
//! page is refused. Its body must also be declared as JSON, which no HTML form can do and which makes a
//! browser ask first (CORS preflight), and we never say yes.

use crate::problem::Problem;
use crate::public_url::PublicUrl;
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, HeaderName, Method, StatusCode};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The layer.
pub(crate) async fn check(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if is_mutating(request.method()) && !is_callback(request.uri().path()) {
        allowed(request.headers(), state.public_url())?;
    }
    Ok(next.run(request).await)
}

const fn is_mutating(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// The callback answers every method but GET with words for the person whose browser was sent there by a
/// provider; nothing happens on them.
fn is_callback(path: &str) -> bool {
    path == "/oauth/callback"
}

fn allowed(headers: &HeaderMap, public: &PublicUrl) -> Result<(), Problem> {
    let text = |name: &HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    if let Some(site) = text(&SEC_FETCH_SITE)
        && !matches!(site, "same-origin" | "none")
    {
        return Err(other_site(&format!("a page of another site ({site})")));
    }
    if let Some(origin) = text(&ORIGIN) {
        let here = format!("http://{}", text(&HOST).unwrap_or_default());
        if origin != public.origin() && !origin.eq_ignore_ascii_case(&here) {
            return Err(other_site(&format!("a page of {origin:?}")));
        }
    }
    let media_type = text(&CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not-json",
        "The body must be JSON",
        format!("The request's Content-Type is {media_type:?}; send application/json."),
    ))
}

fn other_site(who: &str) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "other-site",
        "Another site's page may not do this",
        format!(
            "The request came from {who}. Only authscope's own pages, and programs other than browsers, may \
             change something here. If this is authscope's own page, its address differs from --public-url."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(HeaderName, &str)]) -> Result<(), StatusCode> {
        let mut map = HeaderMap::new();
        map.insert(HOST, "localhost:7007".parse().unwrap());
        map.insert(CONTENT_TYPE, "application/json".parse().unwrap());
        for (name, value) in headers {
            map.insert(name, value.parse().unwrap());
        }
        let public = PublicUrl::parse("https://debug.example.org/base/").unwrap();
        allowed(&map, &public).map_err(|problem| problem.status())
    }

    #[test]
    fn our_own_pages_and_programs_may() {
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&[(ORIGIN, "http://localhost:7007")]), Ok(()));
        assert_eq!(
            check(&[
                (ORIGIN, "https://debug.example.org"),
                (SEC_FETCH_SITE, "same-origin")
            ]),
            Ok(())
        );
        assert_eq!(
            check(&[(CONTENT_TYPE, "Application/JSON; charset=utf-8")]),
            Ok(())
        );
    }

    #[test]
    fn other_pages_may_not() {
        for origin in [
            "null",
            "http://evil.example",
            "http://localhost:3000",
            "https://localhost:7007",
            "http://debug.example.org",
            "https://debug.example.org.evil.example",
            "\u{ff}",
        ] {
            assert_eq!(
                check(&[(ORIGIN, origin)]),
                Err(StatusCode::FORBIDDEN),
                "{origin}"
            );
        }
        for site in ["cross-site", "same-site", "other"] {
            assert_eq!(
                check(&[(SEC_FETCH_SITE, site)]),
                Err(StatusCode::FORBIDDEN),
                "{site}"
            );
        }
    }

    #[test]
    fn what_a_form_can_send_is_not_read() {
        for media_type in [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=application/json",
            "application/jsonp",
        ] {
            assert_eq!(
                check(&[(CONTENT_TYPE, media_type)]),
                Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
                "{media_type}"
            );
        }
    }
}
