//! authscope testkit.
