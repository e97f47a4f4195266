//! Reads path, query and body of a request; what cannot be read is a problem that names the place.

use crate::limits::BodyLimit;
use crate::problem::Problem;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S, T> FromRequest<S> for JsonBody<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let limit = request.extensions().get::<BodyLimit>().map(|limit| limit.0);
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(&rejection, limit.unwrap_or_default()))?;
        parse(&bytes).map(Self)
    }
}

fn unreadable(rejection: &BytesRejection, limit: usize) -> Problem {
    if rejection.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::bad_request(format!(
            "The body could not be read to its end: {}.",
            rejection.body_text()
        ));
    }
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body-too-large",
        "The body is too large",
        format!(
            "The body may have up to {} KiB, as --limit-body says. Nothing of it was used.",
            limit / 1024
        ),
    )
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::bad_request(
            "The body is empty; a JSON object is expected.".into(),
        ));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let place = match path.as_str() {
            "." | "?" | "" => "The body".to_owned(),
            path => format!("The member {path:?} of the body"),
        };
        Problem::bad_request(format!("{place} cannot be read: {}.", error.inner()))
    })?;
    reader.end().map_err(|error| {
        Problem::bad_request(format!("The body has more than one JSON value: {error}."))
    })?;
    Ok(value)
}

/// The session named in the path. Ids are compared by the store only, never used as a file name.
pub(crate) struct SessionId(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for SessionId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        match path {
            Ok(Path(id)) => Ok(Self(id)),
            // Not UTF-8 after decoding: no id of ours.
            Err(_) => Err(Problem::unknown_session("")),
        }
    }
}

/// The two sessions named in the path.
pub(crate) struct TwoSessions(pub(crate) String, pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for TwoSessions {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        match path {
            Ok(Path((id, other))) => Ok(Self(id, other)),
            Err(_) => Err(Problem::unknown_session("")),
        }
    }
}

/// The id of a session and what stands after the `@`, the number of a branch.
pub(crate) fn of_branch(id: &str) -> (&str, Option<&str>) {
    id.split_once('@')
        .map_or((id, None), |(id, branch)| (id, Some(branch)))
}

/// The session and the number of an exchange in it, named in the path.
pub(crate) struct ExchangeOf(pub(crate) String, pub(crate) u32);

impl<S: Send + Sync> FromRequestParts<S> for ExchangeOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Ok(Path((id, number))) = path else {
            return Err(Problem::unknown_session(""));
        };
        match number.parse() {
            Ok(number) => Ok(Self(id, number)),
            Err(_) => Err(Problem::bad_request(format!(
                "{number:?} is not the number of an exchange."
            ))),
        }
    }
}

/// The query as `T`.
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<S, T> FromRequestParts<S> for QueryOf<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(Problem::bad_request(format!(
                "The query cannot be read: {}.",
                rejection.body_text()
            ))),
        }
    }
}
