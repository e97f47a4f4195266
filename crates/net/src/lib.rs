//! authscope net.
