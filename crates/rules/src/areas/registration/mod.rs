//! Client registration: dynamic (RFC 7591), documents (CIMD), pre-registered.

rules! {
    registered_redirect_uri_differs,
}
