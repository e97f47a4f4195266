//! authscope diagram.
