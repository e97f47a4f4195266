//! authscope rules.
