//! authscope protocol.
