//! Problems (RFC 9457): every failure of the API, as a sentence a person can act on.

use authscope_engine::EngineError;
use authscope_model::api;
use authscope_store::StoreError;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

/// A failed request.
#[derive(Debug, Clone)]
pub(crate) struct Problem(api::Problem, Option<u64>);

impl Problem {
    /// A problem with the stable name `/problems/{name}`.
    pub(crate) fn new(status: StatusCode, name: &str, title: &str, detail: String) -> Self {
        let problem = api::Problem {
            kind: format!("/problems/{name}"),
            title: title.into(),
            status: status.as_u16(),
            detail,
        };
        Self(problem, None)
    }

    /// The same, with the seconds after which trying again makes sense.
    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        Self(self.0, Some(seconds))
    }

    /// Header lines beside those of every problem.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        if let Some(seconds) = self.1 {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }

    /// The request cannot be read.
    pub(crate) fn bad_request(detail: String) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "bad-request",
            "The request cannot be read",
            detail,
        )
    }

    /// No session has this id.
    pub(crate) fn unknown_session(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown-session",
            "There is no such session",
            format!(
                "No session has the id {id:?}: it was deleted, or the link was cut. The start page lists \
                 the sessions there are."
            ),
        )
    }

    /// Nothing is at this address.
    pub(crate) fn unknown_route(path: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "unknown-route",
            "There is nothing at this address",
            format!("The API has no {path:?}. Everything it has is described at api/openapi.json."),
        )
    }

    /// The failure is ours; what it was is in the log, not in the answer.
    pub(crate) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "authscope failed",
            "authscope could not do this because of a failure of its own. What happened is in its log; \
             trying again may help."
                .into(),
        )
    }

    /// Its title.
    pub(crate) fn title(&self) -> &str {
        &self.0.title
    }

    /// What a person can do about it.
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The status.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let headers = [
            (
                CONTENT_TYPE,
                HeaderValue::from_static("application/problem+json"),
            ),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        let body = serde_json::to_string(&self.0).unwrap_or_default();
        let mut response = (self.status(), headers, body).into_response();
        self.add_headers(response.headers_mut());
        response
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Store(error) => error.into(),
            EngineError::Config(why) => Self::new(
                StatusCode::BAD_REQUEST,
                "bad-setting",
                "A setting cannot be used",
                why,
            ),
            error @ EngineError::Full { .. } => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "session-full",
                "This session is full",
                error.to_string(),
            ),
            EngineError::NotNow(why) => Self::new(
                StatusCode::CONFLICT,
                "not-now",
                "This does not fit the state of the session",
                why,
            ),
            error @ EngineError::State { .. } => {
                tracing::error!(%error, "a session's state cannot be read");
                Self::new(
                    StatusCode::CONFLICT,
                    "cannot-go-on",
                    "The session cannot go on",
                    error.to_string(),
                )
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownSession(id) => Self::unknown_session(&id),
            error @ StoreError::Full { .. } => {
                tracing::error!(%error, "there is no room for a write");
                Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk-full",
                    "There is no room to record this",
                    error.to_string(),
                )
            }
            error => {
                tracing::error!(%error, "the store failed");
                Self::internal()
            }
        }
    }
}
