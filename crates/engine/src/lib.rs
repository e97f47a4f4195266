//! authscope engine.
