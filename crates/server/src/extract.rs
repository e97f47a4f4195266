//! Reads path, query and body of a request; what cannot be read is a problem that names the place.

use crate::problem::Problem;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;

/// Bodies of the API are small; a private key or a pasted callback URL fits many times.
pub(crate) const BODY_LIMIT: usize = 256 * 1024;

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S, T> FromRequest<S> for JsonBody<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(&rejection))?;
        parse(&bytes).map(Self)
    }
}

fn unreadable(rejection: &BytesRejection) -> Problem {
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
            "The body may have up to {} KiB. Nothing of it was used.",
            BODY_LIMIT / 1024
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
