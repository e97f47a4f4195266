//! authscope server.
