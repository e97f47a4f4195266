//! Puts the routes and the layers together.

use crate::limits;
use crate::problem::Problem;
use crate::routes;
use crate::security::{headers, host, origin};
use crate::state::AppState;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, Uri};
use std::any::Any;
use std::time::{Duration, Instant};
use tower::{Layer as _, ServiceExt as _};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

/// How long a request may take until its response begins. The event stream begins at once.
const REQUEST_TIME: Duration = Duration::from_secs(30);

#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "authscope",
    description = "The HTTP API of authscope, a visual debugger for MCP OAuth. Failures are problems \
                   (RFC 9457). Paths are relative to the public URL.",
    license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
))]
struct Description;

/// The routes that are described, each with its description.
fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(routes::info::routes())
        .merge(routes::sessions::routes())
        .merge(routes::resend::routes())
        .merge(routes::exports::routes())
        .merge(routes::saved::routes())
        .merge(routes::stream::routes())
        .merge(routes::compare::routes())
        .merge(routes::matrix::routes())
        .merge(routes::share::routes())
        .merge(routes::together::routes())
        .merge(routes::secrets::routes())
        .merge(routes::health::routes())
}

/// The description of the API.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    described().split_for_parts().1
}

/// The whole app, under the public URL's base path and at the root alike (a proxy may strip the base).
pub fn router(state: AppState) -> Router {
    let base = state.public_url().base_path().to_owned();
    let (api, _) = described().split_for_parts();
    let routes = api
        .merge(routes::openapi::routes())
        .merge(routes::oauth::routes())
        .merge(routes::enter::routes())
        .merge(routes::authorize::routes())
        .merge(routes::files::routes())
        .merge(crate::reference::routes())
        .merge(routes::pages::routes())
        .merge(routes::ui::routes())
        .fallback(routes::ui::fallback)
        .method_not_allowed_fallback(routes::ui::method_not_allowed)
        // From here on each layer is around all above it, so the last one sees a request first.
        .layer(DefaultBodyLimit::max(state.limiter().limits.body))
        .layer(from_fn_with_state(
            state.clone(),
            crate::sharing::identity::layer,
        ))
        .layer(from_fn_with_state(state.clone(), limits::layer))
        .layer(from_fn(limit_time))
        .layer(from_fn_with_state(state.clone(), origin::check))
        .layer(from_fn_with_state(state.clone(), host::check))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(log))
        .layer(from_fn(headers::add))
        .with_state(state);
    // The base is taken off before routing, hence around the router and not as one of its layers.
    let stripped = tower::util::MapRequestLayer::new(move |request| strip_base(&base, request));
    Router::new().fallback_service(stripped.layer(routes).map_err(|never| match never {}))
}

/// Takes the base path off a request's path. The outer router has kept the original as `OriginalUri`.
fn strip_base(base: &str, mut request: Request) -> Request {
    let path = request.uri().path();
    let rest = path
        .strip_prefix(base)
        .or_else(|| (path == base.trim_end_matches('/')).then_some(""));
    if let Some(rest) = rest
        && base != "/"
    {
        let query = request.uri().query().map(|query| format!("?{query}"));
        let path = format!("/{rest}{}", query.unwrap_or_default());
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = path.parse().ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

async fn limit_time(request: Request, next: Next) -> Result<Response, Problem> {
    let response = tokio::time::timeout(REQUEST_TIME, next.run(request)).await;
    response.map_err(|_| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too-slow",
            "The request took too long",
            format!(
                "There was no answer within {} s, so the request was given up. Trying again may help.",
                REQUEST_TIME.as_secs()
            ),
        )
    })
}

/// What the panic says may hold data of the request, so it is not logged; the process says where it was.
fn panicked(_cause: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}

/// One line per request. The route, not the path: a path may hold a token, a query always may.
async fn log(request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    tracing::info!(
        %method,
        route = route.as_ref().map_or("other", MatchedPath::as_str),
        status = response.status().as_u16(),
        ms = begin.elapsed().as_millis(),
        "request"
    );
    response
}
